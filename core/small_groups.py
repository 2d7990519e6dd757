"""No figure speaks of fewer than five people, neither by itself nor by what one gets in taking it from another."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Final

SMALLEST: Final = 5  # people


def is_small(people: int) -> bool:
    """Whether so many people are somebody rather than a group; nobody at all is no one in particular."""
    return 0 < people < SMALLEST


def rounded(people: int) -> int:
    """A number of people to the nearest `SMALLEST`: one who comes or goes is not seen in it."""
    return SMALLEST * round(people / SMALLEST)


def parts_shown(parts: Sequence[AbstractSet[int]]) -> list[bool]:
    """Which parts of a total may stand beside it, where the total is shown; `parts` are the people behind each.

    A small part is withheld. Whoever takes the parts that are shown from the total gets the withheld ones together:
    where these speak of too few people, the smallest of the others is withheld with them.
    """
    withheld = {number for number, people in enumerate(parts) if is_small(len(people))}
    others = sorted((n for n, people in enumerate(parts) if people and n not in withheld), key=lambda n: len(parts[n]))
    while others and is_small(len(frozenset[int]().union(*(parts[number] for number in withheld)))):
        withheld.add(others.pop(0))
    return [number not in withheld for number in range(len(parts))]
