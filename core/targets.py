"""What may be commented on, reacted to, followed, reported: posts and comments today, documents and ideas later."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model

from core.registry import Registry


@dataclass(frozen=True)
class Moderation:
    """How moderation treats objects of one model, which stand in a community and have an author.

    `body` gives the sanitised text that moderators judge; `edited_at` when its author changed it last, None: never;
    `history` the address of its earlier versions, empty where there is none. `hide(obj, reason)` takes it out of sight
    and `show(obj)` brings it back, both in the transaction of the decision, which has asked for the right to decide.
    """

    noun: Any
    body: Callable[[Any], str]
    edited_at: Callable[[Any], datetime | None]
    history: Callable[[Any], str]
    hide: Callable[[Any, str], None]
    show: Callable[[Any], None]


@dataclass(frozen=True)
class Target:
    """How the rest of the product treats objects of one model.

    `title` and `address` name an object; `card` is the template of its card in a feed; `for_cards(viewer, ids)` loads
    what these cards show, by id and under the viewer's rights, in a fixed number of queries. The permissions say what
    may be done to it; an empty one: never. What may be reported says in `moderation` how it is judged.
    """

    title: Callable[[Any], str]
    address: Callable[[Any], str]
    card: str = ""
    for_cards: Callable[[Any, Iterable[int]], Mapping[int, Any]] | None = None
    comment: str = ""
    react: str = ""
    follow: str = ""
    report: str = ""
    moderation: Moderation | None = None


targets: Registry[type[Model], Target] = Registry("targets")


def target_for(obj: Model) -> Target:
    """The entry of an object's model; raises LookupError where it is no target."""
    return targets[type(obj)]
