"""Several people at one roadmap at the same moment: nothing overwritten, nothing told twice."""

import pytest
from django.utils import timezone

from communities.actions.calendars import renew_calendar
from communities.actions.roadmap import start_roadmap
from communities.actions.roadmap_parts import add_objective, change_objective
from communities.actions.roadmap_reminders import remind_of_roadmaps
from communities.enums import Role
from communities.models import CalendarToken, Objective, Roadmap, RoadmapReminder
from core.errors import BusinessRuleError, EditConflict
from core.models import OutboxEvent
from core.system import SYSTEM
from tests.factories.accounts import UserFactory
from tests.factories.communities import CommunityFactory, member_of
from tests.support.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)

FEW = 6
NUMBERS = {"indicator": "", "unit": "", "start": None, "target": None, "current": None}


def test_of_those_who_change_one_objective_one_is_heard_and_the_others_are_told():
    community = CommunityFactory()
    roadmap = start_roadmap(actor=SYSTEM, community=community, content={"objectives": [{"title": "Répondre"}]})
    uid = roadmap.objectives.get().uid
    people = [member_of(community, Role.ANIMATOR) for _number in range(FEW)]
    results = at_once(
        [
            lambda person=person: change_objective(
                actor=person, community=community, uid=uid, version=1, title=person.email, **NUMBERS
            )
            for person in people
        ]
    )
    refused = [result for result in results if isinstance(result, Exception)]
    assert [type(result) for result in refused] == [EditConflict] * (FEW - 1)
    [heard] = [result for result in results if not isinstance(result, Exception)]
    assert Objective.objects.get().title == heard.title
    assert list(roadmap.revisions.values_list("number", flat=True)) == [2, 1]


def test_all_who_add_are_kept_each_with_a_version():
    community = CommunityFactory()
    people = [member_of(community, Role.ANIMATOR) for _number in range(FEW)]
    at_once(
        [
            lambda person=person: add_objective(actor=person, community=community, title=person.email)
            for person in people
        ]
    )
    roadmap = Roadmap.objects.get()
    assert set(roadmap.objectives.values_list("title", flat=True)) == {person.email for person in people}
    assert sorted(roadmap.revisions.values_list("number", flat=True)) == list(range(1, FEW + 1))


def test_of_those_who_begin_a_roadmap_one_does():
    community = CommunityFactory()
    people = [member_of(community, Role.ANIMATOR) for _number in range(FEW)]
    content = {"milestones": [{"title": "Atelier"}]}
    results = at_once(
        [lambda person=person: start_roadmap(actor=person, community=community, content=content) for person in people]
    )
    assert [type(r) for r in results if isinstance(r, Exception)] == [BusinessRuleError] * (FEW - 1)
    assert Roadmap.objects.get().milestones.count() == 1


def test_workers_that_remind_at_once_remind_once():
    content = {"milestones": [{"title": "Atelier", "due_on": timezone.localdate()}]}
    start_roadmap(actor=SYSTEM, community=CommunityFactory(), content=content)
    results = at_once([remind_of_roadmaps] * FEW)
    assert sum(result for result in results if isinstance(result, int)) == 1
    assert RoadmapReminder.objects.count() == 1
    assert OutboxEvent.objects.filter(name="communities.MilestoneComing").count() == 1


def test_one_address_is_left_to_whoever_renews_it_many_times():
    person = UserFactory()
    results = at_once([lambda: renew_calendar(actor=person)] * FEW)
    assert not [result for result in results if isinstance(result, Exception)]
    assert CalendarToken.objects.filter(revoked_at=None).count() == 1
