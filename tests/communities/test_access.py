"""Who reads, in words; what a change would bring; what units and roles are given."""

from __future__ import annotations

import itertools

import pytest
from django.urls import reverse
from django.utils.translation import override
from guardian.shortcuts import assign_perm

from accounts.enums import PlatformRole
from accounts.models import User
from communities.actions.grants import grant_to_role, grant_to_unit, grant_to_units, revoke_from_role
from communities.audience import audience_of
from communities.effects import WHAT, effect_of_access, effect_of_grants
from communities.enums import Grant, Joining, MembershipState, Role, Stage, Visibility
from communities.models import Community, CommunityGroupObjectPermission, Membership, RoleAccess
from core.errors import Forbidden
from core.models import AuditEntry, OutboxEvent
from core.policies import users_with
from tests.factories.accounts import UnitFactory, UserFactory
from tests.factories.communities import CommunityFactory, MembershipFactory, RoleAccessFactory, grant, member_of
from tests.support.pages import parse
from tests.support.queries import queries_at_most

pytestmark = pytest.mark.django_db

ACCESS = [
    (Visibility.LISTED, Joining.OPEN),
    (Visibility.LISTED, Joining.REQUEST),
    (Visibility.LISTED, Joining.INVITATION),
    (Visibility.CONFIDENTIAL, Joining.INVITATION),
]
VIEW = Grant.VIEW.value


def counted(community):
    return Community.objects.with_counts().get(pk=community.pk)


# --- The audience


def build(access, stage, grants, partners, outsiders):
    """A community with members inside and outside the units that read it, and people around it."""
    visibility, joining = access
    community = CommunityFactory(visibility=visibility, joining=joining, stage=stage)
    direction = UnitFactory(direction=True)
    service = UnitFactory(parent=direction)
    member_of(community, unit=service)
    member_of(community, Role.ANIMATOR, unit=direction)
    for _number in range(outsiders):
        member_of(community)
    for _number in range(partners):
        member_of(community, external=True)
    MembershipFactory(community=community, person__unit=service, invited=True)
    UserFactory(unit=service)
    UserFactory(ambassador=True)
    UserFactory(external=True)
    UserFactory(closed=True, unit=service)
    named = UserFactory()
    if "unit" in grants:
        grant(community, direction, VIEW)
        grant(community, UnitFactory(), "join_community")
    if "role" in grants:
        RoleAccessFactory(community=community)
    if "named" in grants:
        assign_perm(VIEW, named, community)
    return community, direction


GRANTS = [(), ("unit",), ("role",), ("unit", "role"), ("named",), ("unit", "role", "named")]


@pytest.mark.parametrize(
    ("access", "stage", "grants"),
    list(itertools.product(ACCESS, (Stage.PREPARATION, Stage.OPEN, Stage.ARCHIVED), GRANTS)),
)
def test_what_is_said_of_the_readers_is_who_reads(access, stage, grants):
    community, direction = build(access, stage, grants, partners=1, outsiders=1)
    said = audience_of(counted(community))
    agents = User.objects.current().filter(is_external=False)
    members = User.objects.current().filter(pk__in=Membership.objects.members().values("person"))
    if said.is_team:
        readers = User.objects.filter(pk__in=Membership.objects.team().values("person"))
    elif said.is_everyone:
        readers = agents | members
    else:
        assert (said.agents, said.externals) == (3, 1)
        readers = members
        if said.units:
            assert said.units == (direction.name,)
            readers = readers | agents.filter(unit__path__startswith=direction.path)
        if said.roles:
            readers = readers | agents.holding(*said.roles)
        with_name = set(agents.filter(communityuserobjectpermission__isnull=False))
        assert said.named == len(with_name)
        assert said.outside == (1 if "unit" in grants else 3)
        readers = set(readers) | with_name
    assert set(readers) == set(users_with("communities.view_community", community))


@pytest.mark.parametrize("access", ACCESS)
def test_before_the_opening_one_reads_who_will_read(access):
    community, _direction = build(access, Stage.PREPARATION, ("unit", "role"), 1, 1)
    said = audience_of(counted(community)).once_open
    Community.objects.update(stage=Stage.OPEN)
    assert said == audience_of(counted(community))


