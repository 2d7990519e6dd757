"""How far a community is on its roadmap, in words: what pages, calendars and paper show of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.utils import formats, timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from communities.enums import MilestoneState
from communities.models import CommunicationAction, Community, Membership, Milestone, Objective, Roadmap
from communities.roadmap_content import Content
from core.days import spoken_day

# Days within which what comes is said with the number of days that are left.
SOON = 14
LATE, NEAR, COMING, DONE, UNDATED = "late", "near", "coming", "done", "undated"


@dataclass(frozen=True)
class Due:
    """When something is due, for the eye and in words: colour alone says nothing."""

    tone: str
    words: str


def due_of(due_on: date | None, done_on: date | None, today: date) -> Due:
    """Where a milestone or an action stands on a day."""
    if done_on is not None:
        return Due(DONE, _("Done on %(day)s") % {"day": spoken_day(done_on)})
    if due_on is None:
        return Due(UNDATED, _("No date yet"))
    days = (due_on - today).days
    if days < 0:
        return Due(LATE, ngettext("Late by %(count)d day", "Late by %(count)d days", -days) % {"count": -days})
    if days == 0:
        return Due(NEAR, _("Today"))
    if days <= SOON:
        return Due(NEAR, ngettext("In %(count)d day", "In %(count)d days", days) % {"count": days})
    return Due(COMING, _("To come"))


@dataclass(frozen=True)
class Step:
    """A milestone as it is shown on a day."""

    milestone: Milestone
    due: Due
    is_next: bool
    waits_for: list[Milestone] = field(default_factory=list)
    # The person in charge no longer belongs to the community.
    has_gone_owner: bool = False

    @property
    def is_under_way(self) -> bool:
        return self.milestone.state == MilestoneState.UNDER_WAY

    @property
    def is_at_hand(self) -> bool:
        """Whether it is the moment to say that it is done."""
        return not self.milestone.is_done and (self.is_next or self.is_under_way or self.due.tone in (LATE, NEAR))

    @property
    def state(self) -> str:
        """Its state in words: « En retard de 5 jours, en cours »."""
        return _("%(due)s, under way") % {"due": self.due.words} if self.is_under_way else self.due.words

    @property
    def waiting(self) -> list[tuple[Milestone, str]]:
        """What it waits for, each with its state in words."""
        return [(before, _("done") if before.is_done else _("not done yet")) for before in self.waits_for]

    @property
    def after(self) -> str:
        """What it waits for, as one line of text."""
        return ", ".join(f"{before.title} ({state})" for before, state in self.waiting)


@dataclass(frozen=True)
class Telling:
    """A communication action as it is shown on a day."""

    action: CommunicationAction
    due: Due

    @property
    def detail(self) -> str:
        """Which way and for whom."""
        return " · ".join(part for part in (self.action.channel, self.action.audience) if part)


@dataclass(frozen=True)
class Progress:
    """How many milestones are done, which one comes next."""

    roadmap: Roadmap
    steps: list[Step]

    @property
    def total(self) -> int:
        return len(self.steps)

    @property
    def done(self) -> int:
        return sum(step.milestone.is_done for step in self.steps)

    @property
    def late(self) -> int:
        return sum(step.due.tone == LATE for step in self.steps)

    @property
    def percent(self) -> int:
        """Part of the milestones that are done, 0 to 100."""
        return self.done * 100 // self.total if self.total else 0

    @property
    def words(self) -> str:
        """« 2 étapes terminées sur 5 »."""
        return ngettext(
            "%(done)d milestone done out of %(total)d", "%(done)d milestones done out of %(total)d", self.done
        ) % {"done": self.done, "total": self.total}

    @property
    def next(self) -> Step | None:
        return next((step for step in self.steps if step.is_next), None)

    @property
    def shown(self) -> list[Step]:
        """The few that a side column has room for: the last one done, then those that follow."""
        rest = [step for step in self.steps if not step.milestone.is_done]
        done = [step for step in self.steps if step.milestone.is_done]
        return [*done[-max(1, 5 - len(rest)) :], *rest][:5]


@dataclass
class RoadmapPage:
    """All of a roadmap, loaded in a fixed number of queries."""

    community: Community
    roadmap: Roadmap
    today: date

    @cached_property
    def objectives(self) -> list[Objective]:
        return list(self.roadmap.objectives.all())

    @cached_property
    def progress(self) -> Progress:
        rows = Milestone.objects.filter(roadmap=self.roadmap).by_date()
        rows = rows.select_related("owner__unit", "owner__photo").prefetch_related("depends_on")
        steps = list(rows)
        owners = {step.owner_id for step in steps if step.owner_id}
        members = Membership.objects.members().filter(community=self.community, person__in=owners)
        return Progress(
            self.roadmap, _steps(steps, self.today, set(members.values_list("person", flat=True)), with_waits=True)
        )

    @cached_property
    def tellings(self) -> list[Telling]:
        rows = self.roadmap.communication.by_date()
        return [Telling(row, due_of(row.due_on, row.done_on, self.today)) for row in rows]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to read yet."""
        roadmap = self.roadmap
        has_parts = self.objectives or self.progress.steps or self.tellings
        return not (has_parts or roadmap.ways or roadmap.review_on)

    @property
    def review(self) -> Due | None:
        """When the roadmap is looked at again; late once the day is past."""
        day = self.roadmap.review_on
        return due_of(day, None, self.today) if day else None


