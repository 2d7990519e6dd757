"""When things were said: the same distance from now at each run, within the hours of offices."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.apps import apps
from django.db.models import DateField, Model

from rse.demo.texts import NBSP

PARIS = ZoneInfo("Europe/Paris")
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip

_length = re.compile(r"(\d+)([mhd])")
_of_a_day = re.compile(r"(\d+)d (\d\d):(\d\d)")
_later = re.compile(r"\{\+(\d+)\}")
_units = {"m": "minutes", "h": "hours", "d": "days"}


def share(*words: object) -> float:
    """A number from 0 to 1 that depends on the words alone: what looks like chance is the same at each run."""
    digest = hashlib.blake2b("|".join(map(str, words)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def length(text: str) -> timedelta:
    """`25m`, `3h` or `2d`."""
    found = _length.fullmatch(text)
    if not found:
        raise ValueError(f"not a length of time: {text!r}")
    return timedelta(**{_units[found[2]]: int(found[1])})


@dataclass(frozen=True)
class Clock:
    """Moments of the demonstration, counted from `now`."""

    now: datetime

    def ago(self, text: str) -> datetime:
        """`25m` ago, or `6d 14:05`: at five past two, six days ago, on the working day before if offices are closed."""
        found = _of_a_day.fullmatch(text)
        if not found:
            return self.now - length(text)
        day = _working_day(self.now.astimezone(PARIS).date() - timedelta(days=int(found[1])), -1)
        return datetime.combine(day, time(int(found[2]), int(found[3])), PARIS)

    def after(self, start: datetime, wait: timedelta) -> datetime:
        """A moment after another, put off to the next morning when offices are closed, and never still to come."""
        moment = start + wait
        if self.now - start > timedelta(hours=20):
            moment = _in_office_hours(moment, wait)
        last = self.now - timedelta(minutes=4)
        return moment if moment < last else start + (last - start) * min(0.95, 0.5 + wait / timedelta(days=20))

    def with_dates(self, text: str, said: datetime) -> str:
        """Writes `{+8}` as the working day that came eight days after the text was said."""

        def written(found: re.Match[str]) -> str:
            day = _working_day(said.astimezone(PARIS).date() + timedelta(days=int(found[1])), 1)
            number = "1er" if day.day == 1 else str(day.day)
            return f"{DAYS[day.weekday()]} {number}{NBSP}{MONTHS[day.month - 1]}"

        return _later.sub(written, text)


def _working_day(day: date, step: int) -> date:
    while day.weekday() > 4:
        day += timedelta(days=step)
    return day


def _in_office_hours(moment: datetime, wait: timedelta) -> datetime:
    local = moment.astimezone(PARIS)
    if local.weekday() < 5 and 7 <= local.hour < 21:
        return moment
    day = local.date() + timedelta(days=1 if local.hour >= 21 and local.weekday() < 5 else 0)
    minutes = int(wait / timedelta(minutes=1)) % 80
    return datetime.combine(_working_day(day, 1), time(8, 20), PARIS) + timedelta(minutes=minutes)


@contextmanager
def moments_kept() -> Iterator[None]:
    """Rows written in here keep the moments they are given, those that their models set by themselves included."""
    fields = [
        field
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, DateField) and (field.auto_now or field.auto_now_add)
    ]
    for field in fields:
        field.pre_save = partial(_given_or_automatic, field, field.pre_save)  # type: ignore[method-assign]
    try:
        yield
    finally:
        for field in fields:
            del field.pre_save


def _given_or_automatic(
    field: DateField[Any, Any], automatic: Callable[[Model, bool], Any], instance: Model, add: bool
) -> Any:
    given = getattr(instance, field.attname)
    return automatic(instance, add) if given is None else given
