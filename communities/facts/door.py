"""The door of *facts*: what a community is doing in figures, and what waits to be done there.

Dashboard, check-list and report read them; an app puts in its own and none of the three is touched.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.utils import timezone

from communities.models import Community
from core.registry import Registry
from core.small_groups import is_small


@dataclass(frozen=True)
class Period:
    """Days that figures speak of, `start` and `end` among them; a curve has `steps` points."""

    start: date
    end: date
    steps: int = 6

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1

    @property
    def before(self) -> Period:
        """As many days, just before."""
        return Period(self.start - timedelta(days=self.days), self.start - timedelta(days=1), self.steps)

    @cached_property
    def parts(self) -> list[tuple[date, date]]:
        """The first and the last day of each point of a curve."""
        edges = [self.start + timedelta(days=self.days * number // self.steps) for number in range(self.steps + 1)]
        return [(edges[n], edges[n + 1] - timedelta(days=1)) for n in range(self.steps) if edges[n + 1] > edges[n]]

    @property
    def opens_at(self) -> datetime:
        """Its first moment."""
        return first_moment(self.start)

    @property
    def closes_at(self) -> datetime:
        """The first moment after it."""
        return first_moment(self.end + timedelta(days=1))


def first_moment(day: date) -> datetime:
    """Midnight of a day, where the administration is."""
    return timezone.make_aware(datetime.combine(day, time()))


class Measured(enum.Enum):
    """In what a figure is counted."""

    NUMBER = "number"
    SECONDS = "seconds"


class Better(enum.Enum):
    """Which way is a good one; a figure without a good way has a neutral trend."""

    MORE = "more"
    LESS = "less"
    NEITHER = "neither"


@dataclass(frozen=True)
class Indicator:
    """What a figure is: its name on the screen, how it is worked out, in what it is counted, which way is good."""

    label: Any
    definition: Any
    measured: Measured = Measured.NUMBER
    better: Better = Better.MORE


@dataclass(frozen=True)
class Measure:
    """One amount, None where there was nothing to measure.

    `groups` are how many people it speaks of: itself, and by difference with whatever is shown beside it. The amount of
    one that is withheld is not to leave this floor: read `shown`.
    """

    amount: float | None
    groups: tuple[int, ...] = ()

    @property
    def is_withheld(self) -> bool:
        """Whether it would speak of too few people."""
        return any(is_small(people) for people in self.groups)

    @property
    def shown(self) -> float | None:
        """The amount for whoever looks; None where there is none or where it is withheld."""
        return None if self.is_withheld else self.amount


NOTHING = Measure(None)
# What stands where the people of a measure are too few; its amount is not even kept.
WITHHELD = Measure(None, (1,))


@dataclass(frozen=True)
class Figure:
    """An indicator in one period, in the one before, and along the period: one measure for each of its parts."""

    now: Measure
    before: Measure = NOTHING
    series: tuple[Measure, ...] = ()


@dataclass(frozen=True)
class NextAction:
    """Something that waits to be done: how often, in words, and where.

    `ability` is what one needs on the community to do it: to others it is not shown. The most pressing has the
    smallest `order`.
    """

    count: int
    text: str
    address: str
    ability: str
    icon: str = "clock"
    order: int = 50


@dataclass
class Reading:
    """What one fact says: figures by the name of their indicator, and what waits."""

    figures: dict[str, Figure] = field(default_factory=dict)
    actions: list[NextAction] = field(default_factory=list)


@dataclass(frozen=True)
class Fact:
    """What an app knows of a community.

    `read(community, period)` asks one query at most; the community is loaded `for_page()`. `order` is where its
    figures stand.
    """

    indicators: Mapping[str, Indicator]
    read: Callable[[Community, Period], Reading]
    order: int = 50


facts: Registry[str, Fact] = Registry("facts")


def read_facts(community: Community, period: Period) -> Reading:
    """Every fact of a community, loaded `for_page()`, in order; one query a fact."""
    everything = Reading()
    # There is nothing to compare with the time before a community was there.
    has_before = community.created_at < period.opens_at
    for fact in _in_order():
        reading = fact.read(community, period)
        for name, figure in reading.figures.items():
            everything.figures[name] = figure if has_before else replace(figure, before=NOTHING)
        everything.actions += reading.actions
    everything.actions.sort(key=lambda action: action.order)
    return everything


def indicators() -> dict[str, Indicator]:
    """Every indicator by its name, in the order in which figures are shown."""
    return {name: indicator for fact in _in_order() for name, indicator in fact.indicators.items()}


def _in_order() -> list[Fact]:
    return sorted(facts.values(), key=lambda fact: fact.order)
