"""What a notification says: written when it is shown, from the target as it stands and in the reader's language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from core.kinds import Notice, kinds
from notifications.models import Notification


@dataclass(frozen=True)
class Line:
    """One notification with its words."""

    notification: Notification
    notice: Notice

    @property
    def is_unread(self) -> bool:
        return self.notification.read_at is None


def lines_of(notifications: Iterable[Notification]) -> list[Line]:
    """The words of notifications whose actors are loaded; one query a model of targets and a
    relation that their words read.

    A target that went in the meantime takes its notification along.
    """
    every = [one for one in notifications if one.kind in kinds]
    targets = _targets(every)
    lines = []
    for one in every:
        target = targets.get((kinds[one.kind].model, one.target_id))
        if target is not None:
            lines.append(Line(one, kinds[one.kind].notice(target, one.actor, one.data)))
    return lines


def _targets(notifications: list[Notification]) -> dict[tuple[type[Any], int], Any]:
    ids: dict[type[Any], set[int]] = defaultdict(set)
    related: dict[type[Any], set[str]] = defaultdict(set)
    for one in notifications:
        kind = kinds[one.kind]
        ids[kind.model].add(one.target_id)
        related[kind.model].update(kind.related)
    found = {}
    for model, wanted in ids.items():
        rows = model._default_manager.filter(pk__in=wanted).prefetch_related(*sorted(related[model]))
        found.update({(model, row.pk): row for row in rows})
    return found
