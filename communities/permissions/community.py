from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.enums import STEERING_ROLES, PlatformRole
from accounts.models import Deputy, RoleGrant, User
from communities.enums import READABLE_STAGES, TEAM_ROLES, WORK_KINDS, Joining, MembershipState, Role, Stage, Visibility
from communities.models import (
    Community,
    CommunityGroupObjectPermission,
    CommunityUserObjectPermission,
    Membership,
    RoleAccess,
)
from core.policies import EVERYTHING, NOTHING, Policy, Rule, Standing, allow
from core.prepared import Prepared

PLATFORM_PERMISSIONS: dict[str, frozenset[str]] = {
    # Proposing a community is another matter, with a sponsor; this is creating one directly.
    "communities.add_community": STEERING_ROLES,
    # The board of all communities, their files and notes. Proposition 49.
    "communities.accompany_community": STEERING_ROLES,
    # The queue of reported texts of every community.
    "communities.moderate_everywhere": STEERING_ROLES,
}

LISTED = (Visibility.LISTED,)
TEAM = ("moderator", "animator")
STEERING = ("community_manager", "administrator")

# Who may do what, in which access and stage. A community in preparation exists for its team and for those who steer.
TABLE: dict[str, tuple[Rule, ...]] = {
    # Its card: name, purpose, animators, the way in.
    "communities.find_community": (
        allow("agent", visibility=LISTED, stage=READABLE_STAGES),
        allow("invited", "member", "granted_view", "granted_join", stage=READABLE_STAGES),
        # Who is asked to lead it must see what they are asked to lead.
        allow("invited_to_team", stage=(Stage.PREPARATION,)),
        allow(*TEAM, *STEERING, "sponsor"),
    ),
    # Its contents.
    "communities.view_community": (
        allow("agent", visibility=LISTED, joining=(Joining.OPEN,), stage=READABLE_STAGES),
        allow("member", "granted_view", stage=READABLE_STAGES),
        allow(*TEAM),
    ),
    # Becoming a member at once.
    "communities.join_community": (
        allow("newcomer", visibility=LISTED, joining=(Joining.OPEN,), stage=(Stage.OPEN,)),
        allow("granted_newcomer", "invited", stage=(Stage.OPEN,)),
        allow("invited_to_team", stage=(Stage.PREPARATION,)),
    ),
    # Asking to become one.
    "communities.request_community": (
        allow("uninvited", visibility=LISTED, joining=(Joining.REQUEST,), stage=(Stage.OPEN,)),
    ),
    "communities.leave_community": (allow("member", stage=READABLE_STAGES), allow(*TEAM)),
    "communities.invite_member": (allow("animator", stage=(Stage.PREPARATION, Stage.OPEN)),),
    # Asking that an external partner take part for a time; a community manager answers.
    "communities.invite_partner": (allow("animator", stage=(Stage.PREPARATION, Stage.OPEN), allows_partners=(True,)),),
    # Accepting and refusing requests; removing, banning and unbanning members below oneself.
    "communities.admit_member": (allow(*TEAM, stage=(Stage.PREPARATION, Stage.OPEN, Stage.READ_ONLY)),),
    "communities.remove_member": (allow(*TEAM),),
    "communities.appoint_member": (allow("animator", *STEERING),),
    "communities.view_members": (
        allow("agent", visibility=LISTED, joining=(Joining.OPEN,), stage=READABLE_STAGES),
        allow("member", "granted_view", stage=READABLE_STAGES),
        allow(*TEAM, *STEERING),
    ),
    "communities.export_members": (allow("animator", *STEERING),),
    "communities.change_community": (allow("animator", *STEERING),),
    "communities.change_stage": (allow("animator", *STEERING),),
    # What concerns all communities and not this one alone: the pilot mark, stepping an animator down.
    "communities.steer_community": (allow(*STEERING),),
    "communities.add_post": (
        allow("speaking_member", stage=(Stage.OPEN,)),
        allow(*TEAM, stage=(Stage.PREPARATION, Stage.OPEN)),
    ),
    "communities.add_announcement": (allow("animator", stage=(Stage.PREPARATION, Stage.OPEN)),),
    "communities.moderate_community": (allow(*TEAM),),
    "communities.animate_community": (allow("animator"),),
    # Where it is going: for its readers, and for those who answer for it without reading what is said there.
    "communities.view_roadmap": (
        allow("agent", visibility=LISTED, joining=(Joining.OPEN,), stage=READABLE_STAGES),
        allow("member", "granted_view", stage=READABLE_STAGES),
        allow(*TEAM, *STEERING, "sponsor"),
    ),
    "communities.change_roadmap": (allow("animator", stage=(Stage.PREPARATION, Stage.OPEN)),),
    # Being told of its progress, and answering its reports.
    "communities.sponsor_community": (allow("sponsor"),),
    # Its figures, which name nobody. What is not work concerns neither the hierarchy nor those who steer.
    "communities.view_dashboard": (allow("animator"), allow("moderator", *STEERING, kind=WORK_KINDS)),
}


