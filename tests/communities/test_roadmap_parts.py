"""The parts of a roadmap: each act does it, refuses, records, publishes, and is taken back."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from communities import events
from communities.actions import roadmap_parts as actions
from communities.actions.roadmap import restore_roadmap, start_roadmap
from communities.enums import MilestoneState, RoadmapVerb, Role, Stage
from communities.models import CommunicationAction, Community, Milestone, Objective, RoadmapRevision
from communities.roadmap_content import PARTS_MAX, BadContent, content_of
from core.errors import BusinessRuleError, EditConflict, Forbidden
from core.models import OutboxEvent, Submission
from tests.factories.accounts import UserFactory
from tests.factories.communities import CommunityFactory, member_of

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 25)


@pytest.fixture
def community():
    return CommunityFactory()


@pytest.fixture
def animator(community):
    return member_of(community, Role.ANIMATOR)


@pytest.fixture
def roadmap(community, animator):
    content = {
        "objectives": [{"title": "Répondre", "start": 60, "target": 90}, {"title": "Écrire"}, {"title": "Grandir"}],
        "milestones": [
            {"title": "Recenser", "due_on": TODAY},
            {"title": "Atelier", "due_on": TODAY + timedelta(days=10)},
            {"title": "Bilan", "due_on": TODAY + timedelta(days=30)},
        ],
        "communication": [{"title": "Affiche"}],
    }
    return start_roadmap(actor=animator, community=community, content=content)


def milestone(title: str) -> Milestone:
    return Milestone.objects.get(title=title)


def edit(step: Milestone, **changes: Any) -> dict[str, Any]:
    """What the form of a milestone sends, with some changes."""
    stands = {
        "uid": step.uid,
        "title": step.title,
        "note": step.note,
        "owner": step.owner,
        "due_on": step.due_on,
        "state": MilestoneState(step.state),
        "depends_on": [before.uid for before in step.depends_on.all()],
    }
    return stands | changes


def given() -> list[int]:
    return [row.payload["person_id"] for row in OutboxEvent.objects.filter(name=events.MilestoneGiven.name)]


def last() -> RoadmapRevision:
    return RoadmapRevision.objects.order_by("-number")[0]


def test_objective_is_added_after_the_others(community, animator, roadmap):
    made = actions.add_objective(
        actor=animator,
        community=community,
        title=" Mesurer ",
        indicator="mesures",
        unit="%",
        start=Decimal(0),
        target=Decimal("12.5"),
        current=Decimal(5),
    )
    assert [row.title for row in roadmap.objectives.all()] == ["Répondre", "Écrire", "Grandir", "Mesurer"]
    assert (made.progress, made.measured_on) == (40, timezone.localdate())
    assert (last().number, last().verb, last().part, last().actor) == (
        2,
        RoadmapVerb.OBJECTIVE_ADDED,
        "Mesurer",
        animator,
    )
    assert last().snapshot["objectives"][3]["target"] == "12.5"


def test_objective_sent_twice_is_added_once(community, animator, roadmap):
    for _ in range(2):
        actions.add_objective(actor=animator, community=community, title="Mesurer", nonce="x" * 20)
    assert Objective.objects.filter(title="Mesurer").count() == 1
    assert last().number == 2


def test_progress_runs_down_as_well_as_up():
    assert Objective(start=Decimal(14), target=Decimal(9), current=Decimal(10)).progress == 80
    assert Objective(start=Decimal(14), target=Decimal(9), current=Decimal(20)).progress == 0
    assert Objective(target=Decimal(9), current=Decimal(12)).progress == 100
    assert Objective(start=Decimal(5), target=Decimal(5), current=Decimal(5)).progress == 100
    assert Objective(start=Decimal(5), target=Decimal(5), current=Decimal(4)).progress == 0
    assert Objective(target=Decimal(9)).progress is None
    assert Objective(current=Decimal(9)).progress is None


def test_objective_changes_and_its_measure_is_dated(community, animator, roadmap):
    objective = roadmap.objectives.all()[0]
    changed = actions.change_objective(
        actor=animator,
        community=community,
        uid=objective.uid,
        version=1,
        title="Répondre vite",
        indicator="questions",
        unit="%",
        start=Decimal(60),
        target=Decimal(90),
        current=Decimal(75),
    )
    assert (changed.progress, changed.measured_on) == (50, timezone.localdate())
    assert last().verb == RoadmapVerb.OBJECTIVE_CHANGED


def test_objective_moves_and_stops_at_the_ends(community, animator, roadmap):
    uid = roadmap.objectives.get(title="Grandir").uid
    actions.move_objective(actor=animator, community=community, uid=uid, up=True)
    assert [row.title for row in roadmap.objectives.all()] == ["Répondre", "Grandir", "Écrire"]
    actions.move_objective(actor=animator, community=community, uid=uid, up=True)
    actions.move_objective(actor=animator, community=community, uid=uid, up=True)
    assert [row.title for row in roadmap.objectives.all()] == ["Grandir", "Répondre", "Écrire"]
    # At the end nothing changes, and nothing is kept.
    assert last().number == 3


def test_milestone_is_added_and_its_owner_told(community, animator, roadmap):
    owner = member_of(community)
    made = actions.add_milestone(
        actor=animator,
        community=community,
        title="Guide",
        owner=owner,
        due_on=TODAY,
        depends_on=[milestone("Atelier").uid, uuid4()],
    )
    assert [before.title for before in made.depends_on.all()] == ["Atelier"]
    assert (last().verb, last().part) == (RoadmapVerb.MILESTONE_ADDED, "Guide")
    assert last().snapshot["milestones"][1]["owner"] == owner.pk
    assert given() == [owner.pk]


@pytest.mark.parametrize("external", [True, False])
def test_a_stranger_cannot_be_in_charge(community, animator, roadmap, external):
    with pytest.raises(BusinessRuleError):
        actions.add_milestone(actor=animator, community=community, title="Guide", owner=UserFactory(external=external))
    assert not Milestone.objects.filter(title="Guide").exists()
    assert given() == []


def test_owner_who_left_stays_named_until_somebody_else_is(community, animator, roadmap):
    owner = member_of(community)
    step = milestone("Atelier")
    actions.change_milestone(actor=animator, community=community, version=1, **edit(step, owner=owner))
    owner.memberships.all().delete()
    step.refresh_from_db()
    changed = actions.change_milestone(actor=animator, community=community, version=2, **edit(step, note="Salle 3"))
    assert changed.owner == owner
    assert given() == [owner.pk]


def test_a_new_owner_is_told_once(community, animator, roadmap):
    owner, other = member_of(community), member_of(community)
    step = milestone("Atelier")
    for version, person in ((1, owner), (2, owner), (2, other)):
        step.refresh_from_db()
        actions.change_milestone(actor=animator, community=community, version=version, **edit(step, owner=person))
    assert given() == [owner.pk, other.pk]


def test_milestone_is_done_and_not_after_all(community, animator, roadmap):
    uid = milestone("Recenser").uid
    done = actions.set_milestone_done(actor=animator, community=community, uid=uid, is_done=True)
    assert (done.state, done.done_on, last().verb) == (
        MilestoneState.DONE,
        timezone.localdate(),
        RoadmapVerb.MILESTONE_DONE,
    )
    again = actions.set_milestone_done(actor=animator, community=community, uid=uid, is_done=True)
    assert not again.roadmap.has_new_version
    reopened = actions.set_milestone_done(actor=animator, community=community, uid=uid, is_done=False)
    assert (reopened.state, reopened.done_on) == (MilestoneState.UNDER_WAY, None)
    assert last().number == 3


def test_milestones_that_would_wait_for_each_other_are_refused_in_words(community, animator, roadmap):
    first, second, third = milestone("Recenser"), milestone("Atelier"), milestone("Bilan")
    actions.change_milestone(actor=animator, community=community, version=1, **edit(second, depends_on=[first.uid]))
    actions.change_milestone(actor=animator, community=community, version=2, **edit(third, depends_on=[second.uid]))
    with pytest.raises(BadContent) as refusal:
        actions.change_milestone(actor=animator, community=community, version=3, **edit(first, depends_on=[third.uid]))
    for title in ("Recenser", "Atelier", "Bilan"):
        assert title in str(refusal.value)
    with pytest.raises(BadContent):
        actions.change_milestone(actor=animator, community=community, version=3, **edit(first, depends_on=[first.uid]))
    assert list(first.depends_on.all()) == []
    assert last().number == 3


def test_the_second_of_two_who_save_is_told_and_overwrites_nothing(community, animator, roadmap):
    other = member_of(community, Role.ANIMATOR)
    step = milestone("Atelier")
    actions.change_milestone(actor=other, community=community, version=1, **edit(step, title="Atelier clauses"))
    with pytest.raises(EditConflict) as conflict:
        actions.change_milestone(actor=animator, community=community, version=1, **edit(step, title="Atelier prix"))
    assert conflict.value.current.title == "Atelier clauses"
    assert Milestone.objects.get(uid=step.uid).title == "Atelier clauses"


def test_two_who_change_two_parts_do_not_hinder_each_other(community, animator, roadmap):
    other = member_of(community, Role.ANIMATOR)
    actions.change_milestone(
        actor=other, community=community, version=1, **edit(milestone("Atelier"), title="Atelier clauses")
    )
    actions.change_milestone(
        actor=animator, community=community, version=1, **edit(milestone("Bilan"), title="Bilan annuel")
    )
    assert set(roadmap.milestones.values_list("title", flat=True)) == {"Recenser", "Atelier clauses", "Bilan annuel"}


def test_saving_what_stands_keeps_no_version(community, animator, roadmap):
    actions.change_milestone(actor=animator, community=community, version=1, **edit(milestone("Atelier")))
    assert last().number == 1


def test_communication_action_is_added_changed_done(community, animator, roadmap):
    made = actions.add_communication(actor=animator, community=community, title="Article", channel="Intranet")
    actions.change_communication(
        actor=animator,
        community=community,
        uid=made.uid,
        version=2,
        title="Article long",
        channel="Intranet",
        audience="agents",
        due_on=TODAY,
    )
    done = actions.set_communication_done(actor=animator, community=community, uid=made.uid, is_done=True)
    assert (done.title, done.done_on) == ("Article long", timezone.localdate())
    again = actions.set_communication_done(actor=animator, community=community, uid=made.uid, is_done=False)
    assert again.done_on is None
    verbs = list(RoadmapRevision.objects.order_by("number").values_list("verb", flat=True))
    assert verbs[1:] == ["communication_added", "communication_changed", "communication_done", "communication_reopened"]


def test_what_is_removed_comes_back_with_what_waited_for_it(community, animator, roadmap):
    first, second = milestone("Recenser"), milestone("Atelier")
    actions.change_milestone(actor=animator, community=community, version=1, **edit(second, depends_on=[first.uid]))
    before = content_of(roadmap)
    made = actions.remove_part(actor=animator, community=community, name="milestones", uid=first.uid)
    assert not Milestone.objects.filter(uid=first.uid).exists()
    assert (last().verb, last().part) == (RoadmapVerb.MILESTONE_REMOVED, "Recenser")

    restore_roadmap(actor=animator, community=community, number=2, version=made.version)
    roadmap.refresh_from_db()
    assert content_of(roadmap) == before


def test_removed_meanwhile_is_said_in_words(community, animator, roadmap):
    step = milestone("Atelier")
    actions.remove_part(actor=animator, community=community, name="milestones", uid=step.uid)
    for act in (
        lambda: actions.remove_part(actor=animator, community=community, name="milestones", uid=step.uid),
        lambda: actions.set_milestone_done(actor=animator, community=community, uid=step.uid, is_done=True),
        lambda: actions.change_milestone(
            actor=animator,
            community=community,
            uid=step.uid,
            version=1,
            title="x",
            note="",
            owner=None,
            due_on=None,
            state=MilestoneState.PLANNED,
            depends_on=[],
        ),
    ):
        with pytest.raises(actions.PartGone):
            act()


def test_a_part_of_another_community_is_not_there(community, animator, roadmap):
    elsewhere = CommunityFactory()
    other = member_of(elsewhere, Role.ANIMATOR)
    with pytest.raises(actions.PartGone):
        actions.remove_part(actor=other, community=elsewhere, name="milestones", uid=milestone("Atelier").uid)
    assert Milestone.objects.filter(title="Atelier").exists()


def test_there_are_no_more_parts_than_anybody_reads(community, animator, roadmap):
    Milestone.objects.bulk_create(
        Milestone(roadmap=roadmap, title=str(number)) for number in range(PARTS_MAX["milestones"] - 3)
    )
    with pytest.raises(BadContent):
        actions.add_milestone(actor=animator, community=community, title="De trop", nonce="y" * 20)
    # The form may be sent again once there is room.
    assert not Submission.objects.exists()


@pytest.mark.parametrize("title", ["", "   ", "x" * 201])
def test_a_part_has_a_title(community, animator, roadmap, title):
    for add in (actions.add_objective, actions.add_milestone, actions.add_communication):
        with pytest.raises(BadContent):
            add(actor=animator, community=community, title=title)
    assert last().number == 1


ACTS = {
    "add_objective": lambda who: actions.add_objective(title="x", **who),
    "change_objective": lambda who: actions.change_objective(
        uid=Objective.objects.all()[0].uid,
        version=1,
        title="x",
        indicator="",
        unit="",
        start=None,
        target=None,
        current=None,
        **who,
    ),
    "move_objective": lambda who: actions.move_objective(uid=Objective.objects.all()[0].uid, up=False, **who),
    "add_milestone": lambda who: actions.add_milestone(title="x", **who),
    "change_milestone": lambda who: actions.change_milestone(version=1, **edit(milestone("Atelier"), title="x"), **who),
    "set_milestone_done": lambda who: actions.set_milestone_done(uid=milestone("Atelier").uid, is_done=True, **who),
    "add_communication": lambda who: actions.add_communication(title="x", **who),
    "change_communication": lambda who: actions.change_communication(
        uid=CommunicationAction.objects.get().uid, version=1, title="x", channel="", audience="", due_on=None, **who
    ),
    "set_communication_done": lambda who: actions.set_communication_done(
        uid=CommunicationAction.objects.get().uid, is_done=True, **who
    ),
    "remove_part": lambda who: actions.remove_part(name="milestones", uid=milestone("Atelier").uid, **who),
    "restore": lambda who: restore_roadmap(number=0, version=1, **who),
}


def who_may_not(community: Community) -> list[Any]:
    return [
        member_of(community),
        member_of(community, Role.MODERATOR),
        member_of(community, external=True),
        UserFactory(),
        UserFactory(community_manager=True),
        UserFactory(administrator=True),
        community.sponsor,
    ]


@pytest.mark.parametrize("name", ACTS)
def test_only_animators_change_a_roadmap(community, roadmap, name):
    community.sponsor = UserFactory()
    community.save()
    for person in who_may_not(community):
        with pytest.raises(Forbidden):
            ACTS[name]({"actor": person, "community": community})
    assert last().number == 1
    assert milestone("Atelier").state == MilestoneState.PLANNED


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("stage", [Stage.READ_ONLY, Stage.ARCHIVED])
def test_a_roadmap_is_a_memory_once_nobody_writes(community, animator, roadmap, name, stage):
    Community.objects.filter(pk=community.pk).update(stage=stage)
    with pytest.raises(Forbidden):
        ACTS[name]({"actor": animator, "community": community})


@pytest.mark.parametrize("name", ACTS)
def test_a_step_that_fails_leaves_nothing(community, animator, roadmap, name, monkeypatch):
    before = content_of(roadmap)

    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("communities.actions.roadmap.publish", fail)
    with pytest.raises(RuntimeError):
        ACTS[name]({"actor": animator, "community": community})
    roadmap.refresh_from_db()
    assert content_of(roadmap) == before
    assert RoadmapRevision.objects.count() == 1
