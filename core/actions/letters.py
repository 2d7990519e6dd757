from __future__ import annotations

from collections.abc import Callable

from django.utils import translation

from core.actions.mail import queue_mail
from core.letters import Letter
from core.models import Mail


def queue_letter(*, to: str, language: str, write: Callable[[], Letter], reason: str, key: str = "") -> Mail:
    """Writes a letter in its reader's language; it leaves through the worker once what it tells is committed.

    `write` is called with that language active. `reason` is a short slug; the same `key` twice makes one mail.
    """
    with translation.override(language):
        letter = write()
        text, html = letter.as_text(), letter.as_html()
        return queue_mail(to=to, subject=letter.subject, text=text, html=html, reason=reason, key=key)
