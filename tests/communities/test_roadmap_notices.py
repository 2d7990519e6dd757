"""What is told of a roadmap, to whom, and once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from communities.actions.roadmap import start_roadmap
from communities.actions.roadmap_parts import add_milestone, remove_part
from communities.actions.roadmap_reminders import remind_of_roadmaps
from communities.enums import MembershipState, Role, Stage
from communities.models import Community, Membership, Milestone, Roadmap, RoadmapReminder
from communities.tasks import remind_roadmaps
from core.actions.outbox import deliver_outbox
from core.models import OutboxEvent, ParameterValue
from core.system import SYSTEM
from notifications.models import Notification
from notifications.words import lines_of
from tests.factories.accounts import UserFactory
from tests.factories.communities import CommunityFactory, member_of

pytestmark = pytest.mark.django_db


def in_days(days: int) -> Any:
    return timezone.localdate() + timedelta(days=days)


def told(person: Any) -> list[str]:
    return list(Notification.objects.filter(recipient=person).order_by("pk").values_list("kind", flat=True))


def said(person: Any) -> list[str]:
    rows = Notification.objects.filter(recipient=person).select_related("actor").order_by("pk")
    with translation.override("en"):
        return [line.notice.text for line in lines_of(rows)]


@pytest.fixture
def community():
    return CommunityFactory(name="Achats")


@pytest.fixture
def animator(community):
    return member_of(community, Role.ANIMATOR)


@pytest.fixture
def owner(community):
    return member_of(community)


def start(community: Community, *, due: int, owner: Any = None, review: int | None = None) -> Roadmap:
    content = {
        "review_on": in_days(review) if review is not None else None,
        "milestones": [{"title": "Atelier", "due_on": in_days(due), "owner": owner and owner.pk}],
    }
    roadmap = start_roadmap(actor=SYSTEM, community=community, content=content)
    OutboxEvent.objects.all().delete()
    return roadmap


def remind() -> int:
    count = remind_of_roadmaps()
    deliver_outbox()
    return count


def test_whoever_is_given_a_milestone_is_told_and_not_who_takes_it(community, animator, owner):
    for person in (owner, animator):
        add_milestone(actor=animator, community=community, title="Atelier", owner=person, due_on=in_days(40))
    deliver_outbox()
    assert told(owner) == ["communities.milestone_given"]
    assert "You are in charge of “Atelier”" in said(owner)[0]
    assert told(animator) == []


@pytest.mark.parametrize("days", [0, 1, 7])
def test_what_comes_is_recalled_once_to_owner_and_animators(community, animator, owner, days):
    member = member_of(community)
    start(community, due=days, owner=owner)
    assert [remind(), remind()] == [1, 0]
    assert told(owner) == told(animator) == ["communities.milestone_coming"]
    assert told(member) == []


def test_what_is_far_is_not_recalled_yet_and_the_notice_is_a_setting(community, animator):
    start(community, due=8)
    assert remind() == 0
    ParameterValue.objects.create(name="communities.milestone_notice", value=8)
    assert remind() == 1


def test_what_is_late_is_recalled_once_and_again_once_put_off(community, animator, owner):
    start(community, due=-1, owner=owner)
    assert [remind(), remind()] == [1, 0]
    assert told(owner) == told(animator) == ["communities.milestone_overdue"]
    Milestone.objects.update(due_on=in_days(3))
    assert remind() == 1
    assert told(owner)[-1] == "communities.milestone_coming"


def test_what_was_removed_and_restored_is_not_recalled_twice(community, animator):
    roadmap = start(community, due=-1)
    assert remind() == 1
    uid = roadmap.milestones.get().uid
    remove_part(actor=animator, community=community, name="milestones", uid=uid)
    # The news stands, without the title of what is gone.
    assert said(animator) == ["A milestone of “Achats” was removed since."]
    Milestone.objects.create(roadmap=roadmap, uid=uid, title="Atelier", due_on=in_days(-1))
    assert remind() == 0


def test_what_is_done_or_long_past_is_not_recalled(community, animator):
    start(community, due=-60)
    done = {"title": "Fait", "due_on": in_days(-1), "state": "done", "done_on": in_days(-1)}
    start_roadmap(actor=SYSTEM, community=CommunityFactory(), content={"milestones": [done]})
    assert remind() == 0


@pytest.mark.parametrize("stage", [Stage.READ_ONLY, Stage.ARCHIVED])
def test_nothing_is_recalled_where_nothing_comes_any_more(community, animator, stage):
    start(community, due=2, review=0)
    Community.objects.update(stage=stage)
    assert remind() == 0


def test_the_review_is_recalled_to_animators_once(community, animator, owner):
    start(community, due=90, review=0)
    assert [remind(), remind()] == [1, 0]
    assert told(animator) == ["communities.roadmap_review"]
    assert told(owner) == []


def test_owner_who_left_is_told_nothing(animator):
    community = CommunityFactory(confidential=True)
    owner = member_of(community)
    start(community, due=2, owner=owner)
    Membership.objects.filter(person=owner).update(state=MembershipState.LEFT)
    assert remind() == 1
    assert told(owner) == []


def test_news_of_a_community_that_one_left_is_gone(community):
    hidden = CommunityFactory(confidential=True)
    owner = member_of(hidden)
    start(hidden, due=2, owner=owner)
    remind()
    assert Notification.objects.visible_to(owner).count() == 1
    Membership.objects.filter(person=owner).update(state=MembershipState.LEFT)
    assert Notification.objects.visible_to(owner).count() == 0


def test_sponsor_is_not_reminded_of_each_step(community):
    Community.objects.update(sponsor=UserFactory())
    start(Community.objects.get(), due=2)
    remind()
    assert told(Community.objects.get().sponsor) == []


def test_a_reminder_that_fails_is_given_the_next_time(community, animator, monkeypatch):
    start(community, due=2)

    def fail(event: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr("communities.actions.roadmap_reminders.publish", fail)
        with pytest.raises(RuntimeError):
            remind_of_roadmaps()
    assert not RoadmapReminder.objects.exists()
    assert remind_roadmaps() == 1
