from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import BusinessRuleError
from core.models import Draft, Submission

DRAFT_BYTES_MAX = 200_000
DRAFTS_MAX = 100
DRAFT_DAYS = 90


def save_draft(*, actor: Any, place: str, address: str, data: dict[str, Any]) -> Draft | None:
    """Keeps what a person is writing; a form emptied again forgets its draft.

    Raises BusinessRuleError beyond `DRAFT_BYTES_MAX` bytes or `DRAFTS_MAX` drafts.
    """
    if not any(str(value).strip() for value in data.values()):
        discard_draft(actor=actor, place=place)
        return None
    if len(json.dumps(data)) > DRAFT_BYTES_MAX:
        raise BusinessRuleError(_("This text is too long to be kept as a draft."))
    drafts = Draft.objects.filter(person=actor)
    if not drafts.filter(place=place).exists() and drafts.count() >= DRAFTS_MAX:
        raise BusinessRuleError(_("You have too many drafts. Delete some under “My drafts”."))
    return Draft.objects.update_or_create(person=actor, place=place, defaults={"address": address, "data": data})[0]


def discard_draft(*, actor: Any, place: str) -> None:
    """Forgets the draft of a place: it was sent, or given up."""
    Draft.objects.filter(person=actor, place=place).delete()


def purge_drafts() -> None:
    """Removes drafts that nobody came back to, and the traces of forms sent long ago."""
    now = timezone.now()
    Draft.objects.filter(updated_at__lt=now - timedelta(days=DRAFT_DAYS)).delete()
    Submission.objects.filter(created_at__lt=now - timedelta(days=7)).delete()
