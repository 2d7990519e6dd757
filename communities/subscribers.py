"""Rules of communities that follow from what happens to people and accounts."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from accounts.events import AccountClosed, DirectoryImported, InvitationAccepted, PersonMoved, UnitMoved
from accounts.mobility import Move
from accounts.models import Invitation, Unit, User
from communities.actions import succession
from communities.actions.partners import seat_partner
from communities.actions.reach_changes import tell_moves
from communities.models import CalendarToken
from core.system import SYSTEM


def follow_closed_account(event: AccountClosed, key: UUID) -> None:
    """Within the closing: at no moment is a community without somebody who leads it, or who is looked for."""
    succession.follow_departure(actor=SYSTEM, person_id=event.person_id)
    # The address of a calendar does not come back with the account.
    CalendarToken.objects.filter(person=event.person_id, revoked_at=None).update(revoked_at=timezone.now())


def follow_directory(event: DirectoryImported, key: UUID) -> None:
    """A directory may have closed many accounts at once."""
    for community in succession.without_animator():
        succession.ensure_animator(actor=SYSTEM, community=community)


def seat_who_was_approved(event: InvitationAccepted, key: UUID) -> None:
    """A partner who opens their account finds the community that they were approved for; refuses where none is left."""
    invitation = Invitation.objects.select_related("accepted_by").get(pk=event.invitation_id)
    if invitation.accepted_by is not None:
        seat_partner(person=invitation.accepted_by)


def tell_who_moved(event: PersonMoved, key: UUID) -> None:
    """A person changed units."""
    tell_moves([Move(event.person_id, frozenset(event.left), frozenset(event.reached))], key)


def tell_unit_that_moved(event: UnitMoved, key: UUID) -> None:
    """A unit moved, and its agents with it."""
    unit = Unit.objects.filter(pk=event.unit_id).first()
    if unit is not None:
        left, reached = frozenset(event.left), frozenset(event.reached)
        people = User.objects.current().in_unit(unit).values_list("pk", flat=True)
        tell_moves([Move(pk, left, reached) for pk in people], key)


def tell_who_was_imported(event: DirectoryImported, key: UUID) -> None:
    """A directory put people elsewhere."""
    tell_moves([Move(pk, frozenset(left), frozenset(reached)) for pk, left, reached in event.moves], key)
