"""Who left and reached the groups of units through which something is given."""

from __future__ import annotations

from collections import defaultdict

from accounts.mobility import Move, groups_that_give
from accounts.models import User

# For each person who had an account before, the groups that give something.
Belongings = dict[int, frozenset[int]]


def belongings() -> Belongings:
    """Read before anything moves; empty where no unit is given anything."""
    groups = groups_that_give()
    if not groups:
        return {}
    agents = User.objects.filter(is_external=False).values_list("pk", flat=True)
    found: dict[int, set[int]] = {pk: set() for pk in agents.iterator()}
    for person, group in _pairs(groups):
        if person in found:
            found[person].add(group)
    return {person: frozenset(mine) for person, mine in found.items()}


def moves_since(before: Belongings) -> list[Move]:
    """What is different afterwards; an account that was just opened has not moved."""
    if not before:
        return []
    now: dict[int, set[int]] = defaultdict(set)
    for person, group in _pairs(groups_that_give()):
        now[person].add(group)
    found = (Move(person, mine - now[person], frozenset(now[person] - mine)) for person, mine in before.items())
    return [move for move in found if move.left or move.reached]


def _pairs(groups: set[int]) -> list[tuple[int, int]]:
    rows = User.groups.through.objects.filter(group__in=groups)
    return list(rows.values_list("user_id", "group_id"))
