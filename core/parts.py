"""What stands beside or inside a card or a page of a target: tiles of documents, a label …"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from core.registry import Registry


@dataclass(frozen=True)
class Part:
    """`load(viewer, objects)` gives a context by primary key in one query; `template` shows it."""

    place: str
    template: str
    load: Callable[[Any, Iterable[Model]], Mapping[Any, Any]]


parts: Registry[tuple[type[Model], str], Part] = Registry("parts")


def load_parts(viewer: Any, model: type[Model], objects: Iterable[Model]) -> dict[Any, list[dict[str, Any]]]:
    """The fragments of each object, by primary key, as `{"template": …, "place": …, "data": …}`."""
    every = list(objects)
    found: dict[Any, list[dict[str, Any]]] = {obj.pk: [] for obj in every}
    for (owner, _name), part in parts.items():
        if owner is model and every:
            for pk, data in part.load(viewer, every).items():
                found[pk].append({"template": part.template, "place": part.place, "data": data})
    return found
