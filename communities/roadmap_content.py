"""A roadmap as plain data: what revisions keep, what templates and proposals hand over, what is restored.

{"ways": str, "review_on": day, "objectives": […], "milestones": […], "communication": […]}. Days are written
`2026-11-25`, numbers as texts, people as ids; `uid` names a part for as long as it is spoken of.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.translation import gettext as _

from communities.enums import MilestoneState
from communities.models import CommunicationAction, Milestone, Objective, Roadmap
from core.errors import BusinessRuleError

Content = dict[str, Any]

# More would be read by nobody, and would not fit on paper.
PARTS_MAX: Final = {"objectives": 20, "milestones": 60, "communication": 40}
NUMBER_MAX: Final = Decimal(10) ** 10


class BadContent(BusinessRuleError):
    """What was handed over is no roadmap."""


def empty_content() -> Content:
    """A roadmap in which nothing stands yet."""
    return {"ways": "", "review_on": None, "objectives": [], "milestones": [], "communication": []}


def is_empty(content: Content) -> bool:
    """Whether there is nothing to read."""
    return not any(content.values())


def content_of(roadmap: Roadmap) -> Content:
    """What stands in a roadmap, read from its parts in four queries."""
    milestones = list(roadmap.milestones.by_date().prefetch_related("depends_on"))
    return {
        "ways": roadmap.ways,
        "review_on": _written(roadmap.review_on),
        "objectives": [objective_content(part) for part in roadmap.objectives.all()],
        "milestones": [milestone_content(part) for part in milestones],
        "communication": [communication_content(part) for part in roadmap.communication.by_date()],
    }


def objective_content(part: Objective) -> Content:
    """One objective as data."""
    return {
        "uid": str(part.uid),
        "title": part.title,
        "indicator": part.indicator,
        "unit": part.unit,
        "start": _number_written(part.start),
        "target": _number_written(part.target),
        "current": _number_written(part.current),
        "measured_on": _written(part.measured_on),
    }


def milestone_content(part: Milestone) -> Content:
    """One milestone as data."""
    return {
        "uid": str(part.uid),
        "title": part.title,
        "note": part.note,
        "owner": part.owner_id,
        "due_on": _written(part.due_on),
        "state": str(part.state),
        "done_on": _written(part.done_on),
        "depends_on": sorted(str(before.uid) for before in part.depends_on.all()),
    }


def communication_content(part: CommunicationAction) -> Content:
    """One communication action as data."""
    return {
        "uid": str(part.uid),
        "title": part.title,
        "channel": part.channel,
        "audience": part.audience,
        "due_on": _written(part.due_on),
        "done_on": _written(part.done_on),
    }


def clean_content(content: Mapping[str, Any]) -> Content:
    """The same data with every key, each part with its `uid`; what is unknown is left out.

    Raises BadContent for what is no roadmap, in words.
    """
    cleaned: Content = {
        "ways": _text(content.get("ways"), 4000),
        "review_on": _day(content.get("review_on")),
        "objectives": _parts(content, "objectives", _clean_objective),
        "milestones": _parts(content, "milestones", _clean_milestone),
        "communication": _parts(content, "communication", _clean_communication),
    }
    known = {part["uid"] for part in cleaned["milestones"]}
    for part in cleaned["milestones"]:
        part["depends_on"] = sorted(uid for uid in part["depends_on"] if uid in known and uid != part["uid"])
    if loop := loop_in({part["uid"]: part["depends_on"] for part in cleaned["milestones"]}):
        titles = {part["uid"]: part["title"] for part in cleaned["milestones"]}
        raise BadContent(loop_in_words([titles[uid] for uid in loop]))
    return cleaned


def loop_in(depends_on: Mapping[str, list[str]]) -> list[str]:
    """The steps of a loop, each followed by the one it waits for, the first again at the end; empty without a loop."""
    settled: set[str] = set()
    for first in depends_on:
        path = [first]
        waits = [iter(depends_on.get(first, []))]
        while path:
            following = next((uid for uid in waits[-1] if uid not in settled), None)
            if following is None:
                settled.add(path.pop())
                waits.pop()
            elif following in path:
                return [*path[path.index(following) :], following]
            else:
                path.append(following)
                waits.append(iter(depends_on.get(following, [])))
    return []


def loop_in_words(titles: list[str]) -> str:
    """Why a dependency is refused."""
    chain = " → ".join(f"“{title}”" for title in titles)
    return _("These milestones would wait for each other: %(chain)s. Remove one of these dependencies.") % {
        "chain": chain
    }


def _parts(content: Mapping[str, Any], name: str, clean: Callable[[Mapping[str, Any]], Content]) -> list[Content]:
    rows = content.get(name) or []
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise BadContent(_("This is not a roadmap."))
    # A line that was left empty in a form is no part.
    parts = [clean(row) for row in rows if _text(row.get("title"), 200)]
    check_room(name, len(parts))
    uids = [part["uid"] for part in parts]
    if len(set(uids)) != len(uids):
        raise BadContent(_("This is not a roadmap."))
    return parts


def check_room(name: str, count: int) -> None:
    """Raises BadContent where a roadmap would hold more parts of one sort than anybody reads."""
    if count > PARTS_MAX[name]:
        words = {
            "objectives": _("A roadmap holds %(count)d objectives at most: keep those that matter."),
            "milestones": _("A roadmap holds %(count)d milestones at most: remove those that are past."),
            "communication": _("A roadmap holds %(count)d communication actions at most."),
        }
        raise BadContent(words[name] % {"count": PARTS_MAX[name]})


def _clean_objective(row: Mapping[str, Any]) -> Content:
    return {
        "uid": _uid(row.get("uid")),
        "title": _text(row.get("title"), 200),
        "indicator": _text(row.get("indicator"), 200),
        "unit": _text(row.get("unit"), 40),
        "start": _number(row.get("start")),
        "target": _number(row.get("target")),
        "current": _number(row.get("current")),
        "measured_on": _day(row.get("measured_on")),
    }


def _clean_milestone(row: Mapping[str, Any]) -> Content:
    done_on = _day(row.get("done_on"))
    state = row.get("state") or MilestoneState.PLANNED
    if state not in MilestoneState.values or (state == MilestoneState.DONE) != (done_on is not None):
        raise BadContent(_("A milestone that is done has the day on which it was."))
    owner = row.get("owner")
    return {
        "uid": _uid(row.get("uid")),
        "title": _text(row.get("title"), 200),
        "note": _text(row.get("note"), 500),
        "owner": owner if isinstance(owner, int) else None,
        "due_on": _day(row.get("due_on")),
        "state": str(state),
        "done_on": done_on,
        "depends_on": [_uid(uid) for uid in row.get("depends_on") or []],
    }


def _clean_communication(row: Mapping[str, Any]) -> Content:
    return {
        "uid": _uid(row.get("uid")),
        "title": _text(row.get("title"), 200),
        "channel": _text(row.get("channel"), 100),
        "audience": _text(row.get("audience"), 100),
        "due_on": _day(row.get("due_on")),
        "done_on": _day(row.get("done_on")),
    }


def _text(value: Any, length: int) -> str:
    text = "" if value is None else str(value).strip()
    if len(text) > length:
        raise BadContent(_("“%(text)s…” is longer than %(count)d characters.") % {"text": text[:40], "count": length})
    return text


def _day(value: Any) -> str | None:
    if value in (None, ""):
        return None
    try:
        return (value if isinstance(value, date) else date.fromisoformat(str(value)[:10])).isoformat()[:10]
    except ValueError:
        raise BadContent(_("“%(text)s” is not a day.") % {"text": str(value)[:40]}) from None


def _number(value: Any) -> str | None:
    if value in (None, ""):
        return None
    try:
        number = Decimal(str(value).replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= NUMBER_MAX:
        raise BadContent(_("“%(text)s” is not a number.") % {"text": str(value)[:40]})
    return _number_written(number.quantize(Decimal("0.01")))


def _uid(value: Any) -> str:
    if not value:
        return str(uuid.uuid4())
    try:
        return str(uuid.UUID(str(value)))
    except ValueError:
        raise BadContent(_("This is not a roadmap.")) from None


def _written(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _number_written(number: Decimal | None) -> str | None:
    return None if number is None else format(number.normalize(), "f")
