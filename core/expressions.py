"""Expressions that Django does not have, the same on both databases."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import F, IntegerField, JSONField, QuerySet, Subquery


class ValueList(Subquery):
    """One column of a subquery, as a list in the row of the query around it; no order is promised."""

    output_field = JSONField()

    def __init__(self, queryset: QuerySet[Any], column: str = "pk") -> None:
        super().__init__(queryset.values(value_of_list=F(column)))

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """One array, built by an index scan for each row."""
        self.template = "ARRAY(%(subquery)s)"
        return self.as_sql(compiler, connection, **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """SQLite has no arrays: a list as JSON writes it."""
        self.template = '(SELECT json_group_array("value_of_list") FROM (%(subquery)s))'
        return self.as_sql(compiler, connection, **extra)

    def get_db_converters(self, connection: Any) -> list[Any]:
        return [lambda value, *_: json.loads(value) if isinstance(value, str) else list(value or ())]


class BoundedCount(Subquery):
    """How many rows a subquery has, counted no further than its own limit."""

    template = '(SELECT COUNT(*) FROM (%(subquery)s) AS "bounded")'
    output_field = IntegerField()

    def __init__(self, queryset: QuerySet[Any]) -> None:
        super().__init__(queryset.values("pk"))
