"""Counts the queries of a page and names the line of ours that asked each one."""

import contextlib
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from django.db import connection
from django.template.base import Node

ROOT = Path(__file__).resolve().parents[2]
_OURS = tuple(str(ROOT / name) + "/" for name in ("rse", "feed", "communities", "notifications", "accounts", "core"))
# Not the cost of a page: they open and close what surrounds it.
_FRAME = re.compile(r"^(SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK|BEGIN|COMMIT)", re.IGNORECASE)


@dataclass
class Query:
    """One query: its SQL, the line of our code that caused it, and the template that was being drawn, if any."""

    sql: str
    line: str
    template: str | None


@dataclass
class Queries:
    """The queries of a block."""

    rows: list[Query] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def from_templates(self) -> list[Query]:
        """Those asked while a template was being drawn."""
        return [query for query in self.rows if query.template]

    def __str__(self) -> str:
        counts = Counter((query.line, query.template or "", _shape(query.sql)) for query in self.rows)
        return "\n".join(
            f"{count:3} × {line}{f' in {template}' if template else ''}: {sql}"
            for (line, template, sql), count in counts.items()
        )


@contextlib.contextmanager
def count_queries() -> Iterator[Queries]:
    """Records the queries of the block."""
    queries = Queries()

    def record(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        if not _FRAME.match(sql):
            line, template = _whence()
            queries.rows.append(Query(sql, line, template))
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(record):
        yield queries


@contextlib.contextmanager
def queries_at_most(limit: int, *, in_templates: int = 0) -> Iterator[Queries]:
    """Fails when the block asks more than `limit` queries, or more than `in_templates` from within a template."""
    with count_queries() as queries:
        yield queries
    assert len(queries) <= limit, f"{len(queries)} queries, at most {limit} were expected:\n{queries}"
    asked = queries.from_templates
    assert len(asked) <= in_templates, f"{len(asked)} queries from a template:\n{Queries(asked)}"


def _shape(sql: str) -> str:
    columns = re.sub(r"^SELECT (DISTINCT )?.*? FROM ", r"SELECT … FROM ", sql, count=1, flags=re.DOTALL)
    return columns if len(columns) < 160 else columns[:157] + "…"


def _whence() -> tuple[str, str | None]:
    line, template = "", None
    frame: FrameType | None = sys._getframe(2)
    while frame:
        name = frame.f_code.co_filename
        if not line and name.startswith(_OURS):
            line = f"{Path(name).relative_to(ROOT)}:{frame.f_lineno}"
        node: Any = frame.f_locals.get("self")
        # By type: a lazy object would be asked for its class and load itself, with one more query.
        if template is None and issubclass(type(node), Node) and node.token is not None:
            template = f"{Path(node.origin.name).name}:{node.token.lineno}"
        frame = frame.f_back
    return line or "outside our code", template
