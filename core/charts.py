"""Charts drawn on the server: SVG that needs no script, takes its colours from the sheets and prints as it is.

Each is a picture with words: what it shows is said in a text and stands in a table beside it. Colours are classes,
since the Content-Security-Policy refuses inline style.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

# None: not known or not told; the line has a gap there.
Values = Sequence[float | None]

CURVE_WIDTH: Final = 120
CURVE_HEIGHT: Final = 30
MARGIN: Final = 2


def curve(values: Values) -> SafeString:
    """A small line without axes beside a figure, silent for screen readers: the words around it say what it says.

    Empty where no two points in a row are known, or where all that is known is nought.
    """
    known = [value for value in values if value is not None]
    if not any(known) or all(len(run) < 2 for run in _runs(values)):
        return SafeString("")
    low, high = min(known), max(known)
    span = (high - low) or 1
    step = (CURVE_WIDTH - 2 * MARGIN) / (len(values) - 1)

    def place(number: int, value: float) -> str:
        x = MARGIN + step * number
        share = (value - low) / span if high > low else 0.5
        return f"{x:.1f},{CURVE_HEIGHT - MARGIN - share * (CURVE_HEIGHT - 2 * MARGIN):.1f}"

    runs = [[place(number, value) for number, value in run] for run in _runs(values)]
    return format_html(
        '<svg class="curve" viewBox="0 0 {0} {1}" width="{0}" height="{1}" aria-hidden="true" focusable="false">{2}{3}'
        "</svg>",
        CURVE_WIDTH,
        CURVE_HEIGHT,
        format_html_join("", '<polyline points="{}"></polyline>', ((" ".join(run),) for run in runs if len(run) > 1)),
        format_html_join(
            "", '<circle cx="{}" cy="{}" r="2"></circle>', (run[0].split(",") for run in runs if len(run) == 1)
        ),
    )


def _runs(values: Values) -> Iterator[list[tuple[int, float]]]:
    """The known values with their numbers, in unbroken runs."""
    run: list[tuple[int, float]] = []
    for number, value in enumerate(values):
        if value is not None:
            run.append((number, value))
        elif run:
            yield run
            run = []
    if run:
        yield run


@dataclass(frozen=True)
class Series:
    """One measure along the chart: its name, a value for each label."""

    name: str
    values: Values


@dataclass(frozen=True)
class BarChart:
    """Bars side by side under each label; three series at most, told apart by their fill and not by colour alone.

    `text` says in words what it shows, for whoever does not see it. `withheld` is written where a value is None.
    """

    title: str
    text: str
    labels: Sequence[str]
    series: Sequence[Series]
    withheld: str = "–"

    WIDTH = 640
    HEIGHT = 220
    LEFT, TOP, BOTTOM = 36, 12, 28

    @property
    def rows(self) -> list[tuple[str, list[str]]]:
        """The same as a table: a line a label, a column a series."""
        columns = [series.values for series in self.series]
        return [
            (label, [self.withheld if column[number] is None else f"{column[number]:g}" for column in columns])
            for number, label in enumerate(self.labels)
        ]

    @property
    def svg(self) -> SafeString:
        """The picture."""
        top = _round_up(max((value or 0 for series in self.series for value in series.values), default=0))
        floor = self.HEIGHT - self.BOTTOM
        rise = (floor - self.TOP) / top
        slot = (self.WIDTH - self.LEFT) / max(len(self.labels), 1)
        return format_html(
            '<svg class="chart__picture" viewBox="0 0 {} {}" role="img" aria-label="{}" focusable="false">{}{}{}</svg>',
            self.WIDTH,
            self.HEIGHT,
            f"{self.title}. {self.text}",
            self._scale(top, rise, floor),
            self._bars(rise, floor, slot),
            format_html_join(
                "",
                '<text class="chart__label" x="{}" y="{}" text-anchor="middle">{}</text>',
                (
                    (f"{self.LEFT + slot * (number + 0.5):.1f}", self.HEIGHT - 8, label)
                    for number, label in enumerate(self.labels)
                ),
            ),
        )

    def _scale(self, top: int, rise: float, floor: float) -> SafeString:
        lines = []
        for value in (0, top // 2, top):
            y = f"{floor - value * rise:.1f}"
            lines.append((self.LEFT, self.WIDTH, y, y, self.LEFT - 8, f"{floor - value * rise + 4:.1f}", value))
        return format_html_join(
            "",
            '<line class="chart__line" x1="{}" x2="{}" y1="{}" y2="{}"></line>'
            '<text class="chart__label" x="{}" y="{}" text-anchor="end">{}</text>',
            lines,
        )

    def _bars(self, rise: float, floor: float, slot: float) -> SafeString:
        width = min(28.0, slot * 0.7 / max(len(self.series), 1))
        bars = []
        for order, series in enumerate(self.series):
            for number, value in enumerate(series.values):
                middle = self.LEFT + slot * (number + 0.5)
                x = middle + (order - len(self.series) / 2) * width
                if value is None:
                    # A gap would read as nothing at all.
                    bars.append(
                        (f"chart__few chart__few--{order}", f"{x + 2:.1f}", f"{floor - 6:.1f}", f"{width - 4:.1f}", "6")
                    )
                elif value:
                    height = value * rise
                    bars.append(
                        (
                            f"chart__bar chart__bar--{order}",
                            f"{x + 1:.1f}",
                            f"{floor - height:.1f}",
                            f"{width - 2:.1f}",
                            f"{height:.1f}",
                        )
                    )
        return format_html_join("", '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="2"></rect>', bars)


def _round_up(value: float) -> int:
    """An even number that a scale may end with, at least as great as the value."""
    unit = 2
    while True:
        for factor in (1, 2, 5):
            if value <= unit * factor:
                return unit * factor
        unit *= 10
