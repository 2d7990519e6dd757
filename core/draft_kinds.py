"""How long what people are writing is kept, by the sort of form it was typed in. An app puts in its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from core.registry import Registry

DRAFT_DAYS: Final = 90


@dataclass(frozen=True)
class DraftKind:
    """One sort of form, named by what its places begin with: `proposal` for `proposal:new`.

    `days` it is kept after the last change; `warns`, how many days before it goes the person is told (0: never).
    `has_parts`: the form has several pages, each of which saves its own fields and leaves those of the others.
    """

    days: int = DRAFT_DAYS
    warns: int = 0
    has_parts: bool = False


ORDINARY: Final = DraftKind()
draft_kinds: Registry[str, DraftKind] = Registry("kinds of drafts")


def draft_kind_of(place: str) -> DraftKind:
    """The kind of the draft that is kept for a place."""
    return draft_kinds.get(place.partition(":")[0]) or ORDINARY
