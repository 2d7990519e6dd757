"""What would only be noticed in production, turned into failures: undefined variables, orders left to the database."""

import random
import sys
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.template.base import Node

OUR_TEMPLATES = str(Path(__file__).resolve().parents[2] / "templates") + "/"


class UndefinedVariable(Exception):
    """A template of ours shows a variable that its context does not have."""


class FailOnUndefined(str):
    """Stands for `string_if_invalid`: raises for our templates, stays silent for those of libraries."""

    __slots__ = ()

    def __contains__(self, part: object) -> bool:
        return part == "%s"  # Django asks whether it takes the name of the variable

    def __mod__(self, variable: Any) -> str:
        frame = sys._getframe(1)
        while frame:
            node = frame.f_locals.get("self")
            if isinstance(node, Node) and getattr(node, "origin", None) is not None:
                if node.origin.name.startswith(OUR_TEMPLATES):
                    line = node.token.lineno if node.token else "?"
                    raise UndefinedVariable(f"{variable} in {node.origin.name.removeprefix(OUR_TEMPLATES)}:{line}")
                return ""
            frame = frame.f_back  # type: ignore[assignment]
        return ""


def shuffling(fetch_all: Any, seed: str) -> Any:
    """Wraps `QuerySet._fetch_all`: rows without an order come in another one for each test, the same each time."""
    chance = random.Random(seed)

    def fetch(queryset: QuerySet[Any]) -> None:
        is_new = queryset._result_cache is None
        fetch_all(queryset)
        if is_new and queryset._result_cache and not queryset.ordered:
            chance.shuffle(queryset._result_cache)

    return fetch
