"""The roadmap of a community: it starts, changes, and gives back what it said before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from accounts.models import User
from communities import events
from communities.actions import roadmap as actions
from communities.enums import MilestoneState, RoadmapVerb, Role, Stage
from communities.models import Community, Milestone, Roadmap, RoadmapRevision
from communities.roadmap_content import PARTS_MAX, BadContent, content_of, loop_in
from core.actions import outbox
from core.errors import BusinessRuleError, EditConflict, Forbidden
from core.models import OutboxEvent
from core.system import SYSTEM
from tests.factories.accounts import UserFactory
from tests.factories.communities import CommunityFactory, MembershipFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 25)
FIRST = {
    "ways": "Une réunion par mois.",
    "objectives": [
        {"title": "Répondre vite", "indicator": "questions répondues", "start": 60, "target": 90, "unit": "%"}
    ],
    "milestones": [{"title": "Premier atelier", "due_on": TODAY}, {"title": "Bilan", "due_on": "2027-01-30"}],
    "communication": [{"title": "Article sur l’intranet", "channel": "intranet"}],
}


@pytest.fixture
def community():
    return CommunityFactory()


@pytest.fixture
def animator(community):
    return member_as(community, Role.ANIMATOR)


def member_as(community: Community, role: Role = Role.MEMBER) -> User:
    return MembershipFactory(community=community, role=role).person


def events_of(kind: type) -> list[dict]:
    return [row.payload for row in OutboxEvent.objects.filter(name=kind.name).order_by("pk")]


def test_founding_gives_a_first_roadmap(community):
    roadmap = actions.start_roadmap(actor=SYSTEM, community=community, content=FIRST)

    content = content_of(roadmap)
    assert content["ways"] == "Une réunion par mois."
    assert [part["title"] for part in content["milestones"]] == ["Premier atelier", "Bilan"]
    assert content["milestones"][1]["due_on"] == "2027-01-30"
    objective = roadmap.objectives.get()
    assert (objective.start, objective.target, objective.unit) == (60, 90, "%")
    assert roadmap.communication.get().channel == "intranet"
    revision = roadmap.revisions.get()
    assert (revision.number, revision.verb, revision.actor) == (1, RoadmapVerb.STARTED, None)
    assert revision.snapshot == content
    assert events_of(events.RoadmapChanged) == [{"community_id": community.pk, "actor_id": None, "number": 1}]


def test_empty_content_is_a_roadmap_too(community, animator):
    roadmap = actions.start_roadmap(actor=animator, community=community, content={})
    assert roadmap.version == 1
    assert content_of(roadmap)["milestones"] == []


def test_the_same_content_serves_two_communities(community):
    content = {"milestones": [{"uid": "6f1f2f0e-0000-4000-8000-000000000001", "title": "Bilan", "due_on": TODAY}]}
    other = CommunityFactory()
    for place in (community, other):
        actions.start_roadmap(actor=SYSTEM, community=place, content=content)
    assert len(set(Milestone.objects.values_list("uid", flat=True))) == 2


def test_a_roadmap_starts_once(community, animator):
    actions.start_roadmap(actor=animator, community=community, content=FIRST)
    with pytest.raises(BusinessRuleError):
        actions.start_roadmap(actor=animator, community=community, content=FIRST)
    assert Milestone.objects.count() == 2


@pytest.mark.parametrize(
    "content",
    [
        {"milestones": [{"title": "Bilan", "due_on": "demain"}]},
        {"objectives": [{"title": "Répondre", "target": "beaucoup"}]},
        {"objectives": [{"title": "Répondre", "target": "1e30"}]},
        {"objectives": ["Répondre"]},
        {"milestones": "Bilan"},
        {"milestones": [{"title": "Bilan", "state": "done"}]},
        {"ways": "x" * 5000},
        {"objectives": [{"title": str(number)} for number in range(PARTS_MAX["objectives"] + 1)]},
    ],
)
def test_what_is_no_roadmap_leaves_nothing(community, animator, content):
    with pytest.raises(BadContent):
        actions.start_roadmap(actor=animator, community=community, content=content)
    assert not Roadmap.objects.exists()
    assert not RoadmapRevision.objects.exists()


@pytest.mark.parametrize("role", [Role.MEMBER, Role.MODERATOR])
def test_only_animators_start_a_roadmap(community, role):
    with pytest.raises(Forbidden):
        actions.start_roadmap(actor=member_as(community, role), community=community, content=FIRST)
    assert not Roadmap.objects.exists()


@pytest.mark.parametrize("trait", ["community_manager", "administrator"])
def test_those_who_steer_do_not_write_in_the_place_of_animators(community, trait):
    with pytest.raises(Forbidden):
        actions.start_roadmap(actor=UserFactory(**{trait: True}), community=community, content=FIRST)


@pytest.mark.parametrize("stage", [Stage.READ_ONLY, Stage.ARCHIVED])
def test_nothing_changes_where_nobody_writes_any_more(community, animator, stage):
    Community.objects.filter(pk=community.pk).update(stage=stage)
    with pytest.raises(Forbidden):
        actions.start_roadmap(actor=animator, community=community, content=FIRST)


def test_a_person_in_charge_is_a_member(community, animator):
    stranger = UserFactory()
    content = {
        "milestones": [{"title": "A", "owner": animator.pk}, {"title": "B", "owner": stranger.pk}],
    }
    roadmap = actions.start_roadmap(actor=SYSTEM, community=community, content=content)
    assert set(roadmap.milestones.values_list("title", "owner")) == {("A", animator.pk), ("B", None)}
    assert [payload["person_id"] for payload in events_of(events.MilestoneGiven)] == [animator.pk]


def test_a_step_that_fails_leaves_no_roadmap(community, animator, monkeypatch):
    monkeypatch.setattr(outbox.OutboxEvent.objects, "create", _fail, raising=True)
    with pytest.raises(RuntimeError):
        actions.start_roadmap(actor=animator, community=community, content=FIRST)
    assert not Roadmap.objects.exists()


def _fail(*args: object, **kwargs: object) -> None:
    raise RuntimeError


def test_the_ways_of_working_change_and_come_back(community, animator):
    actions.start_roadmap(actor=animator, community=community, content=FIRST)
    review = TODAY + timedelta(days=90)
    changed = actions.change_frame(actor=animator, community=community, version=1, ways="Deux.", review_on=review)
    assert (changed.ways, changed.review_on, changed.version) == ("Deux.", review, 2)

    restored = actions.restore_roadmap(actor=animator, community=community, number=1, version=2)
    assert (restored.ways, restored.review_on, restored.version) == ("Une réunion par mois.", None, 3)
    assert list(restored.revisions.values_list("verb", "part")) == [
        (RoadmapVerb.RESTORED, "1"),
        (RoadmapVerb.FRAME_CHANGED, ""),
        (RoadmapVerb.STARTED, ""),
    ]


def test_the_second_to_change_the_ways_is_told(community, animator):
    actions.start_roadmap(actor=animator, community=community, content=FIRST)
    actions.change_frame(actor=animator, community=community, version=1, ways="Deux.", review_on=None)
    with pytest.raises(EditConflict):
        actions.change_frame(actor=animator, community=community, version=1, ways="Trois.", review_on=None)
    assert Roadmap.objects.get().ways == "Deux."


def test_restoring_keeps_the_name_of_what_was_removed(community, animator):
    roadmap = actions.start_roadmap(actor=animator, community=community, content=FIRST)
    uid = roadmap.milestones.get(title="Bilan").uid
    emptied = actions.restore_roadmap(actor=animator, community=community, number=0, version=1)
    assert not Milestone.objects.exists()

    actions.restore_roadmap(actor=animator, community=community, number=1, version=emptied.version)
    assert Milestone.objects.get(title="Bilan").uid == uid
    assert Milestone.objects.get(title="Bilan").state == MilestoneState.PLANNED


def test_restoring_over_a_change_one_has_not_seen_is_refused(community, animator):
    actions.start_roadmap(actor=animator, community=community, content=FIRST)
    actions.change_frame(actor=animator, community=community, version=1, ways="Deux.", review_on=None)
    with pytest.raises(EditConflict):
        actions.restore_roadmap(actor=animator, community=community, number=1, version=1)


def test_a_loop_is_found_and_told():
    assert loop_in({"a": ["b"], "b": ["c"], "c": []}) == []
    assert loop_in({"a": ["b"], "b": ["c"], "c": ["a"]}) == ["a", "b", "c", "a"]
    assert loop_in({"x": ["a"], "a": ["b"], "b": ["a"]}) == ["a", "b", "a"]
