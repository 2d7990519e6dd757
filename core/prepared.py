"""Queries that every page asks: built and compiled once a process, afterwards only given their values.

Django takes far longer to build the filter of a policy and to write its SQL than PostgreSQL takes to answer. What is
kept is the SQL alone, never an answer. ADR 10 says what keeps a right from being kept with it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BigIntegerField, Expression, QuerySet
from django.utils import timezone

Build = Callable[..., QuerySet[Any, Any]]
# Content types may be numbered anew by a migration: what was compiled before is forgotten.
_forgotten = 0


@dataclass(frozen=True)
class _Slot:
    """Where a value goes in the parameters of a compiled query."""

    name: str


NOW = _Slot("now")
SHAPES_MAX = 200


class Given(Expression):
    """One value, named when the query is built and given when it is asked."""

    output_field = BigIntegerField()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        return "%s", [_Slot(self.name)]


# Django writes IN before it; an array compared by ANY goes by an index wherever it stands.
_IDS = "(SELECT unnest(%s::bigint[]))"


class GivenIds(Given):
    """Ids, however many, for `__in`."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        return _IDS, [_Slot(self.name)]


class GivenViewer(Given):
    """Stands for a person while a filter is built.

    It knows the facts that choose the shape of the filter (`FILTER_FACTS` of the person) and stands for their id and
    their lists of ids (`FILTER_IDS`). A filter that reads anything else of a person finds no such attribute, and is
    built for each person anew.
    """

    def __init__(self, facts: tuple[tuple[str, Any], ...], lists: tuple[str, ...]) -> None:
        super().__init__("viewer")
        for name, value in facts:
            setattr(self, name, value)
        for name in lists:
            setattr(self, name, GivenIds(name))

    @property
    def pk(self) -> Given:
        return self


class _NotToKeep(Exception):
    """What was built holds more than the shape of a query."""


class _Shape:
    """A compiled query with slots for its values."""

    def __init__(self, build: Build, viewer: Any, values: Mapping[str, Any]) -> None:
        with _asking_nothing():
            begun = timezone.now()
            self._queryset = build(viewer, **values)
            self._compiler: Any = self._queryset.query.get_compiler(connection=connection)
            sql, parameters = self._compiler.as_sql()
            ended = timezone.now()
        self._sql = sql.replace(f"IN {_IDS}", "= ANY(%s::bigint[])")
        self._parameters = [_moment(value, begun, ended) for value in parameters]

        self._names = {part.name for part in self._parameters if isinstance(part, _Slot)}

    def rows(self, value_of: Callable[[str], Any]) -> list[Any]:
        values = {name: value_of(name) for name in self._names}
        given = tuple(values[part.name] if isinstance(part, _Slot) else part for part in self._parameters)
        compiler = copy.copy(self._compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *args, **kwargs: (self._sql, given)
        queryset: Any = self._queryset.all()
        queryset.query.get_compiler = lambda *args, **kwargs: compiler
        return list(queryset)


class Prepared:
    """`Prepared(build)(viewer, name=value …)` gives the rows of `build(viewer, name=value …)`.

    Values are numbers, texts or lists of ids; None where there is none. Only on PostgreSQL is anything kept.
    """

    def __init__(self, build: Build) -> None:
        self._build = build
        self._shapes: dict[Any, _Shape | None] = {}

    def __call__(self, viewer: Any, **values: Any) -> list[Any]:
        shape = self._shape(viewer, values) if connection.vendor == "postgresql" else None
        if shape is None:
            return list(self._build(viewer, **values))
        return shape.rows(lambda name: values[name] if name in values else _known(viewer, name))

    def _shape(self, viewer: Any, values: Mapping[str, Any]) -> _Shape | None:
        facts: tuple[tuple[str, Any], ...] = ()
        if viewer is not None:
            names = getattr(viewer, "FILTER_FACTS", None)
            if names is None:
                return None
            facts = tuple((name, getattr(viewer, name)) for name in names)
        kinds = tuple((name, _stand_in_type(value)) for name, value in values.items())
        # Accounts and grants end on a day.
        key = (_forgotten, timezone.localdate(), facts, kinds)
        try:
            # Another thread may empty the dictionary between a look and a reading.
            return self._shapes[key]
        except KeyError:
            stand_in = GivenViewer(facts, viewer.FILTER_IDS) if viewer is not None else None
            stand_ins = {name: kind and kind(name) for name, kind in kinds}
            try:
                shape = _Shape(self._build, stand_in, stand_ins)
            except _Asked:
                return None  # What it asked for may be at hand the next time.
            except (_NotToKeep, AttributeError, EmptyResultSet):
                shape = None
            if len(self._shapes) >= SHAPES_MAX:
                self._shapes.clear()
            self._shapes[key] = shape
            return shape


def forget_shapes(**kwargs: Any) -> None:
    """Receiver of `post_migrate`."""
    global _forgotten
    _forgotten += 1


def _known(viewer: Any, name: str) -> Any:
    if name == NOW.name:
        return timezone.now()
    return viewer.pk if name == "viewer" else list(getattr(viewer, name))


def _stand_in_type(value: Any) -> type[Given] | None:
    if value is None:
        return None
    return GivenIds if isinstance(value, list) else Given


def _moment(value: Any, begun: datetime, ended: datetime) -> Any:
    """The slot of the present where the query speaks of it; any other moment would be kept with the shape."""
    if not isinstance(value, datetime):
        return value
    if begun <= value <= ended:
        return NOW
    raise _NotToKeep


class _Asked(Exception):
    """Building the query asked the database: what it was told would be kept with the shape."""


@contextmanager
def _asking_nothing() -> Iterator[None]:
    def refuse(*args: Any) -> Any:
        raise _Asked

    with connection.execute_wrapper(refuse):
        yield
