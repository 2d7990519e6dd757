from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Q

from accounts.circles import circles
from accounts.enums import PlatformRole
from accounts.models import Deputy, Invitation, RoleGrant, Unit, User
from core.policies import EVERYTHING, NOTHING, Policy, Standing, allow

# Without an object: which platform roles may.
PLATFORM_PERMISSIONS: dict[str, frozenset[str]] = {
    "accounts.invite_anyone": frozenset({PlatformRole.ADMINISTRATOR, PlatformRole.COMMUNITY_MANAGER}),
    "accounts.invite_person": frozenset(
        {PlatformRole.ADMINISTRATOR, PlatformRole.COMMUNITY_MANAGER, PlatformRole.AMBASSADOR}
    ),
    "accounts.grant_role": frozenset({PlatformRole.ADMINISTRATOR}),
    # Units, and who is where: people, managers, accounts closed and opened again.
    "accounts.manage_directory": frozenset({PlatformRole.ADMINISTRATOR}),
    "accounts.name_deputy": frozenset({PlatformRole.SPONSOR}),
    # The ground knows no roles: what it asks of one is said here.
    "core.set_parameters": frozenset({PlatformRole.ADMINISTRATOR}),
}


def _seen_in_circles(user: Any) -> Q:
    seen = NOTHING
    for circle in circles.values():
        seen |= circle.seen_by(user)
    return seen


def _seers_in_circles(person: Any) -> Q:
    seers = NOTHING
    for circle in circles.values():
        seers |= circle.seers_of(person)
    return seers & Q(is_external=True)


class UserPolicy(Policy[User]):
    """Agents see everyone; an external sees the people of their communities and nobody else."""

    model = User
    reading = "accounts.view_user"
    has_images = True
    table: ClassVar = {
        "accounts.view_user": (allow("self", "agent", "circle", is_active=(True,)),),
        "accounts.change_user": (allow("self"),),
        # Closed accounts too: someone must be able to open them again.
        "accounts.administer_user": (allow("administrator"),),
    }
    standings: ClassVar = {
        "self": Standing(
            holds=lambda facts: facts["self"],
            objects=lambda user: Q(pk=user.pk),
            people=lambda person: Q(pk=person.pk),
        ),
        "agent": Standing(
            holds=lambda facts: facts["agent"],
            objects=lambda user: EVERYTHING if user.is_agent else NOTHING,
            people=lambda person: Q(is_external=False),
        ),
        "circle": Standing(
            holds=lambda facts: facts["circle"],
            objects=lambda user: _seen_in_circles(user) if user.is_external else NOTHING,
            people=_seers_in_circles,
        ),
        "administrator": Standing(
            holds=lambda facts: facts["administrator"],
            objects=lambda user: EVERYTHING if user.is_agent and user.is_administrator else NOTHING,
            people=lambda person: Q(
                is_external=False,
                pk__in=RoleGrant.objects.active().filter(role=PlatformRole.ADMINISTRATOR).values("person"),
            ),
        ),
    }

    def facts(self, user: Any, objects: list[User]) -> Mapping[Any, Any]:
        met: set[int] = set()
        if user.is_external:
            ids = [person.pk for person in objects]
            met = set(User.objects.filter(_seen_in_circles(user), pk__in=ids).values_list("pk", flat=True))
        administrator = user.is_agent and user.is_administrator
        return {
            person.pk: {
                "self": person.pk == user.pk,
                "agent": user.is_agent,
                "circle": person.pk in met,
                "administrator": administrator,
            }
            for person in objects
        }


class UnitPolicy(Policy[Unit]):
    """The organisation chart is the administration's own; an external sees people, not where they sit."""

    model = Unit
    reading = "accounts.view_unit"
    table: ClassVar = {"accounts.view_unit": (allow("agent"),)}
    standings: ClassVar = {
        "agent": Standing(
            holds=lambda facts: facts["agent"],
            objects=lambda user: EVERYTHING if user.is_agent else NOTHING,
            people=lambda unit: Q(is_external=False),
        ),
    }

    def facts(self, user: Any, objects: list[Unit]) -> Mapping[Any, Any]:
        return {unit.pk: {"agent": user.is_agent} for unit in objects}


class InvitationPolicy(Policy[Invitation]):
    """An invitation is its sender's."""

    model = Invitation
    reading = "accounts.view_invitation"
    table: ClassVar = {
        "accounts.view_invitation": (allow("sender"),),
        "accounts.withdraw_invitation": (allow("sender"),),
    }
    standings: ClassVar = {
        "sender": Standing(
            holds=lambda facts: facts["sender"],
            objects=lambda user: Q(invited_by=user),
            people=lambda invitation: Q(pk=invitation.invited_by_id),
        ),
    }

    def facts(self, user: Any, objects: list[Invitation]) -> Mapping[Any, Any]:
        return {invitation.pk: {"sender": invitation.invited_by_id == user.pk} for invitation in objects}


class DeputyPolicy(Policy[Deputy]):
    """Who stands in for whom is known to the two of them; the sponsor alone ends it."""

    model = Deputy
    reading = "accounts.view_deputy"
    table: ClassVar = {
        "accounts.view_deputy": (allow("sponsor", "deputy"),),
        "accounts.withdraw_deputy": (allow("sponsor"),),
    }
    standings: ClassVar = {
        "sponsor": Standing(
            holds=lambda facts: facts["sponsor"],
            objects=lambda user: Q(sponsor=user),
            people=lambda deputy: Q(pk=deputy.sponsor_id),
        ),
        "deputy": Standing(
            holds=lambda facts: facts["deputy"],
            objects=lambda user: Q(deputy=user),
            people=lambda deputy: Q(pk=deputy.deputy_id),
        ),
    }

    def facts(self, user: Any, objects: list[Deputy]) -> Mapping[Any, Any]:
        return {row.pk: {"sponsor": row.sponsor_id == user.pk, "deputy": row.deputy_id == user.pk} for row in objects}
