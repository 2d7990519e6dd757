"""What comes and what is late is recalled, once a day that was set."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from communities import events
from communities.models import Milestone, Roadmap, RoadmapReminder
from communities.models.roadmap import LIVING_STAGES
from core.actions.outbox import publish
from core.events import Event
from core.models import ParameterValue

COMING, OVERDUE, REVIEW = "coming", "overdue", "review"
# What is late for longer was recalled, or is forgotten by all: the page of the roadmap says it.
LOOK_BACK = timedelta(days=30)


def remind_of_roadmaps() -> int:
    """Recalls the milestones that come and those that are late, and the reviews whose day has come; gives how many.

    Run twice, or by two workers at once, it recalls each once; a day that is put off is recalled again.
    """
    today = timezone.localdate()
    ahead = timedelta(days=int(ParameterValue.objects.number("communities.milestone_notice")))
    rows = Milestone.objects.waiting().filter(due_on__gt=today - LOOK_BACK, due_on__lte=today + ahead)
    told = 0
    for milestone in rows.select_related("roadmap").order_by("pk").iterator(chunk_size=500):
        told += _remind_of_milestone(milestone, today)
    reviews = Roadmap.objects.filter(community__stage__in=LIVING_STAGES, review_on__gt=today - LOOK_BACK)
    for roadmap in reviews.filter(review_on__lte=today).order_by("pk").iterator(chunk_size=500):
        event = events.RoadmapReviewDue(community_id=roadmap.community_id)
        told += _once(roadmap, "", REVIEW, roadmap.review_on, event)
    return told


def _remind_of_milestone(milestone: Milestone, today: date) -> bool:
    uid, day = str(milestone.uid), milestone.due_on
    assert day is not None  # noqa: S101
    community_id = milestone.roadmap.community_id
    if day < today:
        late = events.MilestoneOverdue(community_id=community_id, milestone_uid=uid)
        return _once(milestone.roadmap, uid, OVERDUE, day, late)
    coming = events.MilestoneComing(community_id=community_id, milestone_uid=uid)
    return _once(milestone.roadmap, uid, COMING, day, coming)


@transaction.atomic
def _once(roadmap: Roadmap, uid: str, about: str, day: date | None, event: Event) -> bool:
    _row, is_new = RoadmapReminder.objects.get_or_create(roadmap=roadmap, milestone_uid=uid, about=about, day=day)
    if is_new:
        publish(event)
    return is_new
