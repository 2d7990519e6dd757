"""What reaches people through their unit: an app that gives something by unit says what a change of unit brings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from core.registry import Registry


@dataclass(frozen=True)
class Move:
    """A person leaves the groups of some units and reaches those of others, above their new unit as well."""

    person_id: int
    left: frozenset[int]
    reached: frozenset[int]


@dataclass(frozen=True)
class Mobility:
    """`groups()` are those through which something is given; a move that touches none of them brings nothing.

    `in_words(viewer, person, move)` says what the move would bring or brought to one person, a sentence each, naming to
    the viewer only what they may find; `in_figures(moves)` says it of many people, in counts.
    """

    groups: Callable[[], set[int]]
    in_words: Callable[[Any, Any, Move], list[str]]
    in_figures: Callable[[Iterable[Move]], list[str]]


mobilities: Registry[str, Mobility] = Registry("mobilities")


def groups_that_give() -> set[int]:
    """The groups of units through which something is given."""
    return set().union(*(mobility.groups() for mobility in mobilities.values()))


def move_in_words(viewer: Any, person: Any, move: Move) -> list[str]:
    """What a move brings to one person, as told to whoever looks."""
    return [words for mobility in mobilities.values() for words in mobility.in_words(viewer, person, move)]


def moves_in_figures(moves: Iterable[Move]) -> list[str]:
    """What moves bring to many people."""
    every = list(moves)
    return [words for mobility in mobilities.values() for words in mobility.in_figures(every)]
