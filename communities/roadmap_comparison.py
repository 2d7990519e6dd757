"""What changed between two versions of a roadmap, part by part and field by field."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from communities.enums import MilestoneState
from communities.roadmap_content import Content
from core.days import spoken_day

FIELDS = {
    "title": gettext_lazy("Title"),
    "indicator": gettext_lazy("Indicator"),
    "unit": gettext_lazy("Unit of measure"),
    "start": gettext_lazy("At the start"),
    "target": gettext_lazy("Target"),
    "current": gettext_lazy("Today"),
    "note": gettext_lazy("Detail"),
    "owner": gettext_lazy("In charge"),
    "due_on": gettext_lazy("Due on"),
    "state": gettext_lazy("Progress"),
    "done_on": gettext_lazy("Done on"),
    "depends_on": gettext_lazy("Comes after"),
    "channel": gettext_lazy("By which way"),
    "audience": gettext_lazy("For whom"),
}
SECTIONS = {
    "objectives": gettext_lazy("Objectives"),
    "milestones": gettext_lazy("Milestones"),
    "communication": gettext_lazy("Communication"),
}
DAYS = frozenset({"due_on", "done_on", "review_on"})
NEW, GONE, CHANGED, MOVED = "new", "gone", "changed", "moved"


@dataclass(frozen=True)
class FieldChange:
    """One field, before and after, in words."""

    label: Any
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """What became of one part: `new`, `gone`, `changed` or `moved`."""

    kind: str
    title: str
    fields: list[FieldChange] = field(default_factory=list)


@dataclass(frozen=True)
class Section:
    """The changes of one sort of part."""

    title: Any
    changes: list[Change]


def compare_roadmaps(before: Content, after: Content) -> list[Section]:
    """What changed, in the order of the page; at most one query, for the names of people in charge."""
    words = _Words(before, after)
    sections = []
    for name, title in SECTIONS.items():
        if changes := _changes(before[name], after[name], words):
            sections.append(Section(title, changes))
    frame = []
    if before["ways"] != after["ways"]:
        frame.append(FieldChange(_("Ways of working"), before["ways"], after["ways"]))
    if before["review_on"] != after["review_on"]:
        days = (words.of("review_on", before["review_on"]), words.of("review_on", after["review_on"]))
        frame.append(FieldChange(_("Look at the roadmap again on"), *days))
    if frame:
        sections.append(Section(_("Ways of working"), [Change(CHANGED, "", frame)]))
    return sections


class _Words:
    """How values of a snapshot read: people and milestones by their names."""

    def __init__(self, *contents: Content) -> None:
        rows = [part for content in contents for part in content["milestones"]]
        self.titles = {part["uid"]: part["title"] for part in rows}
        people = {part["owner"] for part in rows if part["owner"]}
        found = User.objects.filter(pk__in=people) if people else []
        self.names = {person.pk: person.full_name for person in found}

    def of(self, name: str, value: Any) -> str:
        """One value, as the page shows it."""
        if value in (None, "", []):
            return ""
        if name in DAYS:
            return spoken_day(date.fromisoformat(value))
        if name == "owner":
            return self.names.get(value, _("somebody whose account is gone"))
        if name == "state":
            return str(MilestoneState(value).label)
        if name == "depends_on":
            return ", ".join(self.titles.get(uid, "–") for uid in value)
        return str(value)


def _changes(before: list[Content], after: list[Content], words: _Words) -> list[Change]:
    known = {part["uid"]: part for part in before}
    found = []
    for part in after:
        former = known.get(part["uid"])
        if former is None:
            found.append(Change(NEW, part["title"], _fields({}, part, words)))
        elif fields := _fields(former, part, words):
            found.append(Change(CHANGED, part["title"], fields))
    kept = {part["uid"] for part in after}
    found += [Change(GONE, part["title"], _fields(part, {}, words)) for part in before if part["uid"] not in kept]
    if not found and [part["uid"] for part in before] != [part["uid"] for part in after]:
        found = [
            Change(MOVED, part["title"]) for old, part in zip(before, after, strict=True) if old["uid"] != part["uid"]
        ]
    return found


def _fields(before: Content, after: Content, words: _Words) -> list[FieldChange]:
    # A part that comes or goes is named by its title already.
    names = [name for name in FIELDS if name != "title" or (before and after)]
    pairs = [(name, words.of(name, before.get(name)), words.of(name, after.get(name))) for name in names]
    return [FieldChange(FIELDS[name], old, new) for name, old, new in pairs if old != new]
