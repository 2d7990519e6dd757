"""What the roadmap promised: milestones kept, missed, to come."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from communities.enums import MilestoneState
from communities.facts.door import Better, Fact, Figure, Indicator, Measure, NextAction, Period, Reading
from communities.models import Community, Milestone
from communities.models.roadmap import LIVING_STAGES

# How long before its day a milestone is one of the next things to think of.
COMING = timedelta(days=14)

INDICATORS = {
    "milestones_kept": Indicator(
        label=_("Milestones kept"),
        definition=_("Milestones of the roadmap that fell due during the period and were done by then."),
    ),
    "milestones_missed": Indicator(
        label=_("Milestones missed"),
        definition=_(
            "Milestones that fell due during the period and were not done by then, those done since included."
        ),
        better=Better.LESS,
    ),
}


def read(community: Community, period: Period) -> Reading:
    """Milestones by what became of them: one query. They speak of work and of nobody."""
    today = timezone.localdate()
    is_open = ~Q(state=MilestoneState.DONE)
    kept = Q(state=MilestoneState.DONE, done_on__lte=F("due_on"))
    missed = Q(state=MilestoneState.DONE, done_on__gt=F("due_on")) | (is_open & Q(due_on__lt=today))
    row = Milestone.objects.filter(roadmap__community=community).aggregate(
        kept=Count("pk", filter=kept & _due(period)),
        missed=Count("pk", filter=missed & _due(period)),
        kept_before=Count("pk", filter=kept & _due(period.before)),
        missed_before=Count("pk", filter=missed & _due(period.before)),
        late=Count("pk", filter=is_open & Q(due_on__lt=today)),
        coming=Count("pk", filter=is_open & Q(due_on__gte=today, due_on__lte=today + COMING)),
    )
    if not any(row[name] for name in ("kept", "missed", "kept_before", "missed_before")):
        # Nothing was promised for these days: a nought would read as a result.
        return Reading(actions=_actions(community, row))
    figures = {
        "milestones_kept": Figure(Measure(row["kept"]), Measure(row["kept_before"])),
        "milestones_missed": Figure(Measure(row["missed"]), Measure(row["missed_before"])),
    }
    return Reading(figures, _actions(community, row))


def _due(period: Period) -> Q:
    return Q(due_on__gte=period.start, due_on__lte=period.end)


def _actions(community: Community, row: dict[str, int]) -> list[NextAction]:
    if community.stage not in LIVING_STAGES:
        return []
    address = f"{community.get_absolute_url()}roadmap/"
    found = []
    if count := row["late"]:
        text = ngettext(
            "%(count)d milestone is overdue: close it or give it another day.",
            "%(count)d milestones are overdue: close them or give them another day.",
            count,
        )
        found.append(NextAction(count, text % {"count": count}, address, "change_roadmap", "warning", 25))
    if count := row["coming"]:
        text = ngettext(
            "%(count)d milestone falls due within two weeks.",
            "%(count)d milestones fall due within two weeks.",
            count,
        )
        found.append(NextAction(count, text % {"count": count}, address, "change_roadmap", "calendar", 45))
    return found


FACT = Fact(INDICATORS, read, order=40)
