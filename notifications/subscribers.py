"""Two generic subscribers serve every event: one tells people, the other tells open pages."""

from __future__ import annotations

from uuid import UUID

from core.events import Event
from core.kinds import kinds_of
from notifications import live
from notifications.actions.notices import deliver_notices


def tell_people(event: Event, key: UUID) -> None:
    """Writes to whom the event concerns, then moves their bells."""
    told: set[int] = set()
    for kind in kinds_of(event):
        told.update(deliver_notices(kind, event, key))
    live.tell_badges(sorted(told))


def tell_pages(event: Event, key: UUID) -> None:
    """Has the open pages that the event concerns fetch what is new. A second time fetches it again, no more."""
    live.tell_pages(event.live())
