"""A mail to one person, written once: the text and the HTML are two renderings of the same words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string


@dataclass(frozen=True)
class Letter:
    """What a mail says.

    `paragraphs` are plain text and may hold what people typed: the renderings escape it. `quote` stands apart, as the
    words of somebody. `action` is a label with a path of ours or a whole address. `why` says why the mail was sent.
    """

    subject: str
    paragraphs: Sequence[str]
    why: str
    action: tuple[str, str] | None = None
    quote: str = ""

    def as_text(self) -> str:
        """The mail as plain text."""
        return render_to_string("mail/letter.txt", self._context()).strip() + "\n"

    def as_html(self) -> str:
        """The mail as HTML, in the reader's light or dark theme."""
        return render_to_string("mail/letter.html", self._context())

    def _context(self) -> dict[str, object]:
        label, address = self.action or ("", "")
        return {
            "letter": self,
            "label": label,
            "address": settings.BASE_URL + address if address.startswith("/") else address,
            "service_name": settings.SERVICE_NAME,
            "base_url": settings.BASE_URL,
        }
