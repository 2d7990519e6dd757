"""Figures as a report keeps them: what was shown that day, and never what was withheld."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from communities.facts.door import WITHHELD, Figure, Measure

FEW = "few"


def freeze(figures: Mapping[str, Figure]) -> dict[str, Any]:
    """What JSON keeps of figures: an amount, nothing, or that the people were too few."""
    return {
        name: {
            "now": _kept(figure.now),
            "before": _kept(figure.before),
            "series": [_kept(measure) for measure in figure.series],
        }
        for name, figure in figures.items()
    }


def thaw(kept: Mapping[str, Any]) -> dict[str, Figure]:
    """The figures again."""
    return {
        name: Figure(_measure(row["now"]), _measure(row["before"]), tuple(_measure(value) for value in row["series"]))
        for name, row in kept.items()
    }


def _kept(measure: Measure) -> Any:
    return FEW if measure.is_withheld else measure.amount


def _measure(value: Any) -> Measure:
    return WITHHELD if value == FEW else Measure(value)