@dataclass(frozen=True)
class Facts:
    """How a person stands with one community, as the standings read it."""

    is_agent: bool
    roles: frozenset[str]
    membership: Membership | None
    grants: frozenset[str]
    is_sponsor: bool

    @property
    def state(self) -> str | None:
        """Where the person stands at this moment."""
        return self.membership.standing if self.membership else None

    @property
    def role(self) -> str | None:
        return self.membership.role if self.membership else None

    @property
    def is_suspended(self) -> bool:
        return self.membership is not None and self.membership.is_suspended

    def is_member(self, role: Role) -> bool:
        return self.state == MembershipState.MEMBER and self.role == role


def _through(memberships: Callable[[], QuerySet[Membership]], holds: Callable[[Facts], bool]) -> Standing:
    """A standing that a membership gives: `memberships` are those that do, `holds` says the same of one person."""
    return Standing(
        holds=holds,
        objects=lambda user: Q(pk__in=memberships().filter(person=user).values("community")),
        people=lambda community: Q(pk__in=memberships().filter(community=community).values("person")),
    )


def _member_as(role: Role) -> Standing:
    return _through(lambda: Membership.objects.members().filter(role=role), lambda facts: facts.is_member(role))


def _sponsors_of(community: Community) -> Q:
    deputies = Deputy.objects.active().filter(sponsor=community.sponsor_id)
    return Q(pk=community.sponsor_id) | Q(pk__in=deputies.values("deputy"))


def _steering_as(role: PlatformRole) -> Standing:
    return Standing(
        holds=lambda facts: facts.is_agent and role in facts.roles,
        objects=lambda user: EVERYTHING if user.is_agent and role in user.platform_roles else NOTHING,
        people=lambda community: Q(
            is_external=False, pk__in=RoleGrant.objects.active().filter(role=role).values("person")
        ),
    )


def granted_communities(user: Any, codename: str) -> Q:
    """Communities granted to one of the person's units or roles, or to them by name; an external has no grants."""
    if not user.is_agent:
        return NOTHING
    roles = RoleAccess.objects.filter(role__in=user.platform_roles, permission=codename)
    groups = CommunityGroupObjectPermission.objects.filter(group__user=user, permission__codename=codename)
    persons = CommunityUserObjectPermission.objects.filter(user=user, permission__codename=codename)
    found = Q(pk__in=groups.values("content_object")) | Q(pk__in=persons.values("content_object"))
    return found | Q(pk__in=roles.values("community")) if user.platform_roles else found


def granted_people(community: Community, codename: str) -> Q:
    """People to whom a community is granted, by unit, by role or by name."""
    groups = CommunityGroupObjectPermission.objects.filter(content_object=community, permission__codename=codename)
    persons = CommunityUserObjectPermission.objects.filter(content_object=community, permission__codename=codename)
    in_groups = User.groups.through.objects.filter(user=OuterRef("pk"), group__in=groups.values("group"))
    roles = RoleAccess.objects.filter(community=community, permission=codename).values("role")
    in_roles = RoleGrant.objects.active().filter(role__in=roles)
    by_name = Q(pk__in=persons.values("user")) | Q(pk__in=in_roles.values("person"))
    return Q(is_external=False) & (Q(Exists(in_groups)) | by_name)


def _standing_in(*states: MembershipState) -> Standing:
    return _through(lambda: Membership.objects.in_state(*states), lambda facts: facts.state in states)


def _granted(codename: str, *but: MembershipState) -> Standing:
    """Who reaches the community by a grant and does not stand there in one of these states."""
    return Standing(
        holds=lambda facts: codename in facts.grants and facts.state not in but,
        objects=lambda user: granted_communities(user, codename) & ~_standing_in(*but).objects(user),
        people=lambda community: granted_people(community, codename) & ~_standing_in(*but).people(community),
    )


