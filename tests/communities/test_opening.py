"""A community opens when it is ready, and says what is missing before. Propositions 13, 44."""

from __future__ import annotations

import pytest

from communities.actions.communities import change_community
from communities.actions.stages import NotReady, change_stage, confirm_access
from communities.checklist import checklist_of, what_is_missing
from communities.enums import Joining, MembershipState, Role, Stage
from communities.events import CommunityOpened
from communities.kinds.life import OpenedForUnit
from communities.models import Activity, Community, Membership, Milestone, Objective
from core.errors import Forbidden
from core.models import AuditEntry, OutboxEvent, ParameterValue
from core.system import SYSTEM
from tests.factories.accounts import UnitFactory, UserFactory
from tests.factories.communities import CommunityFactory, MembershipFactory, make_ready, member_of
from tests.support.queries import queries_at_most

pytestmark = pytest.mark.django_db


@pytest.fixture
def community():
    made = CommunityFactory(in_preparation=True)
    make_ready(made)
    return made


def missing(community) -> list[str]:
    return [check.key for check in what_is_missing(Community.objects.get(pk=community.pk))]


def test_nothing_is_done_at_first():
    assert missing(CommunityFactory(in_preparation=True)) == ["roadmap", "contents", "animators", "welcome", "access"]


def without_objective(community):
    Objective.objects.all().delete()


def without_date(community):
    Milestone.objects.update(due_on=None)


def without_contents(community):
    Activity.objects.filter(community=community).update(is_shown=False)


def with_a_closed_animator(community):
    row = community.memberships.animators().first()
    row.person.is_active = False
    row.person.save()


def without_welcome(community):
    Community.objects.update(welcome="  ")


def with_another_access(community):
    change_community(actor=SYSTEM, community=community, version=1, joining=Joining.REQUEST)


@pytest.mark.parametrize(
    ("undo", "key"),
    [
        (without_objective, "roadmap"),
        (without_date, "roadmap"),
        (without_contents, "contents"),
        (with_a_closed_animator, "animators"),
        (without_welcome, "welcome"),
        (with_another_access, "access"),
    ],
)
def test_opening_is_refused_with_what_is_missing_in_words(community, undo, key):
    assert missing(community) == []
    undo(community)
    assert missing(community) == [key]
    OutboxEvent.objects.all().delete()
    (check,) = what_is_missing(Community.objects.get(pk=community.pk))
    with pytest.raises(NotReady) as refusal:
        change_stage(actor=SYSTEM, community=community, stage=Stage.OPEN)
    assert check.missing in str(refusal.value)
    assert Community.objects.get(pk=community.pk).stage == Stage.PREPARATION
    assert not OutboxEvent.objects.exists()


def test_administrators_say_how_many_first_contents(community):
    ParameterValue.objects.create(name="communities.first_contents", value=9)
    assert missing(community) == ["contents"]
    (check,) = what_is_missing(community)
    assert "5" in check.missing


def test_ready_it_opens_and_is_audited(community):
    animator = community.memberships.animators().first().person
    assert change_stage(actor=animator, community=community, stage=Stage.OPEN).stage == Stage.OPEN
    assert AuditEntry.objects.get(verb="communities.stage_changed").actor == animator


@pytest.mark.parametrize("who", [Role.MEMBER, Role.MODERATOR, None])
def test_access_is_confirmed_by_those_who_open(who):
    community = CommunityFactory(in_preparation=True)
    actor = member_of(community, who) if who else UserFactory()
    with pytest.raises(Forbidden):
        confirm_access(actor=actor, community=community)
    assert "access" in missing(community)


def test_confirming_access_twice_changes_nothing():
    community = CommunityFactory(in_preparation=True)
    animator = member_of(community, Role.ANIMATOR)
    first = confirm_access(actor=animator, community=community).access_read_at
    assert confirm_access(actor=animator, community=community).access_read_at == first


def test_opening_tells_the_agents_of_the_units_it_is_made_for():
    ministry = UnitFactory(ministry=True)
    service = UnitFactory(parent=ministry)
    community = CommunityFactory()
    community.meant_for.add(ministry)
    agent, elsewhere = UserFactory(unit=service), UserFactory(unit=UnitFactory())
    member, invited, banned = (UserFactory(unit=service) for _number in range(3))
    for person, state in (
        (member, MembershipState.MEMBER),
        (invited, MembershipState.INVITED),
        (banned, MembershipState.BANNED),
    ):
        MembershipFactory(community=community, person=person, state=state)
    told = OpenedForUnit().recipients(CommunityOpened(community_id=community.pk, actor_id=None), community)
    assert set(told) == {agent}
    assert elsewhere not in told


class TestPage:
    def test_team_sees_what_is_missing_and_opens_when_ready(self, client, community):
        animator = community.memberships.animators().first().person
        without_welcome(community)
        client.force_login(animator)
        address = f"/communities/{community.slug}/opening/"
        page = client.get(address)
        assert [check.key for check in page.context["missing"]] == ["welcome"]
        assert f"/communities/{community.slug}/stage/open/" in page.content.decode()
        refused = client.post(f"/communities/{community.slug}/stage/open/", follow=True)
        assert refused.redirect_chain[-1][0] == address
        Community.objects.update(welcome="Bienvenue.")
        assert client.post(f"/communities/{community.slug}/stage/open/").status_code == 302
        assert Community.objects.get(pk=community.pk).stage == Stage.OPEN
        assert client.get(address).status_code == 302

    def test_preparation_says_so_to_its_team(self, client, community):
        client.force_login(community.memberships.animators().first().person)
        assert "/opening/" in client.get(f"/communities/{community.slug}/about/").content.decode()

    @pytest.mark.parametrize("count", [3, 30])
    def test_queries_do_not_grow(self, client, community, count):
        for _number in range(count):
            MembershipFactory(community=community)
        client.force_login(community.memberships.animators().first().person)
        with queries_at_most(14, in_templates=1):
            assert client.get(f"/communities/{community.slug}/opening/").status_code == 200

    def test_checklist_asks_one_query_a_step_at_most(self, community, django_assert_max_num_queries):
        with django_assert_max_num_queries(4):
            assert len(checklist_of(community)) == 5


def test_membership_of_a_moderator_opens_nothing(community):
    moderator = member_of(community, Role.MODERATOR)
    with pytest.raises(Forbidden):
        change_stage(actor=moderator, community=community, stage=Stage.OPEN)
    assert Membership.objects.filter(person=moderator).exists()
