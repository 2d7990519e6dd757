"""The roadmap of a community as a whole: it starts, its frame changes, an earlier version comes back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from communities import events
from communities.actions.locks import lock_community
from communities.enums import RoadmapVerb
from communities.models import (
    CommunicationAction,
    Community,
    Membership,
    Milestone,
    Objective,
    Roadmap,
    RoadmapRevision,
)
from communities.roadmap_content import Content, clean_content, content_of, empty_content, is_empty
from core.actions.outbox import publish
from core.errors import BusinessRuleError, EditConflict
from core.policies import require

HINT = gettext_lazy("Its animators change the roadmap: write to one of them.")


@transaction.atomic
def start_roadmap(*, actor: Any, community: Community, content: Mapping[str, Any]) -> Roadmap:
    """Gives a community its first roadmap, whole; `content` as `communities.roadmap_content` describes it.

    Every key may be missing; days are `date` or `2026-11-25`, numbers anything that reads as one. People in charge
    are ids of its members. Founding a community calls it as SYSTEM, with what the proposal said. Proposition 44.

    Raises BusinessRuleError where a roadmap stands already, or where the content is none.
    """
    roadmap = lock_roadmap(actor, community)
    if not is_empty(content_of(roadmap)):
        raise BusinessRuleError(_("This community has a roadmap already: change it where it stands."))
    _write(roadmap, _with_own_names(clean_content(content)))
    _tell_owners(actor, roadmap, before=frozenset())
    return keep_revision(actor, roadmap, RoadmapVerb.STARTED)


@transaction.atomic
def change_frame(*, actor: Any, community: Community, version: int, ways: str, review_on: date | None) -> Roadmap:
    """Changes the ways of working and the day on which the roadmap is looked at again.

    `version` is the one that was on the page; raises EditConflict where somebody changed the same since.
    """
    roadmap = lock_roadmap(actor, community)
    read = {name: content_at(roadmap, version)[name] for name in ("ways", "review_on")}
    cleaned = clean_content({"ways": ways, "review_on": review_on})
    stands = content_of(roadmap)
    if read != {name: stands[name] for name in read}:
        raise EditConflict(_("The ways of working were changed since you opened them."), roadmap)
    if all(cleaned[name] == stands[name] for name in read):
        return roadmap
    roadmap.ways, roadmap.review_on = cleaned["ways"], review_on
    return keep_revision(actor, roadmap, RoadmapVerb.FRAME_CHANGED)


@transaction.atomic
def restore_roadmap(*, actor: Any, community: Community, number: int, version: int) -> Roadmap:
    """Gives the roadmap what its revision `number` said; what stood stays in the history. Proposition 26.

    `version` is the one that was on the page. Raises EditConflict where somebody changed the roadmap since,
    BusinessRuleError where there is no such revision.
    """
    roadmap = lock_roadmap(actor, community)
    if roadmap.version != version:
        raise EditConflict(_("The roadmap was changed since. Look at its history before you restore."), roadmap)
    if number == 0:
        content = empty_content()
    elif revision := roadmap.revisions.filter(number=number).first():
        content = revision.snapshot
    else:
        raise BusinessRuleError(_("This version is not there any more."))
    if content == content_of(roadmap):
        return roadmap
    owners = frozenset(roadmap.milestones.exclude(owner=None).values_list("uid", "owner"))
    _write(roadmap, content)
    _tell_owners(actor, roadmap, before=owners)
    return keep_revision(actor, roadmap, RoadmapVerb.RESTORED, part=str(number))


def lock_roadmap(actor: Any, community: Community) -> Roadmap:
    """The roadmap as it stands, held until the transaction ends, for whoever may change it; it begins empty."""
    current = lock_community(community)
    require(actor, "communities.change_roadmap", current, HINT)
    roadmap, _made = Roadmap.objects.get_or_create(community=current)
    # The rights and the stage of the community were just read.
    roadmap.community = current
    return roadmap


def content_at(roadmap: Roadmap, version: int) -> Content:
    """What the roadmap said at a version: what somebody had before their eyes. Nothing where there is no such one."""
    revision = roadmap.revisions.filter(number=version).first()
    content: Content = revision.snapshot if revision else empty_content()
    return content


def keep_revision(actor: Any, roadmap: Roadmap, verb: RoadmapVerb, *, part: str = "") -> Roadmap:
    """Numbers what stands now and keeps it, says who did it, and tells open pages."""
    roadmap.version += 1
    roadmap.has_new_version = True
    roadmap.changed_at = timezone.now()
    roadmap.save()
    RoadmapRevision.objects.create(
        roadmap=roadmap,
        number=roadmap.version,
        actor_id=actor.pk,
        verb=verb,
        part=part,
        snapshot=content_of(roadmap),
        created_at=roadmap.changed_at,
    )
    publish(events.RoadmapChanged(community_id=roadmap.community_id, actor_id=actor.pk, number=roadmap.version))
    return roadmap


def tell_owner(actor: Any, roadmap: Roadmap, milestone: Milestone) -> None:
    """Tells a person that they answer for a milestone."""
    if milestone.owner_id is not None and not milestone.is_done:
        publish(
            events.MilestoneGiven(
                community_id=roadmap.community_id,
                milestone_uid=str(milestone.uid),
                person_id=milestone.owner_id,
                actor_id=actor.pk,
            )
        )


def _tell_owners(actor: Any, roadmap: Roadmap, *, before: frozenset[tuple[Any, Any]]) -> None:
    for milestone in roadmap.milestones.exclude(owner=None):
        if (milestone.uid, milestone.owner_id) not in before:
            tell_owner(actor, roadmap, milestone)


def _with_own_names(content: Content) -> Content:
    """The same parts under new names: those of a model or of a proposal may serve several roadmaps."""
    names: dict[str, str] = {}
    for key in ("objectives", "milestones", "communication"):
        for part in content[key]:
            names[part["uid"]] = part["uid"] = str(uuid.uuid4())
    for part in content["milestones"]:
        part["depends_on"] = [names[uid] for uid in part["depends_on"]]
    return content


def _write(roadmap: Roadmap, content: Content) -> None:
    """Makes the parts be what `content` says: the same names stay the same rows, the others come or go."""
    roadmap.ways, roadmap.review_on = content["ways"], content["review_on"]
    _write_parts(
        roadmap, Objective, [{**part, "order": order} for order, part in enumerate(content["objectives"], start=1)]
    )
    owners = _owners_left(roadmap, content)
    _write_parts(
        roadmap,
        Milestone,
        [
            {name: value for name, value in part.items() if name not in ("owner", "depends_on")}
            | {"owner_id": part["owner"] if part["owner"] in owners else None}
            for part in content["milestones"]
        ],
    )
    _write_parts(roadmap, CommunicationAction, content["communication"])
    rows = {str(row.uid): row for row in roadmap.milestones.all()}
    for part in content["milestones"]:
        rows[part["uid"]].depends_on.set([rows[uid] for uid in part["depends_on"] if uid in rows])
    # The rows were written from texts: what is read from now on is what the database made of them.
    roadmap.save()
    roadmap.refresh_from_db()


def _write_parts(roadmap: Roadmap, model: type[Any], parts: list[Content]) -> None:
    rows = model.objects.filter(roadmap=roadmap)
    rows.exclude(uid__in=[part["uid"] for part in parts]).delete()
    for part in parts:
        values = {name: value for name, value in part.items() if name != "uid"}
        model.objects.update_or_create(roadmap=roadmap, uid=part["uid"], defaults=values)


def _owners_left(roadmap: Roadmap, content: Content) -> set[int]:
    """Of the people in charge that the content names, those who belong to the community."""
    named = {part["owner"] for part in content["milestones"] if part["owner"]}
    members = Membership.objects.members().filter(community=roadmap.community, person__in=named)
    return set(User.objects.filter(pk__in=members.values("person")).values_list("pk", flat=True))
