"""Whoever changed units is told what they read no more, and what they now read. Proposition 37."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.mobility import Move
from accounts.models import User
from communities.events import ReachChanged
from communities.mobility import READ, Reach, reach_of
from communities.models import Community, ReachChange
from core.actions.outbox import publish

BATCH = 500


def tell_moves(moves: Iterable[Move], key: UUID) -> int:
    """Keeps and tells what each move took and gave, once for each event; gives how many people it concerns."""
    every = list(moves)
    told = 0
    for start in range(0, len(every), BATCH):
        some = {move.person_id: move for move in every[start : start + BATCH]}
        for person in User.objects.current().filter(pk__in=some, is_external=False).order_by("pk"):
            reach = reach_of(person, some[person.pk])
            if reach.lost or reach.gained:
                told += _tell(person, reach, key)
    return told


@transaction.atomic
def _tell(person: User, reach: Reach, key: UUID) -> bool:
    change, is_new = ReachChange.objects.get_or_create(
        person=person,
        event_key=key,
        defaults={"lost": [_line(*one) for one in reach.lost], "gained": [_line(*one) for one in reach.gained]},
    )
    if is_new:
        lost = tuple(community.pk for what, community in reach.lost if what == READ)
        publish(ReachChanged(change_id=change.pk, person_id=person.pk, lost_ids=lost))
    return is_new


def _line(what: str, community: Community) -> dict[str, Any]:
    return {"what": what, "id": community.pk, "name": community.name}
