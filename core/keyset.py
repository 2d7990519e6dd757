"""Pages of a list that cost the same wherever one stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class KeysetPage(Generic[M]):
    """One page; `next` is the cursor of the one that follows, None at the end."""

    items: Sequence[M]
    next: int | None


def page_by_id(queryset: QuerySet[M], before: int | None, size: int) -> KeysetPage[M]:
    """The newest `size` rows whose id is below `before`, newest first."""
    rows = queryset if before is None else queryset.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: size + 1])
    return KeysetPage(found[:size], found[size - 1].pk if len(found) > size else None)


def cursor_from(text: str | None) -> int | None:
    """The cursor of an address; None where it is absent or no number."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None
