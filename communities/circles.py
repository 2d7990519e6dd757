"""Whom an external meets in communities."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from communities.enums import READABLE_STAGES, TEAM_ROLES, MembershipState, Role
from communities.models import Community, Membership

# Where a member sees the other members: in preparation the team alone.
SEES_MEMBERS = Q(role__in=TEAM_ROLES) | Q(community__stage__in=READABLE_STAGES)


def met_by(user: Any) -> Q:
    """Members of the communities of this person, and the animators of those they are invited to."""
    own = Membership.objects.members().filter(SEES_MEMBERS, person=user)
    invited = Membership.objects.filter(
        person=user, state=MembershipState.INVITED, role=Role.MEMBER, community__stage__in=READABLE_STAGES
    )
    co_members = Membership.objects.members().filter(community__in=own.values("community"))
    hosts = Membership.objects.animators().filter(community__in=invited.values("community"))
    return Q(pk__in=co_members.values("person")) | Q(pk__in=hosts.values("person"))


def who_meet(person: Any) -> Q:
    """The same, from the other side: who meets this person."""
    where_member = Membership.objects.members().filter(person=person).values("community")
    where_animator = Membership.objects.animators().filter(person=person).values("community")
    seers = Membership.objects.members().filter(SEES_MEMBERS, community__in=where_member)
    invited = Membership.objects.filter(
        state=MembershipState.INVITED,
        role=Role.MEMBER,
        community__stage__in=READABLE_STAGES,
        community__in=where_animator,
    )
    return Q(pk__in=seers.values("person")) | Q(pk__in=invited.values("person"))


def communities_in_common(viewer: Any, person: Any) -> list[Community]:
    """The communities of a person whose members the viewer may see; on one's own profile, all of one's own."""
    theirs = Membership.objects.members().filter(person=person).values("community")
    seen = Community.objects.visible_to(viewer, "communities.view_members").filter(pk__in=theirs)
    if viewer.pk != person.pk:
        own = Membership.objects.members().filter(person=viewer).values("community")
        seen = seen.filter(pk__in=own)
    return list(seen.order_by("search_key", "pk"))