SENTENCES = {
    # (access, grants, partners, members outside the units) → English, French
    (0, (), 0, 1): ("All agents", "Tous les agents"),
    (0, (), 1, 1): ("All agents, 1 external partner", "Tous les agents, 1 partenaire externe"),
    (0, (), 2, 1): ("All agents, 2 external partners", "Tous les agents, 2 partenaires externes"),
    (1, (), 0, 0): ("Its 2 members", "Ses 2 membres"),
    (2, (), 1, 1): ("Its 4 members, 1 of them an external partner", "Ses 4 membres, dont 1 partenaire externe"),
    (3, (), 3, 1): ("Its 6 members, 3 of them external partners", "Ses 6 membres, dont 3 partenaires externes"),
    (1, ("unit",), 0, 1): (
        "Its 3 members and the agents of Direction des achats",
        "Ses 3 membres et les agents de la Direction des achats",
    ),
    (3, ("unit",), 3, 1): (
        "Its 6 members, 3 of them external partners, and the agents of Direction des achats",
        "Ses 6 membres, dont 3 partenaires externes, et les agents de la Direction des achats",
    ),
    (1, ("unit",), 0, 0): ("All agents of Direction des achats", "Tous les agents de la Direction des achats"),
    (1, ("unit",), 3, 0): (
        "All agents of Direction des achats, 3 external partners",
        "Tous les agents de la Direction des achats, 3 partenaires externes",
    ),
    (2, ("unit", "role", "named"), 1, 1): (
        "Its 4 members, 1 of them an external partner, and the agents of Direction des achats, the ambassadors and "
        "1 agent by name",
        "Ses 4 membres, dont 1 partenaire externe, et les agents de la Direction des achats, les ambassadeurs et "
        "1 agent désigné par son nom",
    ),
}


@pytest.mark.parametrize("case", list(SENTENCES))
@pytest.mark.parametrize("language", ["en", "fr"])
def test_sentence_agrees_in_number(case, language):
    access, grants, partners, outsiders = case
    community, direction = build(ACCESS[access], Stage.OPEN, grants, partners, outsiders)
    type(direction).objects.filter(pk=direction.pk).update(name="Direction des achats")
    with override(language):
        said = str(audience_of(counted(community)))
    assert said.replace("\xa0", " ") == SENTENCES[case][language == "fr"]


def test_audience_costs_two_queries_at_most():
    community, _direction = build(ACCESS[2], Stage.OPEN, GRANTS[-1], 2, 2)
    found = counted(community)
    with queries_at_most(2):
        audience_of(found)


# --- What a change would bring


@pytest.mark.parametrize("before", ACCESS)
@pytest.mark.parametrize("after", ACCESS)
def test_effect_of_an_access_is_what_happens(before, after):
    community, _direction = build(before, Stage.OPEN, ("unit",), 1, 1)
    effect = effect_of_access(counted(community), *after)
    held = {name: set(users_with(f"communities.{name}", community)) for name in WHAT}
    community.visibility, community.joining = after
    community.save()
    for name in WHAT:
        now = set(users_with(f"communities.{name}", community))
        assert effect.gained[name] == len(now - held[name])
        assert effect.lost[name] == len(held[name] - now)
    assert effect.audience == audience_of(counted(community))
    assert len(effect.lines) >= 1


@pytest.mark.parametrize("access", ACCESS)
@pytest.mark.parametrize("permission", list(Grant))
def test_effect_of_a_grant_is_what_happens_and_looking_does_nothing(access, permission):
    community, direction = build(access, Stage.OPEN, (), 1, 1)
    other = UnitFactory()
    UserFactory(unit=other)
    held = {name: set(users_with(f"communities.{name}", community)) for name in WHAT}
    what = (counted(community), [direction, other], PlatformRole.AMBASSADOR, permission)
    effect = effect_of_grants(*what, is_given=True)
    assert not CommunityGroupObjectPermission.objects.exists()
    assert not RoleAccess.objects.exists()
    animator = Membership.objects.animators().get().person
    grant_to_units(actor=animator, community=community, units=[direction, other], permission=permission)
    grant_to_role(actor=animator, community=community, role=PlatformRole.AMBASSADOR, permission=permission)
    now = {name: set(users_with(f"communities.{name}", community)) for name in WHAT}
    assert effect.gained == {name: len(now[name] - held[name]) for name in WHAT}
    assert not any(effect.lost.values())
    assert effect.audience == audience_of(counted(community))
    back = effect_of_grants(*what, is_given=False)
    assert (back.lost, back.gained) == (effect.gained, effect.lost)


