from __future__ import annotations

import logging
import smtplib
from datetime import timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone

from core import wakeup
from core.models import Mail
from core.models.mail import MailState

log = logging.getLogger(__name__)

MAIL_DAYS = 7
# Longer than the server may take to say yes or no (EMAIL_TIMEOUT), so that two workers never send one mail.
HOLD = timedelta(seconds=120)
WAITS = [timedelta(seconds=s) for s in (30, 120, 600, 3600)]
# How long every mail waits once the server did not answer: a dead one must not keep the workers from the news.
SERVER_PAUSE = timedelta(seconds=30)
BATCH = 200
SILENT = "the server does not answer"


@transaction.atomic
def queue_mail(*, to: str, subject: str, text: str, html: str = "", reason: str, key: str = "") -> Mail:
    """Writes a mail that leaves through the worker once what it tells is committed.

    `reason` is a short slug; the same `key` twice makes one mail.
    """
    words = {"to": to, "subject": " ".join(subject.split())[:300], "text": text, "html": html, "reason": reason}
    if key:
        mail, is_new = Mail.objects.get_or_create(key=key, defaults=words)
    else:
        mail, is_new = Mail.objects.create(**words), True
    if is_new:
        transaction.on_commit(wakeup.wake_mails)
    return mail


def send_mails() -> int:
    """Hands the mails that are due to the server; gives how many it took. Stops at once where it does not answer."""
    if Mail.objects.queued().filter(attempts__gt=0, not_before__gt=timezone.now(), last_error=SILENT).exists():
        return 0
    sent = 0
    for _ in range(BATCH):
        mail = Mail.objects.queued().take(HOLD)
        if mail is None:
            return sent
        try:
            _send(mail)
        except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
            # The server answered and refused this mail; the others may pass.
            mail.put_off(type(error).__name__, WAITS)
            log.warning("mail: %s was refused (%s)", mail.pk, type(error).__name__)
        except OSError as error:  # every other error of smtplib too
            mail.put_off(SILENT, [SERVER_PAUSE])
            log.warning("mail: the server does not answer (%s)", type(error).__name__)
            return sent
        except Exception as error:  # noqa: BLE001 - a mail that cannot be written must not keep the others
            mail.put_off(type(error).__name__, WAITS)
            log.exception("mail: %s could not be written", mail.pk)
        else:
            sent += 1
    wakeup.wake_mails()
    return sent


def _send(mail: Mail) -> None:
    """Sends one mail and notes it; in demonstration mode the screen is the server.

    Between the server's yes and the commit a killed worker may send it twice, under the same Message-ID, which mail
    programs show once.
    """
    if settings.EMAIL_HOST or not settings.DEMO:
        message = EmailMultiAlternatives(
            mail.subject,
            mail.text,
            to=[mail.to],
            headers={
                "Message-ID": f"<mail-{mail.pk}@{parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition('@')[2]}>",
                "Auto-Submitted": "auto-generated",
            },
        )
        if mail.html:
            message.attach_alternative(mail.html, "text/html")
        message.send()
    Mail.objects.filter(pk=mail.pk).update(state=MailState.SENT, sent_at=timezone.now())


def purge_mails() -> None:
    """Removes the mails that left some days ago: they may hold links that open an account."""
    Mail.objects.filter(state=MailState.SENT, sent_at__lt=timezone.now() - timedelta(days=MAIL_DAYS)).delete()
