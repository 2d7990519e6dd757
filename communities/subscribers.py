"""Rules of communities that follow from what happens to accounts."""

from __future__ import annotations

from uuid import UUID

from accounts.events import AccountClosed, DirectoryImported
from communities.actions import succession
from core.system import SYSTEM


def follow_closed_account(event: AccountClosed, key: UUID) -> None:
    """Within the closing: at no moment is a community without somebody who leads it, or who is looked for."""
    succession.follow_departure(actor=SYSTEM, person_id=event.person_id)


def follow_directory(event: DirectoryImported, key: UUID) -> None:
    """A directory may have closed many accounts at once."""
    for community in succession.without_animator():
        succession.ensure_animator(actor=SYSTEM, community=community)