# --- Units and roles


def test_several_units_are_given_at_once_or_none():
    community, units = CommunityFactory(confidential=True), [UnitFactory(), UnitFactory()]
    animator = member_of(community, Role.ANIMATOR)
    grant_to_units(actor=animator, community=community, units=units, permission=Grant.VIEW)
    assert CommunityGroupObjectPermission.objects.count() == 2
    assert AuditEntry.objects.filter(verb="communities.access_granted").count() == 2
    assert OutboxEvent.objects.filter(name="communities.AccessGranted").count() == 2
    manager = UserFactory(community_manager=True, unit=UnitFactory())
    with pytest.raises(Forbidden):
        grant_to_units(actor=manager, community=community, units=[UnitFactory(), manager.unit], permission=Grant.VIEW)
    assert CommunityGroupObjectPermission.objects.count() == 2


def test_role_reads_until_it_is_taken_back():
    community = CommunityFactory(confidential=True)
    animator, ambassador = member_of(community, Role.ANIMATOR), UserFactory(ambassador=True)
    partner = UserFactory(external=True, roles=[PlatformRole.AMBASSADOR])
    for _number in range(2):
        grant_to_role(actor=animator, community=community, role=PlatformRole.AMBASSADOR, permission=Grant.VIEW)
    assert list(users_with("communities.view_community", community)) == [animator, ambassador]
    assert not partner.has_perm("communities.view_community", community)
    row = RoleAccess.objects.get()
    assert row.granted_by == animator
    for _number in range(2):
        revoke_from_role(actor=animator, community=community, role=PlatformRole.AMBASSADOR, permission=Grant.VIEW)
    assert list(users_with("communities.view_community", community)) == [animator]
    assert [entry.verb for entry in AuditEntry.objects.order_by("pk")] == [
        "communities.access_granted",
        "communities.access_revoked",
    ]
    assert [row.name for row in OutboxEvent.objects.order_by("pk")] == [
        "communities.RoleAccessGranted",
        "communities.RoleAccessRevoked",
    ]


@pytest.mark.parametrize("permission", list(Grant))
def test_who_steers_does_not_open_it_to_their_own_role(permission):
    community = CommunityFactory(confidential=True)
    manager = UserFactory(community_manager=True)
    with pytest.raises(Forbidden):
        grant_to_role(actor=manager, community=community, role=PlatformRole.COMMUNITY_MANAGER, permission=permission)
    assert not RoleAccess.objects.exists()
    grant_to_role(actor=manager, community=community, role=PlatformRole.AMBASSADOR, permission=permission)


@pytest.mark.parametrize("role", [None, Role.MEMBER, Role.MODERATOR])
def test_roles_are_given_nothing_by_others(role):
    community = CommunityFactory()
    actor = member_of(community, role) if role else UserFactory()
    for change in (grant_to_role, revoke_from_role):
        with pytest.raises(Forbidden):
            change(actor=actor, community=community, role=PlatformRole.SPONSOR, permission=Grant.VIEW)


# --- Pages


def fields_of(page):
    form = page.select_one("form.card--main")
    names = {one["name"]: one.get("value", "") for one in form.select("input[name]") if one.get("type") != "checkbox"}
    chosen = {one["name"]: one["value"] for one in form.select("input[type=radio][checked]")}
    return names | {one["name"]: one.text.strip() for one in form.select("textarea")} | chosen


def test_settings_say_before_saving_what_changes_for_whom(client_of):
    community = CommunityFactory()
    client = client_of(member_of(community, Role.ANIMATOR))
    UserFactory()
    address = reverse("communities:community_settings", args=[community.slug])
    fields = fields_of(client.page(address)) | {"access": "members", "way": "confidential", "look": "1", "name": ""}
    asked = parse(client.post(address, fields, headers={"HX-Request": "true"}).content)
    effect = asked.select_one("#access-effect").text
    assert "1 membre" in effect or "1 member" in effect
    # The other agent reads it, joins it and finds it no more.
    assert len(asked.select("#access-effect li")) == 3
    without_script = client.post(address, fields)
    assert parse(without_script.content).select_one("#access-effect").text == effect
    assert parse(without_script.content).select_one("#id_way_2[checked]"), "what was chosen stays chosen"
    community.refresh_from_db()
    assert community.joining == Joining.OPEN, "looking saves nothing"


