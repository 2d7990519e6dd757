"""Two generic subscribers serve every event: one tells people, the other tells open pages. And one ends a session's."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from core.actions.outbox import publish
from core.events import Event
from core.kinds import kinds_of
from notifications import live
from notifications.actions.notices import deliver_notices
from notifications.events import SessionEnded, session_digest


def tell_people(event: Event, key: UUID) -> None:
    """Writes to whom the event concerns, then moves their bells."""
    told: set[int] = set()
    for kind in kinds_of(event):
        told.update(deliver_notices(kind, event, key))
    live.tell_badges(sorted(told))


def tell_pages(event: Event, key: UUID) -> None:
    """Has the open pages that the event concerns fetch what is new. A second time fetches it again, no more."""
    live.tell_pages(event.live())


def tell_session(sender: type[Session], instance: Session, **kwargs: Any) -> None:
    """Ends the sockets of a session with it. Django's signal, since every way out of a session passes there."""
    if instance.expire_date > timezone.now() and SESSION_KEY in instance.get_decoded():
        with transaction.atomic():
            publish(SessionEnded(session=session_digest(instance.session_key)))
