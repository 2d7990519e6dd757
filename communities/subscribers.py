"""Rules of communities that follow from what happens to people and accounts."""

from __future__ import annotations

from uuid import UUID

from accounts.events import AccountClosed, DirectoryImported, InvitationAccepted
from accounts.models import Invitation
from communities.actions import succession
from communities.actions.partners import seat_partner
from core.system import SYSTEM


def follow_closed_account(event: AccountClosed, key: UUID) -> None:
    """Within the closing: at no moment is a community without somebody who leads it, or who is looked for."""
    succession.follow_departure(actor=SYSTEM, person_id=event.person_id)


def follow_directory(event: DirectoryImported, key: UUID) -> None:
    """A directory may have closed many accounts at once."""
    for community in succession.without_animator():
        succession.ensure_animator(actor=SYSTEM, community=community)


def seat_who_was_approved(event: InvitationAccepted, key: UUID) -> None:
    """A partner who opens their account finds the community that they were approved for; refuses where none is left."""
    invitation = Invitation.objects.select_related("accepted_by").get(pk=event.invitation_id)
    if invitation.accepted_by is not None:
        seat_partner(person=invitation.accepted_by)