def test_grants_are_looked_at_given_and_taken_back_on_pages(client_of):
    community = CommunityFactory(confidential=True)
    client = client_of(member_of(community, Role.ANIMATOR))
    units = [UnitFactory(), UnitFactory()]
    UserFactory(unit=units[0])
    address = reverse("communities:grant_create", args=[community.slug])
    asked = {"grant_unit": units[0].code, "grant_unit_3": units[1].code, "role": "ambassador", "permission": VIEW}
    looked = client.post(address, asked | {"look": "1"})
    assert looked.status_code == 200
    assert not CommunityGroupObjectPermission.objects.exists()
    assert client.post(address, asked).status_code == 302
    assert {row.group.unit for row in CommunityGroupObjectPermission.objects.all()} == set(units)
    role = RoleAccess.objects.get()
    assert client.post(address, {"permission": VIEW}).status_code == 422
    back = reverse("communities:role_revoke", args=[community.slug, role.pk])
    assert client.get(back).status_code == 200
    assert RoleAccess.objects.exists(), "reading takes nothing back"
    client.post(back)
    assert not RoleAccess.objects.exists()


class TestWho:
    def test_says_each_way_with_its_count_and_who_opened_it(self, client_of):
        community, direction = build(ACCESS[3], Stage.OPEN, ("named",), partners=1, outsiders=1)
        animator = Membership.objects.animators().get().person
        grant_to_unit(actor=animator, community=community, unit=direction, permission=Grant.VIEW)
        grant_to_role(actor=animator, community=community, role=PlatformRole.AMBASSADOR, permission=Grant.JOIN)
        address = reverse("communities:community_who", args=[community.slug])
        client = client_of(animator)
        for _number in range(2):
            # The same with five units more.
            with queries_at_most(17, in_templates=1):
                page = client.page(address)
            grant_to_units(
                actor=animator, community=community, units=[UnitFactory() for _unit in range(5)], permission=Grant.VIEW
            )
        found = {
            row.select_one(".grow").text: int(row.select_one(".pill").text.split()[0]) for row in page.select(".right")
        }
        unit = next(name for name in found if direction.name in name)
        # The closed account of the unit is not counted.
        assert found[unit] == 4
        assert animator.full_name in unit

    @pytest.mark.parametrize("state", [None, *MembershipState])
    def test_says_of_a_person_what_they_may_do(self, client_of, state):
        community = CommunityFactory(by_invitation=True)
        client = client_of(member_of(community, Role.ANIMATOR))
        person = UserFactory(last_name="Delaunay")
        if state:
            MembershipFactory(community=community, person=person, state=state)
        page = client.page(reverse("communities:community_who", args=[community.slug]) + "?person=Delaunay")
        marks = [
            bool(right.select_one(".right__mark--yes"))
            for right in page.select("[aria-labelledby=person-title] .right")
        ]
        policy = [person.has_perm(f"communities.{name}", community) for name in ("find_community", "view_community")]
        assert marks[:2] == policy
        assert (
            client.get(
                reverse("communities:community_who", args=[community.slug]), {"person": "Inexistante"}
            ).status_code
            == 422
        )

    def test_reader_is_told_about_themselves_and_not_about_others(self, client_of):
        community, unit = CommunityFactory(by_invitation=True), UnitFactory()
        animator = member_of(community, Role.ANIMATOR)
        grant_to_unit(actor=animator, community=community, unit=unit, permission=Grant.VIEW)
        client = client_of(UserFactory(unit=unit))
        why = client.page(reverse("communities:community_why", args=[community.slug]))
        assert unit.name in why.select_one(".rights").text
        assert client.get(reverse("communities:community_who", args=[community.slug])).status_code == 403
        agent = client_of(UserFactory()).page(reverse("communities:community_why", args=[community.slug]))
        hints = agent.select_one(".rights").text
        assert unit.name not in hints, "whom a unit's access reaches is no matter of others"
        assert len(agent.select(".right .plain-list li")) == 2, "being invited, to read and to write"
        hidden = CommunityFactory(confidential=True)
        for name in ("community_who", "community_why"):
            assert client.get(reverse(f"communities:{name}", args=[hidden.slug])).status_code == 404