def _agent(*but: MembershipState) -> Standing:
    """Every agent who does not stand with the community in one of these states."""
    return Standing(
        holds=lambda facts: facts.is_agent and facts.state not in but,
        objects=lambda user: ~_standing_in(*but).objects(user) if user.is_agent else NOTHING,
        people=lambda community: Q(is_external=False) & ~_standing_in(*but).people(community),
    )


SETTLED = (MembershipState.MEMBER, MembershipState.BANNED)

STANDINGS: dict[str, Standing] = {
    "agent": Standing(
        holds=lambda facts: facts.is_agent,
        objects=lambda user: EVERYTHING if user.is_agent else NOTHING,
        people=lambda community: Q(is_external=False),
    ),
    "newcomer": _agent(*SETTLED),
    "uninvited": _agent(*SETTLED, MembershipState.INVITED),
    "granted_newcomer": _granted("join_community", *SETTLED),
    "invited": _standing_in(MembershipState.INVITED),
    "invited_to_team": _through(
        lambda: Membership.objects.in_state(MembershipState.INVITED).filter(role__in=TEAM_ROLES),
        lambda facts: facts.state == MembershipState.INVITED and facts.role in TEAM_ROLES,
    ),
    "member": _member_as(Role.MEMBER),
    "speaking_member": _through(
        lambda: Membership.objects.speaking().filter(role=Role.MEMBER),
        lambda facts: facts.is_member(Role.MEMBER) and not facts.is_suspended,
    ),
    "moderator": _member_as(Role.MODERATOR),
    "animator": _member_as(Role.ANIMATOR),
    # A ban weighs more than what was granted to the unit.
    "granted_view": _granted("view_community", MembershipState.BANNED),
    "granted_join": _granted("join_community", MembershipState.BANNED),
    "community_manager": _steering_as(PlatformRole.COMMUNITY_MANAGER),
    "administrator": _steering_as(PlatformRole.ADMINISTRATOR),
    # Who answers for the community before the hierarchy, and whoever they named to stand in for them today.
    "sponsor": Standing(
        holds=lambda facts: facts.is_sponsor,
        objects=lambda user: Q(sponsor__in=user.decides_for) if user.is_agent else NOTHING,
        people=lambda community: Q(is_external=False) & _sponsors_of(community) if community.sponsor_id else NOTHING,
    ),
}


_memberships = Prepared(lambda viewer, ids: Membership.objects.filter(person=viewer, community__in=ids))


class CommunityPolicy(Policy[Community]):
    """Who may do what with a community."""

    model = Community
    reading = "communities.find_community"
    watching = "communities.view_community"
    has_images = True
    table: ClassVar = TABLE
    standings: ClassVar = STANDINGS

    def facts(self, user: Any, objects: list[Community], groups: frozenset[int] | None = None) -> Mapping[Any, Facts]:
        """What the standings read; with `groups`, as if the person belonged to these groups instead of their own."""
        ids = [community.pk for community in objects]
        memberships = {row.community_id: row for row in _memberships(user, ids=ids)}
        # A grant opens nothing that a member does not have: their own pages are spared the question.
        others = [pk for pk in ids if pk not in memberships or not memberships[pk].is_member]
        grants = self._grants(user, others, groups)
        return {
            community.pk: Facts(
                is_agent=user.is_agent,
                roles=user.platform_roles,
                membership=memberships.get(community.pk),
                grants=grants.get(community.pk, frozenset()),
                is_sponsor=user.is_agent and community.sponsor_id in user.decides_for,
            )
            for community in objects
        }

    @staticmethod
    def _grants(user: Any, ids: list[int], groups: frozenset[int] | None = None) -> dict[int, frozenset[str]]:
        if not user.is_agent or not ids:
            return {}
        belongs = Q(group__user=user) if groups is None else Q(group__in=groups)
        by_unit = CommunityGroupObjectPermission.objects.filter(belongs, content_object__in=ids)
        by_name = CommunityUserObjectPermission.objects.filter(user=user, content_object__in=ids)
        columns = ("content_object_id", "permission__codename")
        found: dict[int, set[str]] = {}
        others = [by_name.values_list(*columns)]
        if user.platform_roles:
            by_role = RoleAccess.objects.filter(role__in=user.platform_roles, community__in=ids)
            others.append(by_role.order_by().values_list("community_id", "permission"))
        # One query for all tables: every page of a community asks it.
        for pk, codename in by_unit.values_list(*columns).union(*others):
            found.setdefault(pk, set()).add(codename)
        return {pk: frozenset(names) for pk, names in found.items()}
