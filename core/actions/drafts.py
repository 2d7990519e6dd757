from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actions.outbox import publish
from core.draft_kinds import DRAFT_DAYS, draft_kind_of, draft_kinds
from core.errors import BusinessRuleError
from core.events import DraftEnding
from core.models import Draft, Submission

DRAFT_BYTES_MAX = 200_000
DRAFTS_MAX = 100


def save_draft(*, actor: Any, place: str, address: str, data: dict[str, Any]) -> Draft | None:
    """Keeps what a person is writing; a form emptied again forgets its draft.

    Where the form has several pages, `data` holds the fields of one, and those of the others stay.
    Raises BusinessRuleError beyond `DRAFT_BYTES_MAX` bytes or `DRAFTS_MAX` drafts.
    """
    drafts = Draft.objects.filter(person=actor)
    if draft_kind_of(place).has_parts and (earlier := drafts.filter(place=place).first()):
        data = earlier.data | data
    if not any(str(value).strip() for value in data.values()):
        discard_draft(actor=actor, place=place)
        return None
    if len(json.dumps(data)) > DRAFT_BYTES_MAX:
        raise BusinessRuleError(_("This text is too long to be kept as a draft."))
    if not drafts.filter(place=place).exists() and drafts.count() >= DRAFTS_MAX:
        raise BusinessRuleError(_("You have too many drafts. Delete some under “My drafts”."))
    kept = {"address": address, "data": data, "warned_at": None}
    return Draft.objects.update_or_create(person=actor, place=place, defaults=kept)[0]


def discard_draft(*, actor: Any, place: str) -> None:
    """Forgets the draft of a place: it was sent, or given up."""
    Draft.objects.filter(person=actor, place=place).delete()


def warn_of_drafts() -> None:
    """Tells people, once, that what they were writing will go; only for kinds that warn."""
    now = timezone.now()
    for name, kind in draft_kinds.items():
        if not kind.warns:
            continue
        old = now - timedelta(days=kind.days - kind.warns)
        for draft in Draft.objects.of_kind(name).filter(updated_at__lt=old, warned_at=None).order_by("pk"):
            with transaction.atomic():
                # Written on meanwhile, or told by another worker: nothing to tell. `updated_at` stays what it is.
                told = Draft.objects.filter(pk=draft.pk, updated_at=draft.updated_at, warned_at=None)
                if told.update(warned_at=now):
                    publish(DraftEnding(draft_id=draft.pk))


def purge_drafts() -> None:
    """Removes drafts that nobody came back to, each after the time of its kind, and traces of forms sent long ago."""
    now = timezone.now()
    ordinary = Draft.objects.filter(updated_at__lt=now - timedelta(days=DRAFT_DAYS))
    for name, kind in draft_kinds.items():
        ordinary = ordinary.exclude(place__startswith=f"{name}:")
        Draft.objects.of_kind(name).filter(updated_at__lt=now - timedelta(days=kind.days)).delete()
    ordinary.delete()
    Submission.objects.filter(created_at__lt=now - timedelta(days=7)).delete()
