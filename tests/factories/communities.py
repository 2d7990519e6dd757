"""Communities and memberships for tests; nothing random that changes a right."""

from __future__ import annotations

from typing import Any

import factory
from guardian.shortcuts import assign_perm

from communities.enums import CommunityKind, Joining, MembershipState, Role, Stage, Visibility
from communities.models import Community, Membership


class CommunityFactory(factory.django.DjangoModelFactory):
    """An open community, listed, that every agent joins freely."""

    class Meta:
        model = Community

    class Params:
        on_request = factory.Trait(joining=Joining.REQUEST)
        by_invitation = factory.Trait(joining=Joining.INVITATION)
        confidential = factory.Trait(visibility=Visibility.CONFIDENTIAL, joining=Joining.INVITATION)
        in_preparation = factory.Trait(stage=Stage.PREPARATION)
        read_only = factory.Trait(stage=Stage.READ_ONLY)
        archived = factory.Trait(stage=Stage.ARCHIVED)

    name = factory.Sequence(lambda number: f"Achats durables {number}")
    slug = factory.Sequence(lambda number: f"achats-durables-{number}")
    purpose = "Acheter mieux, ensemble."
    kind = CommunityKind.PROFESSIONAL
    visibility = Visibility.LISTED
    joining = Joining.OPEN
    stage = Stage.OPEN


class MembershipFactory(factory.django.DjangoModelFactory):
    """A plain member."""

    class Meta:
        model = Membership

    class Params:
        moderator = factory.Trait(role=Role.MODERATOR)
        animator = factory.Trait(role=Role.ANIMATOR)
        invited = factory.Trait(state=MembershipState.INVITED)
        requested = factory.Trait(state=MembershipState.REQUESTED, motivation="Je suis acheteuse.")
        banned = factory.Trait(state=MembershipState.BANNED)

    community = factory.SubFactory(CommunityFactory)
    person = factory.SubFactory("tests.factories.accounts.UserFactory")
    state = MembershipState.MEMBER
    role = Role.MEMBER


def member_of(community: Community, role: Role = Role.MEMBER, **person: Any) -> Any:
    """A new person who is a member of the community."""
    return MembershipFactory(community=community, role=role, **{f"person__{k}": v for k, v in person.items()}).person


def grant(community: Community, unit: Any, codename: str) -> None:
    """Grants `view_community` or `join_community` to the agents of a unit."""
    assign_perm(codename, unit.group, community)
