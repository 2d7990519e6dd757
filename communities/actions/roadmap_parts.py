"""The parts of a roadmap, one by one: objectives, milestones, communication actions. Proposition 44.

Each act keeps a revision of the whole, from which it is undone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from communities.actions.roadmap import content_at, keep_revision, lock_roadmap, tell_owner
from communities.enums import MilestoneState, RoadmapVerb
from communities.models import CommunicationAction, Community, Membership, Milestone, Objective, Roadmap
from communities.roadmap_content import (
    BadContent,
    check_room,
    clean_content,
    communication_content,
    loop_in,
    loop_in_words,
    milestone_content,
    objective_content,
)
from core.errors import BusinessRuleError, EditConflict
from core.once import once

Part = Objective | Milestone | CommunicationAction
PARTS: dict[str, Any] = {"objectives": Objective, "milestones": Milestone, "communication": CommunicationAction}
WRITTEN: dict[str, Any] = {
    "objectives": objective_content,
    "milestones": milestone_content,
    "communication": communication_content,
}


class PartGone(BusinessRuleError):
    """The part was removed meanwhile."""


@transaction.atomic
def add_objective(
    *,
    actor: Any,
    community: Community,
    title: str,
    indicator: str = "",
    unit: str = "",
    start: Decimal | None = None,
    target: Decimal | None = None,
    current: Decimal | None = None,
    nonce: str = "",
) -> Objective:
    """Adds an objective after the others. The same `nonce` gives the one that the first sending made.

    Raises BadContent for what is none, or where there are as many as anybody reads.
    """
    roadmap = lock_roadmap(actor, community)

    def make() -> Objective:
        check_room("objectives", roadmap.objectives.count() + 1)
        values = _objective_values(title, indicator, unit, start, target, current)
        last = roadmap.objectives.aggregate(last=Max("order"))["last"] or 0
        made = Objective.objects.create(roadmap=roadmap, order=last + 1, measured_on=_measured(current), **values)
        keep_revision(actor, roadmap, RoadmapVerb.OBJECTIVE_ADDED, part=made.title)
        return made

    return once(actor, nonce, make, place=f"roadmap:{roadmap.pk}")[0]


@transaction.atomic
def change_objective(
    *,
    actor: Any,
    community: Community,
    uid: UUID,
    version: int,
    title: str,
    indicator: str,
    unit: str,
    start: Decimal | None,
    target: Decimal | None,
    current: Decimal | None,
) -> Objective:
    """Changes an objective; a new value of today is dated of today.

    `version` is the roadmap's that was on the page. Raises EditConflict where somebody changed this one since.
    """
    roadmap = lock_roadmap(actor, community)
    objective: Objective = _unchanged(roadmap, "objectives", uid, version)
    before = objective_content(objective)
    if current != objective.current:
        objective.measured_on = _measured(current)
    for name, value in _objective_values(title, indicator, unit, start, target, current).items():
        setattr(objective, name, value)
    _save(actor, roadmap, objective, RoadmapVerb.OBJECTIVE_CHANGED, before, objective_content)
    return objective


@transaction.atomic
def move_objective(*, actor: Any, community: Community, uid: UUID, up: bool) -> Objective:
    """Puts an objective one place up or down; at the end of the list nothing changes."""
    roadmap = lock_roadmap(actor, community)
    rows = list(roadmap.objectives.all())
    objective: Objective = _part(roadmap, "objectives", uid)
    place = [row.pk for row in rows].index(objective.pk)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        return objective
    rows[place], rows[other] = rows[other], rows[place]
    for order, row in enumerate(rows, start=1):
        row.order = order
    Objective.objects.bulk_update(rows, ["order"])
    keep_revision(actor, roadmap, RoadmapVerb.OBJECTIVE_MOVED, part=objective.title)
    return rows[other]


@transaction.atomic
def add_milestone(
    *,
    actor: Any,
    community: Community,
    title: str,
    note: str = "",
    owner: User | None = None,
    due_on: date | None = None,
    state: MilestoneState = MilestoneState.PLANNED,
    depends_on: Iterable[UUID] = (),
    nonce: str = "",
) -> Milestone:
    """Adds a milestone; whoever is in charge of it is told. The same `nonce` gives the one that the first sending made.

    Raises BadContent for what is none, BusinessRuleError where the person in charge is no member.
    """
    roadmap = lock_roadmap(actor, community)

    def make() -> Milestone:
        check_room("milestones", roadmap.milestones.count() + 1)
        made = Milestone(roadmap=roadmap)
        _set_milestone(roadmap, made, title, note, owner, due_on, state)
        made.save()
        made.depends_on.set(_waited_for(roadmap, made, depends_on))
        keep_revision(actor, roadmap, RoadmapVerb.MILESTONE_ADDED, part=made.title)
        tell_owner(actor, roadmap, made)
        return made

    return once(actor, nonce, make, place=f"roadmap:{roadmap.pk}")[0]


@transaction.atomic
def change_milestone(
    *,
    actor: Any,
    community: Community,
    uid: UUID,
    version: int,
    title: str,
    note: str,
    owner: User | None,
    due_on: date | None,
    state: MilestoneState,
    depends_on: Iterable[UUID],
) -> Milestone:
    """Changes a milestone; a new person in charge is told.

    `version` is the roadmap's that was on the page. Raises EditConflict where somebody changed this one since,
    BadContent where milestones would wait for each other.
    """
    roadmap = lock_roadmap(actor, community)
    milestone: Milestone = _unchanged(roadmap, "milestones", uid, version)
    before, former = milestone_content(milestone), milestone.owner_id
    _set_milestone(roadmap, milestone, title, note, owner, due_on, state)
    milestone.depends_on.set(_waited_for(roadmap, milestone, depends_on))
    _save(actor, roadmap, milestone, RoadmapVerb.MILESTONE_CHANGED, before, milestone_content)
    if milestone.owner_id != former:
        tell_owner(actor, roadmap, milestone)
    return milestone


@transaction.atomic
def set_milestone_done(*, actor: Any, community: Community, uid: UUID, is_done: bool) -> Milestone:
    """Says that a milestone is done, today; or that it is not after all. A second time changes nothing."""
    roadmap = lock_roadmap(actor, community)
    milestone: Milestone = _part(roadmap, "milestones", uid)
    if milestone.is_done == is_done:
        return milestone
    milestone.state = MilestoneState.DONE if is_done else MilestoneState.UNDER_WAY
    milestone.done_on = timezone.localdate() if is_done else None
    milestone.save()
    verb = RoadmapVerb.MILESTONE_DONE if is_done else RoadmapVerb.MILESTONE_REOPENED
    keep_revision(actor, roadmap, verb, part=milestone.title)
    return milestone


@transaction.atomic
def add_communication(
    *,
    actor: Any,
    community: Community,
    title: str,
    channel: str = "",
    audience: str = "",
    due_on: date | None = None,
    nonce: str = "",
) -> CommunicationAction:
    """Adds a communication action. The same `nonce` gives the one that the first sending made.

    Raises BadContent for what is none, or where there are as many as anybody reads.
    """
    roadmap = lock_roadmap(actor, community)

    def make() -> CommunicationAction:
        check_room("communication", roadmap.communication.count() + 1)
        values = _cleaned("communication", title=title, channel=channel, audience=audience)
        made = CommunicationAction.objects.create(roadmap=roadmap, due_on=due_on, **values)
        keep_revision(actor, roadmap, RoadmapVerb.COMMUNICATION_ADDED, part=made.title)
        return made

    return once(actor, nonce, make, place=f"roadmap:{roadmap.pk}")[0]


@transaction.atomic
def change_communication(
    *,
    actor: Any,
    community: Community,
    uid: UUID,
    version: int,
    title: str,
    channel: str,
    audience: str,
    due_on: date | None,
) -> CommunicationAction:
    """Changes a communication action; raises EditConflict where somebody changed it since `version`."""
    roadmap = lock_roadmap(actor, community)
    action: CommunicationAction = _unchanged(roadmap, "communication", uid, version)
    before = communication_content(action)
    for name, value in _cleaned("communication", title=title, channel=channel, audience=audience).items():
        setattr(action, name, value)
    action.due_on = due_on
    _save(actor, roadmap, action, RoadmapVerb.COMMUNICATION_CHANGED, before, communication_content)
    return action


@transaction.atomic
def set_communication_done(*, actor: Any, community: Community, uid: UUID, is_done: bool) -> CommunicationAction:
    """Says that a communication action is done, today; or that it is not after all."""
    roadmap = lock_roadmap(actor, community)
    action: CommunicationAction = _part(roadmap, "communication", uid)
    if action.is_done == is_done:
        return action
    action.done_on = timezone.localdate() if is_done else None
    action.save()
    verb = RoadmapVerb.COMMUNICATION_DONE if is_done else RoadmapVerb.COMMUNICATION_REOPENED
    keep_revision(actor, roadmap, verb, part=action.title)
    return action


REMOVALS = {
    "objectives": RoadmapVerb.OBJECTIVE_REMOVED,
    "milestones": RoadmapVerb.MILESTONE_REMOVED,
    "communication": RoadmapVerb.COMMUNICATION_REMOVED,
}


@transaction.atomic
def remove_part(*, actor: Any, community: Community, name: str, uid: UUID) -> Roadmap:
    """Removes one part; `name` is one of `PARTS`. The version before gives it back, with what waited for it."""
    roadmap = lock_roadmap(actor, community)
    part = _part(roadmap, name, uid)
    part.delete()
    return keep_revision(actor, roadmap, REMOVALS[name], part=part.title)


def _part(roadmap: Roadmap, name: str, uid: UUID) -> Any:
    part = PARTS[name].objects.filter(roadmap=roadmap, uid=uid).first()
    if part is None:
        raise PartGone(_("This was removed from the roadmap meanwhile. Its history gives it back."))
    part.roadmap = roadmap
    return part


def _unchanged(roadmap: Roadmap, name: str, uid: UUID, version: int) -> Any:
    """The part, where it still says what the person had before their eyes at `version`."""
    part = _part(roadmap, name, uid)
    read = next((row for row in content_at(roadmap, version)[name] if row["uid"] == str(uid)), None)
    if read != WRITTEN[name](part):
        raise EditConflict(_("Somebody has changed this meanwhile. Nothing was overwritten."), part)
    return part


def _save(actor: Any, roadmap: Roadmap, part: Part, verb: RoadmapVerb, before: Any, written: Any) -> None:
    """Saves the part and keeps a revision, unless nothing changed."""
    if written(part) != before:
        part.save()
        keep_revision(actor, roadmap, verb, part=part.title)


def _cleaned(name: str, **values: Any) -> dict[str, Any]:
    """Texts as they are kept; raises BadContent for a part without a title or with too long a text."""
    rows = clean_content({name: [values]})[name]
    if not rows:
        raise BadContent(_("Give it a title."))
    return {key: rows[0][key] for key in values}


def _objective_values(
    title: str, indicator: str, unit: str, start: Decimal | None, target: Decimal | None, current: Decimal | None
) -> dict[str, Any]:
    numbers = {"start": start, "target": target, "current": current}
    _cleaned("objectives", title=title, **numbers)
    return _cleaned("objectives", title=title, indicator=indicator, unit=unit) | numbers


def _measured(current: Decimal | None) -> date | None:
    return None if current is None else timezone.localdate()


def _set_milestone(
    roadmap: Roadmap,
    milestone: Milestone,
    title: str,
    note: str,
    owner: User | None,
    due_on: date | None,
    state: MilestoneState,
) -> None:
    values = _cleaned("milestones", title=title, note=note)
    is_new_owner = owner is not None and owner.pk != milestone.owner_id
    if is_new_owner and not Membership.objects.members().filter(community=roadmap.community, person=owner).exists():
        raise BusinessRuleError(_("Whoever is in charge of a milestone is a member of the community."))
    milestone.title, milestone.note = values["title"], values["note"]
    milestone.owner, milestone.due_on, milestone.state = owner, due_on, state
    if state != MilestoneState.DONE:
        milestone.done_on = None
    elif milestone.done_on is None:
        milestone.done_on = timezone.localdate()


def _waited_for(roadmap: Roadmap, milestone: Milestone, depends_on: Iterable[UUID]) -> list[Milestone]:
    """The milestones of the same roadmap that this one waits for; raises BadContent where that makes a loop."""
    rows = {row.uid: row for row in roadmap.milestones.order_by("pk")}
    chosen = [rows[uid] for uid in dict.fromkeys(depends_on) if uid in rows]
    waits: dict[str, list[str]] = {str(uid): [] for uid in rows}
    links = Milestone.depends_on.through.objects.filter(from_milestone__roadmap=roadmap)
    for later, before in links.values_list(F("from_milestone__uid"), F("to_milestone__uid")):
        waits[str(later)].append(str(before))
    waits[str(milestone.uid)] = [str(row.uid) for row in chosen]
    if loop := loop_in(waits):
        titles = {str(row.uid): row.title for row in rows.values()} | {str(milestone.uid): milestone.title}
        raise BadContent(loop_in_words([titles[uid] for uid in loop]))
    return chosen
