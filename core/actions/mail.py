from __future__ import annotations

from datetime import timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone

from core.actions.outbox import publish
from core.events import MailQueued
from core.models import Mail
from core.models.mail import MailState

MAIL_DAYS = 7


@transaction.atomic
def queue_mail(*, to: str, subject: str, text: str, html: str = "", reason: str) -> Mail:
    """Writes a mail that leaves through the worker once what it tells is committed. `reason` is a short slug."""
    mail = Mail.objects.create(to=to, subject=" ".join(subject.split()), text=text, html=html, reason=reason)
    publish(MailQueued(mail_id=mail.pk))
    return mail


def send_mail(mail_id: int) -> None:
    """Hands one mail to the server, unless it already left; in demonstration mode the screen is the server.

    Raises what the server raises: the outbox tries again. Between the server's yes and the commit a killed worker may
    send it twice, under the same Message-ID, which mail programs show once.
    """
    mail = Mail.objects.filter(pk=mail_id, state=MailState.QUEUED).first()
    if mail is None:
        return
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
