"""A roadmap as a file: a spreadsheet with a line a part, a document on paper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.template.defaultfilters import date as format_date
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import limits
from communities.models import Community
from communities.roadmaps import RoadmapPage, objective_in_words, page_of_roadmap
from core.actions.acts import count_act
from core.actions.audit import record_audit
from core.days import spoken_day
from core.policies import require

Row = tuple[Any, ...]


@transaction.atomic
def export_roadmap(*, actor: Any, community: Community, kind: str) -> tuple[list[str], Iterator[Row]]:
    """The head and the rows of a roadmap, a line a part; audited. `kind` is one of `core.exports.FORMATS`."""
    page = _page(actor, community, kind)
    head = [
        _("Part"),
        _("Title"),
        _("Detail"),
        _("In charge"),
        _("Due on"),
        _("Done on"),
        _("State"),
        _("Comes after"),
        _("At the start"),
        _("Target"),
        _("Today"),
        _("Unit of measure"),
    ]
    return head, _rows(page)


@transaction.atomic
def roadmap_on_paper(*, actor: Any, community: Community) -> dict[str, Any]:
    """What `templates/paper/roadmap.typ` prints; audited."""
    page = _page(actor, community, "pdf")
    progress, roadmap, review = page.progress, page.roadmap, page.review
    facts = [community.get_kind_display() + " · " + str(community.access_in_words)]
    if progress.next:
        words = {"milestone": progress.next.milestone.title, "due": progress.next.state.lower()}
        facts.append(_("Next: %(milestone)s (%(due)s)") % words)
    if review:
        day = spoken_day(roadmap.review_on)
        facts.append(
            _("Looked at again on %(day)s") % {"day": day}
            if review.tone != "late"
            else _("Review was due on %(day)s") % {"day": day}
        )
    return {
        "title": _("Roadmap of %(community)s") % {"community": community.name},
        "subtitle": community.purpose,
        "made": str(format_date(timezone.localdate(), "j F Y")),
        "summary": progress.words if progress.total else _("No milestone yet"),
        "progress": progress.percent if progress.total else None,
        "facts": facts,
        "words": {
            "objectives": _("Objectives"),
            "milestones": _("Milestones"),
            "communication": _("Communication"),
            "ways": _("Ways of working"),
            "milestone_head": [_("Due on"), _("Milestone"), _("State")],
            "communication_head": [_("Planned on"), _("What is told"), _("State")],
        },
        "objectives": [
            {
                "title": part.title,
                "indicator": part.indicator,
                "words": objective_in_words(part),
                "progress": part.progress,
            }
            for part in page.objectives
        ],
        "milestones": [
            {
                "day": spoken_day(step.milestone.due_on) or "–",
                "title": step.milestone.title,
                "note": step.milestone.note,
                "after": _("Comes after: %(milestones)s") % {"milestones": step.after} if step.waits_for else "",
                "state": step.state,
                "tone": step.due.tone,
                "owner": step.milestone.owner.full_name if step.milestone.owner else "",
            }
            for step in progress.steps
        ],
        "communication": [
            {
                "day": spoken_day(telling.action.due_on) or "–",
                "title": telling.action.title,
                "detail": telling.detail,
                "state": telling.due.words,
            }
            for telling in page.tellings
        ],
        "ways": [line.strip() for line in roadmap.ways.splitlines() if line.strip()],
    }


def _page(actor: Any, community: Community, kind: str) -> RoadmapPage:
    require(actor, "communities.view_roadmap", community)
    count_act(actor=actor, limit=limits.EXPORT)
    record_audit(actor=actor, verb="communities.roadmap_exported", target=community, format=kind)
    return page_of_roadmap(community)


def _rows(page: RoadmapPage) -> Iterator[Row]:
    objective, milestone, telling_name = _("Objective"), _("Milestone"), _("Communication action")
    for part in page.objectives:
        numbers = tuple(None if value is None else float(value) for value in (part.start, part.target, part.current))
        yield (objective, part.title, part.indicator, "", None, None, objective_in_words(part), "", *numbers, part.unit)
    for step in page.progress.steps:
        row = step.milestone
        owner = row.owner.full_name if row.owner else ""
        yield (milestone, row.title, row.note, owner, row.due_on, row.done_on, step.state, step.after, *_nothing(4))
    for telling in page.tellings:
        action = telling.action
        detail, due = telling.detail, telling.due.words
        yield (telling_name, action.title, detail, "", action.due_on, action.done_on, due, "", *_nothing(4))
    if page.roadmap.ways:
        yield (_("Ways of working"), page.roadmap.ways, *_nothing(10))


def _nothing(count: int) -> tuple[None, ...]:
    return (None,) * count
