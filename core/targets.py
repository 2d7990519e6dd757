"""What may be commented on, reacted to, followed: posts and comments today, documents and ideas later."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from core.registry import Registry


@dataclass(frozen=True)
class Target:
    """How the rest of the product treats objects of one model.

    `title` and `address` name an object; `card` is the template of its card in a feed; `for_cards(viewer, ids)` loads
    what these cards show, by id and under the viewer's rights, in a fixed number of queries. The permissions say what
    may be done to it; an empty one: never.
    """

    title: Callable[[Any], str]
    address: Callable[[Any], str]
    card: str = ""
    for_cards: Callable[[Any, Iterable[int]], Mapping[int, Any]] | None = None
    comment: str = ""
    react: str = ""
    follow: str = ""


targets: Registry[type[Model], Target] = Registry("targets")


def target_for(obj: Model) -> Target:
    """The entry of an object's model; raises LookupError where it is no target."""
    return targets[type(obj)]
