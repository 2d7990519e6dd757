from __future__ import annotations

from collections.abc import Callable

from django.utils import translation

from core.actions.mail import queue_mail
from core.letters import Letter
from core.models import Mail


def queue_letter(*, to: str, language: str, write: Callable[[], Letter], reason: str) -> Mail:
    """Writes a letter in its reader's language; it leaves through the worker once what it tells is committed.

    `write` is called with that language active. `reason` is a short slug.
    """
    with translation.override(language):
        letter = write()
        return queue_mail(to=to, subject=letter.subject, text=letter.as_text(), html=letter.as_html(), reason=reason)
