"""How figures are shown: on the dashboard, in a report, in a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.facts import Better, Figure, Indicator, Measure, Measured, Period, indicators
from core.charts import BarChart, Series, curve

# Which figures the large chart draws side by side.
CHARTED = ("messages", "questions", "comments")
NBSP = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Tile:
    """One figure as people read it."""

    name: str
    label: str
    definition: str
    value: str
    is_withheld: bool
    trend: str
    # "up", "down" or nothing, and whether that is a good way.
    direction: str
    mood: str
    curve: SafeString
    # The curve again, as words: its parts with their values.
    points: list[tuple[str, str]]


def tiles(figures: Mapping[str, Figure], period: Period) -> list[Tile]:
    """The figures in the order of their facts; one that no app knows any more is left out."""
    known = indicators()
    return [_tile(name, known[name], figures[name], period) for name in known if name in figures]


def _tile(name: str, indicator: Indicator, figure: Figure, period: Period) -> Tile:
    direction, trend, mood = _trend(indicator, figure)
    shown = [measure.shown for measure in figure.series]
    labels = part_labels(period)
    points = [(label, written(m, indicator)) for label, m in zip(labels, figure.series, strict=False)]
    drawn = curve(shown)
    return Tile(
        name=name,
        label=str(indicator.label),
        definition=str(indicator.definition),
        value=written(figure.now, indicator),
        is_withheld=figure.now.is_withheld,
        trend=trend,
        direction=direction,
        mood=mood,
        curve=drawn,
        points=points if drawn else [],
    )


def _trend(indicator: Indicator, figure: Figure) -> tuple[str, str, str]:
    if figure.now.is_withheld:
        return "", "", ""
    if figure.before.is_withheld:
        return "", _("comparison: too few people"), ""
    now, before = figure.now.shown, figure.before.shown
    if now is None or before is None:
        return "", "", ""
    if now == before:
        return "", _("as before"), ""
    direction = "up" if now > before else "down"
    is_good = (now > before) == (indicator.better is Better.MORE)
    mood = "" if indicator.better is Better.NEITHER else "good" if is_good else "bad"
    words = {
        "difference": amount(abs(now - before), indicator.measured),
        "before": amount(before, indicator.measured),
    }
    if direction == "up":
        return direction, _("%(difference)s more (%(before)s before)") % words, mood
    if mood == "good":
        # Less is rarely good news: it is said where it is.
        return direction, _("%(difference)s less (%(before)s before), better") % words, mood
    return direction, _("%(difference)s less (%(before)s before)") % words, mood


def written(measure: Measure, indicator: Indicator) -> str:
    """A measure as one reads it, or why it is not there."""
    if measure.is_withheld:
        return _("too few people")
    return "–" if measure.amount is None else amount(measure.amount, indicator.measured)


def amount(value: float, measured: Measured) -> str:
    """A number, or a length of time: « 2 314 », « 2 h 10 », « 3 j 4 h »."""
    if measured is Measured.NUMBER:
        return number_format(int(value), use_l10n=True, force_grouping=True)
    minutes = round(value / 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return (
            _("%(days)d d %(hours)d h") % {"days": days, "hours": hours} if hours else _("%(days)d d") % {"days": days}
        )
    if hours:
        return _("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": minutes}
    return _("%(minutes)d min") % {"minutes": minutes}


def part_labels(period: Period) -> list[str]:
    """The parts of a period, each by its first day."""
    return [date_format(start, "j N") for start, _end in period.parts]


def chart(figures: Mapping[str, Figure], period: Period) -> BarChart | None:
    """What was said along the period; None where there is nothing to draw."""
    known = indicators()
    drawn = [name for name in CHARTED if name in known and any(m.shown for m in _series_of(figures, name))]
    series = [Series(str(known[name].label), [m.shown for m in figures[name].series]) for name in drawn]
    if not series:
        return None
    title = _("What is said, two weeks by two weeks")
    labels = part_labels(period)
    return BarChart(title, _told(series, period), labels, series, withheld=_("too few people"))


def _series_of(figures: Mapping[str, Figure], name: str) -> tuple[Measure, ...]:
    return figures[name].series if name in figures else ()


def _told(series: list[Series], period: Period) -> str:
    """What the chart shows, in a sentence a series."""
    sentences = []
    for one in series:
        known = [(value, number) for number, value in enumerate(one.values) if value is not None]
        if not known:
            continue
        most, number = max(known, key=lambda pair: (pair[0], -pair[1]))
        hidden = len(one.values) - len(known)
        words = {
            "name": one.name,
            "most": number_format(int(most)),
            "least": number_format(int(min(known)[0])),
            "day": date_format(period.parts[number][0], "j F"),
        }
        text = _("%(name)s: from %(least)s to %(most)s, most in the two weeks of %(day)s.") % words
        if hidden:
            text += " " + ngettext(
                "%(count)d value is withheld: too few people.", "%(count)d values are withheld: too few people.", hidden
            ) % {"count": hidden}
        sentences.append(text)
    return " ".join(sentences)


def span(period: Period) -> str:
    """The first and the last day, as one says them."""
    same_year = period.start.year == period.end.year
    words = {
        "start": date_format(period.start, "j F" if same_year else "j F Y"),
        "end": date_format(period.end, "j F Y"),
    }
    return _("%(start)s – %(end)s") % words


def table(figures: Mapping[str, Figure], period: Period) -> tuple[list[str], list[list[Any]]]:
    """Head and rows of the figures, for a file: what is withheld on the page is withheld there."""
    known = indicators()
    head = [
        _("Indicator"),
        _("Unit"),
        _("Period"),
        _("Period before"),
        *(f"{date_format(start, 'SHORT_DATE_FORMAT')}" for start, _end in period.parts),
        _("Definition"),
    ]
    rows = []
    for name, indicator in known.items():
        if name not in figures:
            continue
        figure = figures[name]
        series = [_cell(measure, indicator) for measure in figure.series] or [""] * len(period.parts)
        unit = _("hours") if indicator.measured is Measured.SECONDS else _("number")
        now, before = _cell(figure.now, indicator), _cell(figure.before, indicator)
        rows.append([str(indicator.label), unit, now, before, *series, str(indicator.definition)])
    return head, rows


def _cell(measure: Measure, indicator: Indicator) -> Any:
    if measure.is_withheld:
        return _("too few people")
    if measure.amount is None:
        return ""
    return round(measure.amount / 3600, 1) if indicator.measured is Measured.SECONDS else int(measure.amount)
