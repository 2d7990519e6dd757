"""Roadmaps under way, with the history of how they came there."""

from __future__ import annotations

import copy
from datetime import date, datetime, time, timedelta
from typing import Any

from communities.actions.roadmap import start_roadmap
from communities.enums import MilestoneState, RoadmapVerb
from communities.models import Roadmap, RoadmapRevision
from communities.roadmap_content import content_of
from communities.roadmap_templates import working_day
from core.system import SYSTEM
from rse.demo.communities import Place
from rse.demo.moments import PARIS, Clock
from rse.demo.people import People
from rse.demo.texts import read_list, typeset


def write(places: list[Place], people: People, clock: Clock) -> None:
    """Writes the roadmaps of the communities, and what each said after each step done."""
    by_slug = {place.slug: place for place in places}
    today = clock.now.astimezone(PARIS).date()
    for row in read_list("roadmaps.toml", "roadmap"):
        place = by_slug[row["slug"]]
        roadmap = start_roadmap(actor=SYSTEM, community=place.community, content=_content(row, people, today))
        _write_history(roadmap, place, working_day(today, row["started"]))


def _content(row: dict[str, Any], people: People, today: date) -> dict[str, Any]:
    def day(days: int | None) -> date | None:
        return None if days is None else min(working_day(today, days), today) if days <= 0 else working_day(today, days)

    names = {part["title"]: f"00000000-0000-4000-8000-{number:012d}" for number, part in enumerate(row["milestones"])}
    return {
        "ways": typeset(row["ways"]),
        "review_on": day(row.get("review")),
        "objectives": [
            {
                **{key: part[key] for key in ("start", "target", "current", "unit")},
                "title": typeset(part["title"]),
                "indicator": typeset(part["indicator"]),
                "measured_on": day(part["measured"]),
            }
            for part in row["objectives"]
        ],
        "milestones": [
            {
                "uid": names[part["title"]],
                "title": typeset(part["title"]),
                "note": typeset(part.get("note", "")),
                "owner": people[part["owner"]].pk if "owner" in part else None,
                "due_on": day(part["due"]),
                "state": "done" if "done" in part else part.get("state", "planned"),
                "done_on": day(part.get("done")),
                "depends_on": [names[title] for title in part.get("after", [])],
            }
            for part in row["milestones"]
        ],
        "communication": [
            {
                "title": typeset(part["title"]),
                "channel": typeset(part["channel"]),
                "audience": typeset(part["audience"]),
                "due_on": day(part["due"]),
                "done_on": day(part.get("done")),
            }
            for part in row.get("communication", [])
        ],
    }


def _write_history(roadmap: Roadmap, place: Place, started: date) -> None:
    """From the first day, on which nothing was done, a version for each step done and for the last measure."""
    now = content_of(roadmap)
    then = copy.deepcopy(now)
    for part in then["milestones"]:
        part["state"], part["done_on"] = MilestoneState.PLANNED.value, None
    for part in then["communication"]:
        part["done_on"] = None
    for part in then["objectives"]:
        part["current"], part["measured_on"] = part["start"], started.isoformat()
    steps: list[tuple[date, RoadmapVerb, str, list[Any]]] = []
    for key, verb in (("milestones", RoadmapVerb.MILESTONE_DONE), ("communication", RoadmapVerb.COMMUNICATION_DONE)):
        for number, part in enumerate(now[key]):
            if part["done_on"]:
                steps.append((date.fromisoformat(part["done_on"]), verb, part["title"], [key, number]))
    for number, part in enumerate(now["objectives"]):
        day = date.fromisoformat(part["measured_on"])
        steps.append((day, RoadmapVerb.OBJECTIVE_CHANGED, part["title"], ["objectives", number]))
    steps.sort(key=lambda step: step[0])
    roadmap.revisions.all().delete()
    animators = [place.memberships[handle].person for handle in place.row["animators"]]
    versions = [(started, RoadmapVerb.STARTED, "", copy.deepcopy(then))]
    for day, verb, title, (key, number) in steps:
        then[key][number] = copy.deepcopy(now[key][number])
        versions.append((max(day, started), verb, title, copy.deepcopy(then)))
    # What is under way today was begun with the last of them.
    versions[-1] = (*versions[-1][:3], now)
    rows = [
        RoadmapRevision(
            roadmap=roadmap,
            number=number,
            actor=animators[number % len(animators)],
            verb=verb,
            part=title,
            snapshot=snapshot,
            created_at=_moment(day, number),
        )
        for number, (day, verb, title, snapshot) in enumerate(versions, start=1)
    ]
    RoadmapRevision.objects.bulk_create(rows)
    Roadmap.objects.filter(pk=roadmap.pk).update(version=len(rows), changed_at=rows[-1].created_at)


def _moment(day: date, number: int) -> datetime:
    return datetime.combine(day, time(9, 10), PARIS) + timedelta(minutes=7 * number)