def page_of_roadmap(community: Community) -> RoadmapPage:
    """The roadmap of a community; one that was never written is empty, and nothing is created."""
    roadmap = Roadmap.objects.filter(community=community).first() or Roadmap(community=community)
    if roadmap.pk is None:
        page = RoadmapPage(community, roadmap, timezone.localdate())
        page.objectives, page.tellings, page.progress = [], [], Progress(roadmap, [])
        return page
    return RoadmapPage(community, roadmap, timezone.localdate())


def progress_of(community: Community, people: Iterable[User] = ()) -> Progress | None:
    """How far a community is, from what was loaded `with_roadmap()`: no query; None where no milestone stands.

    Who is in charge is named where they are among `people`.
    """
    content: Content | None = community.roadmap_now  # type: ignore[attr-defined]
    if not content or not content["milestones"]:
        return None
    known = {person.pk: person for person in people}
    milestones = [
        Milestone(
            uid=row["uid"],
            title=row["title"],
            state=row["state"],
            due_on=parse_date(row["due_on"] or ""),
            done_on=parse_date(row["done_on"] or ""),
            owner=known.get(row["owner"]),
        )
        for row in content["milestones"]
    ]
    roadmap = Roadmap(community=community, review_on=parse_date(content["review_on"] or ""))
    return Progress(roadmap, _steps(milestones, timezone.localdate(), set(known)))


def _steps(milestones: list[Milestone], today: date, members: set[int], *, with_waits: bool = False) -> list[Step]:
    following = next((row.uid for row in milestones if not row.is_done), None)
    return [
        Step(
            milestone=row,
            due=due_of(row.due_on, row.done_on, today),
            is_next=row.uid == following,
            waits_for=list(row.depends_on.all()) if with_waits else [],
            has_gone_owner=row.owner_id is not None and row.owner_id not in members,
        )
        for row in milestones
    ]


def objective_in_words(objective: Objective) -> str:
    """« De 60 à 90 % · 75 % au 12 nov. · 50 % du chemin »."""
    unit = objective.unit
    parts = []
    if objective.target is not None:
        words = {"start": number_with(objective.start, ""), "target": number_with(objective.target, unit)}
        with_start = objective.start is not None
        parts.append(_("From %(start)s to %(target)s") % words if with_start else _("Target: %(target)s") % words)
    if objective.current is not None:
        words = {"value": number_with(objective.current, unit), "day": spoken_day(objective.measured_on)}
        parts.append(_("%(value)s on %(day)s") % words if objective.measured_on else words["value"])
    if objective.progress is not None:
        parts.append(_("%(percent)d%% of the way") % {"percent": objective.progress})
    elif objective.target is not None:
        parts.append(_("not measured yet"))
    return " · ".join(parts)


def number_with(value: Any, unit: str) -> str:
    """A number as the language writes it, with its unit: « 1 200 marchés »."""
    if value is None:
        return ""
    places = 0 if value == int(value) else 2
    number = formats.number_format(value, decimal_pos=places, use_l10n=True, force_grouping=abs(value) >= 10_000)
    return f"{number}\N{NO-BREAK SPACE}{unit}" if unit else number


def upcoming(user: Any, *, days: int = 60) -> Any:
    """The milestones that come, or are late, in the communities of a person whose roadmap they may read now."""
    mine = Membership.objects.members().filter(person=user).values("community")
    readable = Community.objects.visible_to(user, "communities.view_roadmap").filter(pk__in=mine)
    rows = Milestone.objects.waiting().filter(roadmap__community__in=readable.values("pk"))
    until = timezone.localdate() + timedelta(days=days)
    return rows.filter(due_on__lte=until).select_related("roadmap__community").by_date()
