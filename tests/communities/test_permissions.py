"""Who may do what with a community: one literal table, and the proof that the three answers agree everywhere."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.enums import PlatformRole
from accounts.models import User
from communities.enums import CommunityKind, Grant, Joining, MembershipState, Role, Visibility
from communities.grounds import RIGHTS, WORDS, rights_of
from communities.models import Community
from core.policies import abilities_for, grounds_for, policy_for, users_with
from core.system import SYSTEM
from tests.factories.accounts import DeputyFactory, UnitFactory, UserFactory
from tests.factories.communities import CommunityFactory, MembershipFactory, RoleAccessFactory, grant

pytestmark = pytest.mark.django_db

LETTERS = {
    "f": "find_community",
    "v": "view_community",
    "j": "join_community",
    "r": "request_community",
    "l": "leave_community",
    "i": "invite_member",
    "a": "admit_member",
    "x": "remove_member",
    "p": "appoint_member",
    "m": "view_members",
    "e": "export_members",
    "c": "change_community",
    "s": "change_stage",
    "t": "steer_community",
    "w": "add_post",
    "n": "add_announcement",
    "d": "moderate_community",
    "k": "animate_community",
    "o": "sponsor_community",
    "y": "view_roadmap",
    "z": "change_roadmap",
    "h": "view_dashboard",
    "g": "invite_partner",
}
ACCESS = {
    "open": {"visibility": Visibility.LISTED, "joining": Joining.OPEN},
    "request": {"visibility": Visibility.LISTED, "joining": Joining.REQUEST},
    "invitation": {"visibility": Visibility.LISTED, "joining": Joining.INVITATION},
    "confidential": {"visibility": Visibility.CONFIDENTIAL, "joining": Joining.INVITATION},
}
# name → (traits of the person, how they stand, their role, what is granted to their unit)
PEOPLE = {
    "agent": ({}, None, None, None),
    "asking": ({}, MembershipState.REQUESTED, Role.MEMBER, None),
    "refused": ({}, MembershipState.REFUSED, Role.MEMBER, None),
    "left": ({}, MembershipState.LEFT, Role.MEMBER, None),
    "banned": ({}, MembershipState.BANNED, Role.MEMBER, None),
    "invited": ({}, MembershipState.INVITED, Role.MEMBER, None),
    "invited to lead": ({}, MembershipState.INVITED, Role.ANIMATOR, None),
    "member": ({}, MembershipState.MEMBER, Role.MEMBER, None),
    "moderator": ({}, MembershipState.MEMBER, Role.MODERATOR, None),
    "animator": ({}, MembershipState.MEMBER, Role.ANIMATOR, None),
    "reader by unit": ({}, None, None, "view_community"),
    "joiner by unit": ({}, None, None, "join_community"),
    "banned joiner by unit": ({}, MembershipState.BANNED, Role.MEMBER, "join_community"),
    "banned reader by unit": ({}, MembershipState.BANNED, Role.MEMBER, "view_community"),
    "reader by role": ({"roles": [PlatformRole.SUPER_USER]}, None, None, None),
    "joiner by role": ({"roles": [PlatformRole.CERTIFIER]}, None, None, None),
    "banned reader by role": ({"roles": [PlatformRole.SUPER_USER]}, MembershipState.BANNED, Role.MEMBER, None),
    "external of role": ({"external": True, "roles": [PlatformRole.SUPER_USER]}, None, None, None),
    "stranger": ({"external": True}, None, None, None),
    "guest": ({"external": True}, MembershipState.MEMBER, Role.MEMBER, None),
    "invited guest": ({"external": True}, MembershipState.INVITED, Role.MEMBER, None),
    "external of unit": ({"external": True}, None, None, "join_community"),
    "closed member": ({"closed": True}, MembershipState.MEMBER, Role.MEMBER, None),
    "closed animator": ({"closed": True}, MembershipState.MEMBER, Role.ANIMATOR, None),
    "ended guest": ({"ended": True}, MembershipState.MEMBER, Role.MEMBER, None),
    "community manager": ({"community_manager": True}, None, None, None),
    "administrator": ({"administrator": True}, None, None, None),
    "ambassador": ({"ambassador": True}, None, None, None),
    "suspended": ({}, MembershipState.MEMBER, Role.MEMBER, None),
    "once suspended": ({}, MembershipState.MEMBER, Role.MEMBER, None),
    "guest past their time": ({"external": True}, MembershipState.MEMBER, Role.MEMBER, None),
    "agent past their time": ({}, MembershipState.MEMBER, Role.MEMBER, None),
    "sponsor": ({}, None, None, None),
    "deputy": ({}, None, None, None),
    "deputy of last week": ({}, None, None, None),
}
HOUR = timedelta(hours=1)
# What the memberships of some carry besides.
TIMES = {
    "suspended": {"suspended_until": HOUR},
    "once suspended": {"suspended_until": -HOUR},
    "guest past their time": {"ends_at": -HOUR},
    "agent past their time": {"ends_at": -HOUR},
}
STAGES = ("preparation", "open", "read_only", "archived")
# (access, person) → what they may in preparation, open, read-only, archived.
TABLE: dict[tuple[str, str], tuple[str, str, str, str]] = {
    ("open", "agent"): ("", "fvjmy", "fvmy", "fvmy"),
    ("open", "asking"): ("", "fvjmy", "fvmy", "fvmy"),
    ("open", "refused"): ("", "fvjmy", "fvmy", "fvmy"),
    ("open", "left"): ("", "fvjmy", "fvmy", "fvmy"),
    ("open", "banned"): ("", "fvmy", "fvmy", "fvmy"),
    ("open", "invited"): ("", "fvjmy", "fvmy", "fvmy"),
    ("open", "invited to lead"): ("fj", "fvjmy", "fvmy", "fvmy"),
    ("open", "member"): ("", "fvlmwy", "fvlmy", "fvlmy"),
    ("open", "moderator"): ("fvlaxmwdyh", "fvlaxmwdyh", "fvlaxmdyh", "fvlxmdyh"),
    ("open", "animator"): ("fvliaxpmecswndkyzhg", "fvliaxpmecswndkyzhg", "fvlaxpmecsdkyh", "fvlxpmecsdkyh"),
    ("open", "reader by unit"): ("", "fvjmy", "fvmy", "fvmy"),
    ("open", "joiner by unit"): ("", "fvjmy", "fvmy", "fvmy"),
    ("open", "banned joiner by unit"): ("", "fvmy", "fvmy", "fvmy"),
    ("open", "banned reader by unit"): ("", "fvmy", "fvmy", "fvmy"),
    ("open", "stranger"): ("", "", "", ""),
    ("open", "guest"): ("", "fvlmwy", "fvlmy", "fvlmy"),
    ("open", "invited guest"): ("", "fj", "f", "f"),
    ("open", "external of unit"): ("", "", "", ""),
    ("open", "closed member"): ("", "", "", ""),
    ("open", "closed animator"): ("", "", "", ""),
    ("open", "ended guest"): ("", "", "", ""),
    ("open", "community manager"): ("fpmecstyh", "fvjpmecstyh", "fvpmecstyh", "fvpmecstyh"),
    ("open", "administrator"): ("fpmecstyh", "fvjpmecstyh", "fvpmecstyh", "fvpmecstyh"),
    ("open", "ambassador"): ("", "fvjmy", "fvmy", "fvmy"),
    ("request", "agent"): ("", "fr", "f", "f"),
    ("request", "asking"): ("", "fr", "f", "f"),
    ("request", "refused"): ("", "fr", "f", "f"),
    ("request", "left"): ("", "fr", "f", "f"),
    ("request", "banned"): ("", "f", "f", "f"),
    ("request", "invited"): ("", "fj", "f", "f"),
    ("request", "invited to lead"): ("fj", "fj", "f", "f"),
    ("request", "member"): ("", "fvlmwy", "fvlmy", "fvlmy"),
    ("request", "moderator"): ("fvlaxmwdyh", "fvlaxmwdyh", "fvlaxmdyh", "fvlxmdyh"),
    ("request", "animator"): ("fvliaxpmecswndkyzhg", "fvliaxpmecswndkyzhg", "fvlaxpmecsdkyh", "fvlxpmecsdkyh"),
    ("request", "reader by unit"): ("", "fvrmy", "fvmy", "fvmy"),
    ("request", "joiner by unit"): ("", "fjr", "f", "f"),
    ("request", "banned joiner by unit"): ("", "f", "f", "f"),
    ("request", "banned reader by unit"): ("", "f", "f", "f"),
    ("request", "stranger"): ("", "", "", ""),
    ("request", "guest"): ("", "fvlmwy", "fvlmy", "fvlmy"),
    ("request", "invited guest"): ("", "fj", "f", "f"),
    ("request", "external of unit"): ("", "", "", ""),
    ("request", "closed member"): ("", "", "", ""),
    ("request", "closed animator"): ("", "", "", ""),
    ("request", "ended guest"): ("", "", "", ""),
    ("request", "community manager"): ("fpmecstyh", "frpmecstyh", "fpmecstyh", "fpmecstyh"),
    ("request", "administrator"): ("fpmecstyh", "frpmecstyh", "fpmecstyh", "fpmecstyh"),
    ("request", "ambassador"): ("", "fr", "f", "f"),
    ("invitation", "agent"): ("", "f", "f", "f"),
    ("invitation", "asking"): ("", "f", "f", "f"),
    ("invitation", "refused"): ("", "f", "f", "f"),
    ("invitation", "left"): ("", "f", "f", "f"),
    ("invitation", "banned"): ("", "f", "f", "f"),
    ("invitation", "invited"): ("", "fj", "f", "f"),
    ("invitation", "invited to lead"): ("fj", "fj", "f", "f"),
    ("invitation", "member"): ("", "fvlmwy", "fvlmy", "fvlmy"),
    ("invitation", "moderator"): ("fvlaxmwdyh", "fvlaxmwdyh", "fvlaxmdyh", "fvlxmdyh"),
    ("invitation", "animator"): ("fvliaxpmecswndkyzhg", "fvliaxpmecswndkyzhg", "fvlaxpmecsdkyh", "fvlxpmecsdkyh"),
    ("invitation", "reader by unit"): ("", "fvmy", "fvmy", "fvmy"),
    ("invitation", "joiner by unit"): ("", "fj", "f", "f"),
    ("invitation", "banned joiner by unit"): ("", "f", "f", "f"),
    ("invitation", "banned reader by unit"): ("", "f", "f", "f"),
    ("invitation", "stranger"): ("", "", "", ""),
    ("invitation", "guest"): ("", "fvlmwy", "fvlmy", "fvlmy"),
    ("invitation", "invited guest"): ("", "fj", "f", "f"),
    ("invitation", "external of unit"): ("", "", "", ""),
    ("invitation", "closed member"): ("", "", "", ""),
    ("invitation", "closed animator"): ("", "", "", ""),
    ("invitation", "ended guest"): ("", "", "", ""),
    ("invitation", "community manager"): ("fpmecstyh", "fpmecstyh", "fpmecstyh", "fpmecstyh"),
    ("invitation", "administrator"): ("fpmecstyh", "fpmecstyh", "fpmecstyh", "fpmecstyh"),
    ("invitation", "ambassador"): ("", "f", "f", "f"),
    ("confidential", "agent"): ("", "", "", ""),
    ("confidential", "asking"): ("", "", "", ""),
    ("confidential", "refused"): ("", "", "", ""),
    ("confidential", "left"): ("", "", "", ""),
    ("confidential", "banned"): ("", "", "", ""),
    ("confidential", "invited"): ("", "fj", "f", "f"),
    ("confidential", "invited to lead"): ("fj", "fj", "f", "f"),
    ("confidential", "member"): ("", "fvlmwy", "fvlmy", "fvlmy"),
    ("confidential", "moderator"): ("fvlaxmwdyh", "fvlaxmwdyh", "fvlaxmdyh", "fvlxmdyh"),
    ("confidential", "animator"): ("fvliaxpmecswndkyzhg", "fvliaxpmecswndkyzhg", "fvlaxpmecsdkyh", "fvlxpmecsdkyh"),
    ("confidential", "reader by unit"): ("", "fvmy", "fvmy", "fvmy"),
    ("confidential", "joiner by unit"): ("", "fj", "f", "f"),
    ("confidential", "banned joiner by unit"): ("", "", "", ""),
    ("confidential", "banned reader by unit"): ("", "", "", ""),
    ("confidential", "stranger"): ("", "", "", ""),
    ("confidential", "guest"): ("", "fvlmwy", "fvlmy", "fvlmy"),
    ("confidential", "invited guest"): ("", "fj", "f", "f"),
    ("confidential", "external of unit"): ("", "", "", ""),
    ("confidential", "closed member"): ("", "", "", ""),
    ("confidential", "closed animator"): ("", "", "", ""),
    ("confidential", "ended guest"): ("", "", "", ""),
    ("confidential", "community manager"): ("fpmecstyh", "fpmecstyh", "fpmecstyh", "fpmecstyh"),
    ("confidential", "administrator"): ("fpmecstyh", "fpmecstyh", "fpmecstyh", "fpmecstyh"),
    ("confidential", "ambassador"): ("", "", "", ""),
    ("open", "reader by role"): ("", "fvjmy", "fvmy", "fvmy"),
    ("open", "joiner by role"): ("", "fvjmy", "fvmy", "fvmy"),
    ("open", "banned reader by role"): ("", "fvmy", "fvmy", "fvmy"),
    ("open", "external of role"): ("", "", "", ""),
    ("request", "reader by role"): ("", "fvrmy", "fvmy", "fvmy"),
    ("request", "joiner by role"): ("", "fjr", "f", "f"),
    ("request", "banned reader by role"): ("", "f", "f", "f"),
    ("request", "external of role"): ("", "", "", ""),
    ("invitation", "reader by role"): ("", "fvmy", "fvmy", "fvmy"),
    ("invitation", "joiner by role"): ("", "fj", "f", "f"),
    ("invitation", "banned reader by role"): ("", "f", "f", "f"),
    ("invitation", "external of role"): ("", "", "", ""),
    ("confidential", "reader by role"): ("", "fvmy", "fvmy", "fvmy"),
    ("confidential", "joiner by role"): ("", "fj", "f", "f"),
    ("confidential", "banned reader by role"): ("", "", "", ""),
    ("confidential", "external of role"): ("", "", "", ""),
    ("open", "suspended"): ("", "fvlmy", "fvlmy", "fvlmy"),
    ("open", "once suspended"): ("", "fvlmwy", "fvlmy", "fvlmy"),
    ("open", "guest past their time"): ("", "", "", ""),
    ("open", "agent past their time"): ("", "fvjmy", "fvmy", "fvmy"),
    ("open", "sponsor"): ("foy", "fvjmoy", "fvmoy", "fvmoy"),
    ("open", "deputy"): ("foy", "fvjmoy", "fvmoy", "fvmoy"),
    ("open", "deputy of last week"): ("", "fvjmy", "fvmy", "fvmy"),
    ("request", "suspended"): ("", "fvlmy", "fvlmy", "fvlmy"),
    ("request", "once suspended"): ("", "fvlmwy", "fvlmy", "fvlmy"),
    ("request", "guest past their time"): ("", "", "", ""),
    ("request", "agent past their time"): ("", "fr", "f", "f"),
    ("request", "sponsor"): ("foy", "froy", "foy", "foy"),
    ("request", "deputy"): ("foy", "froy", "foy", "foy"),
    ("request", "deputy of last week"): ("", "fr", "f", "f"),
    ("invitation", "suspended"): ("", "fvlmy", "fvlmy", "fvlmy"),
    ("invitation", "once suspended"): ("", "fvlmwy", "fvlmy", "fvlmy"),
    ("invitation", "guest past their time"): ("", "", "", ""),
    ("invitation", "agent past their time"): ("", "f", "f", "f"),
    ("invitation", "sponsor"): ("foy", "foy", "foy", "foy"),
    ("invitation", "deputy"): ("foy", "foy", "foy", "foy"),
    ("invitation", "deputy of last week"): ("", "f", "f", "f"),
    ("confidential", "suspended"): ("", "fvlmy", "fvlmy", "fvlmy"),
    ("confidential", "once suspended"): ("", "fvlmwy", "fvlmy", "fvlmy"),
    ("confidential", "guest past their time"): ("", "", "", ""),
    ("confidential", "agent past their time"): ("", "", "", ""),
    ("confidential", "sponsor"): ("foy", "foy", "foy", "foy"),
    ("confidential", "deputy"): ("foy", "foy", "foy", "foy"),
    ("confidential", "deputy of last week"): ("", "", "", ""),
}


def world(access: str, stage: str) -> tuple[Community, dict[str, User]]:
    """One community, and everybody around it."""
    community = CommunityFactory(stage=stage, allows_partners=True, **ACCESS[access])
    RoleAccessFactory(community=community, role=PlatformRole.SUPER_USER, permission=Grant.VIEW)
    RoleAccessFactory(community=community, role=PlatformRole.CERTIFIER, permission=Grant.JOIN)
    people = {}
    for name, (traits, state, role, granted) in PEOPLE.items():
        unit = UnitFactory() if granted else None
        person = UserFactory(unit=unit, **traits)
        if state:
            times = {field: timezone.now() + span for field, span in TIMES.get(name, {}).items()}
            MembershipFactory(community=community, person=person, state=state, role=role, **times)
        if granted:
            grant(community, unit, granted)
        people[name] = person
    community.sponsor = people["sponsor"]
    community.save()
    DeputyFactory(sponsor=people["sponsor"], deputy=people["deputy"])
    DeputyFactory(sponsor=people["sponsor"], deputy=people["deputy of last week"], past=True)
    # Read anew: what a person holds is kept in memory for one request.
    return community, {name: User.objects.get(pk=person.pk) for name, person in people.items()}


def letters(permissions) -> str:
    held = {name.split(".")[1] for name in permissions}
    return "".join(letter for letter, name in LETTERS.items() if name in held)


@pytest.mark.parametrize(("access", "stage"), list(itertools.product(ACCESS, STAGES)))
def test_literal_table(access, stage):
    community, people = world(access, stage)
    policy = policy_for(Community)
    got = {name: letters(policy.granted(person, community)) for name, person in people.items()}
    assert got == {name: TABLE[access, name][STAGES.index(stage)] for name in PEOPLE}
    for permission in policy.table:
        visible = {name for name, p in people.items() if community in Community.objects.visible_to(p, permission)}
        with_it = set(users_with(permission, community).values_list("pk", flat=True))
        assert visible == {name for name, may in got.items() if letters([permission]) in may}, permission
        assert {name for name, person in people.items() if person.pk in with_it} == visible, permission
    for person in people.values():
        reasons = grounds_for(person, community)
        assert frozenset(reasons) == policy.granted(person, community), "a reason for each right, and for no other"
        assert all(set(names) <= policy.openings(permission, community) for permission, names in reasons.items())
        for right in rights_of(person, community):
            assert right.may == bool(right.because) == (right.permission in reasons), right
            assert not (right.may and (right.hindrance or right.would))
    for number, (name, person) in enumerate(people.items()):
        abilities = abilities_for(person, community)
        assert "".join(letter for letter, permission in LETTERS.items() if abilities[permission]) == got[name]
        # Each answer of has_perm reads the facts anew: one permission a person, each in its turn.
        letter, permission = list(LETTERS.items())[(number + STAGES.index(stage) * 5) % len(LETTERS)]
        assert person.has_perm(f"communities.{permission}", community) == (letter in got[name])


def test_every_standing_that_lets_in_has_its_words():
    rules = policy_for(Community).table
    assert {name for right in RIGHTS for rule in rules[right] for name in rule.who} <= set(WORDS)


def test_table_speaks_of_everything():
    assert {f"communities.{name}" for name in LETTERS.values()} == set(policy_for(Community).table)
    assert set(TABLE) == set(itertools.product(ACCESS, PEOPLE))


@pytest.mark.parametrize("stage", STAGES)
def test_the_dashboard_of_an_extra_professional_community_is_for_its_animators_alone(stage):
    community = CommunityFactory(stage=stage, kind=CommunityKind.EXTRA_PROFESSIONAL)
    people = {"administrator": UserFactory(administrator=True), "manager": UserFactory(community_manager=True)}
    people |= {role.value: MembershipFactory(community=community, role=role).person for role in Role}
    people = {name: User.objects.get(pk=person.pk) for name, person in people.items()}
    may = {name for name, person in people.items() if person.has_perm("communities.view_dashboard", community)}
    seen = {n for n, p in people.items() if Community.objects.visible_to(p, "communities.view_dashboard").exists()}
    assert may == seen == {"animator"}
    assert list(users_with("communities.view_dashboard", community)) == [people["animator"]]


def test_partners_are_asked_for_where_the_community_takes_them():
    closed, animator = CommunityFactory(), UserFactory()
    taking = CommunityFactory(allows_partners=True)
    for community in (closed, taking):
        MembershipFactory(community=community, person=animator, animator=True)
    assert [animator.has_perm("communities.invite_partner", place) for place in (closed, taking)] == [False, True]
    assert list(Community.objects.visible_to(animator, "communities.invite_partner")) == [taking]
    assert not users_with("communities.invite_partner", closed).exists()


def test_unknown_permission_raises():
    community = CommunityFactory()
    person = UserFactory()
    for ask in (
        lambda: person.has_perm("communities.nonsense", community),
        lambda: Community.objects.visible_to(person, "communities.nonsense"),
        lambda: users_with("communities.nonsense", community),
        lambda: policy_for(Community).rules("communities.nonsense"),
    ):
        with pytest.raises(LookupError):
            ask()
    with pytest.raises(AttributeError):
        abilities_for(person, community).nonsense  # noqa: B018


def test_permission_of_another_app_is_answered_no():
    assert not UserFactory().has_perm("feed.view_post", CommunityFactory())


def test_system_may_everything():
    community = CommunityFactory()
    assert policy_for(Community).granted(SYSTEM, community) == set(policy_for(Community).table)
    assert community in Community.objects.visible_to(SYSTEM)
