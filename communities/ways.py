"""Who can see a community, way by way: each with its count, who opened it and when. Proposition 38."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import STEERING_ROLES, PlatformRole
from accounts.models import Deputy, RoleGrant, User
from communities.audience import HOLDERS
from communities.enums import Grant, Joining, MembershipState, Role, Stage, Visibility
from communities.grounds import Given
from communities.models import Community, CommunityGroupObjectPermission, CommunityUserObjectPermission, RoleAccess

READ, FIND = gettext_lazy("They read it"), gettext_lazy("They find its card")


@dataclass(frozen=True)
class Way:
    """One way to the community: whom it concerns, how many there are today, what they may, who opened it."""

    name: str
    icon: str
    title: Any
    count: int
    what: Any
    detail: str = ""


def ways_of(community: Any, given: Given) -> list[Way]:
    """Every way in which somebody sees the community; it carries its counts. A fixed number of queries.

    `given` is what `given_by` says of it.
    """
    steering = Q(pk__in=RoleGrant.objects.active().filter(role__in=STEERING_ROLES).values("person"))
    agents = User.objects.current().filter(is_external=False)
    counts = agents.order_by().aggregate(all=Count("pk"), steering=Count("pk", steering))
    return [
        *_agents(community, counts["all"]),
        *_members(community),
        *_grants(community, given),
        *_steering(community, counts["steering"]),
    ]


def _agents(community: Any, count: int) -> list[Way]:
    if community.visibility != Visibility.LISTED or community.stage == Stage.PREPARATION:
        return []
    is_open = community.joining == Joining.OPEN
    detail = {
        Joining.OPEN: _("It is open to all agents."),
        Joining.REQUEST: _("It is listed; one asks to join."),
        Joining.INVITATION: _("It is listed; one is invited."),
    }[Joining(community.joining)]
    return [Way("agents", "globe", _("All agents"), count, READ if is_open else FIND, detail)]


def _members(community: Community) -> list[Way]:
    current = community.memberships.current().in_state(*MembershipState)
    counts = current.aggregate(
        team=Count("pk", Q(state=MembershipState.MEMBER) & ~Q(role=Role.MEMBER)),
        members=Count("pk", Q(state=MembershipState.MEMBER, role=Role.MEMBER, person__is_external=False)),
        partners=Count("pk", Q(state=MembershipState.MEMBER, role=Role.MEMBER, person__is_external=True)),
        invited=Count("pk", Q(state=MembershipState.INVITED)),
        banned=Count("pk", Q(state=MembershipState.BANNED)),
    )
    is_prepared = community.stage == Stage.PREPARATION
    closed = _("From the opening on.") if is_prepared else ""
    ways = [
        Way("team", "star", _("Animators and moderators"), counts["team"], READ),
        Way("members", "communities", _("Members"), counts["members"], READ, closed),
        Way("partners", "shield", _("External partners"), counts["partners"], READ, closed),
        Way("invited", "user-plus", _("Invited, without an answer yet"), counts["invited"], FIND, closed),
        Way(
            "banned", "lock", _("People who were banned"), counts["banned"], _("A unit or a role opens nothing to them")
        ),
    ]
    return [way for way in ways if way.count]


def _grants(community: Community, given: Given) -> list[Way]:
    groups = CommunityGroupObjectPermission.objects.filter(content_object=community, group__unit__isnull=False)
    is_agent = Q(group__user__is_external=False, group__user__is_active=True)
    rows = groups.annotate(agents=Count("group__user", is_agent)).order_by("group__unit__path", "permission")
    unit = rows.values_list("group__unit__name", "group__unit__code", "permission__codename", "agents")
    ways = [
        Way("unit", "building", name, agents, _may(permission), given.get((permission, code), ""))
        for name, code, permission, agents in unit
        if permission in Grant.values
    ]
    held = RoleGrant.objects.active().filter(person__in=User.objects.current().filter(is_external=False))
    holders = dict(held.order_by().values_list("role").annotate(Count("person", distinct=True)))
    for row in RoleAccess.objects.filter(community=community):
        title, what = HOLDERS[PlatformRole(row.role)], _may(row.permission)
        count = holders.get(row.role, 0)
        ways.append(Way("role", "users", title, count, what, given.get((row.permission, row.role), "")))
    named = CommunityUserObjectPermission.objects.filter(content_object=community, user__is_external=False)
    for permission, count in named.values_list("permission__codename").annotate(Count("pk")).order_by("permission"):
        ways.append(Way("named", "users", _("Agents by name"), count, _may(permission)))
    return ways


def _may(permission: str) -> str:
    return _("They may %(what)s") % {"what": Grant(permission).label}


def _steering(community: Any, steering: int) -> list[Way]:
    what = _("They see the card, the settings and the members; contents only as members")
    ways = [Way("steering", "shield", _("Community managers and administrators"), steering, what)]
    if community.sponsor_id:
        deputies = Deputy.objects.active().filter(sponsor=community.sponsor_id).values("deputy").distinct().count()
        words = _("They see the card; contents only as members")
        title = _("The sponsor and whoever stands in today")
        ways.append(Way("sponsor", "users", title, 1 + deputies, words, str(community.sponsor)))
    return ways
