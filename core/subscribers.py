"""What follows from an event, and when."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.events import Event
from core.registry import Registry


class When(enum.Enum):
    """`AFTER_COMMIT` is the rule: through the outbox, idempotent. `IN_TRANSACTION` may refuse, by raising."""

    AFTER_COMMIT = "after_commit"
    IN_TRANSACTION = "in_transaction"


@dataclass(frozen=True)
class Subscriber:
    """One function with the events it hears; `run(event, key)`, where `key` is the same at every delivery."""

    name: str
    event: type[Event]
    when: When
    run: Callable[[Any, UUID], None]


subscribers: Registry[str, Subscriber] = Registry("subscribers")


def subscribe(event: type[Event], run: Callable[[Any, UUID], None], when: When = When.AFTER_COMMIT) -> None:
    """Has `run` called for each `event` and its subclasses; called from `AppConfig.ready`."""
    name = f"{run.__module__}.{run.__qualname__}:{event.__name__}"
    subscribers.register(name, Subscriber(name, event, when, run))


def subscribers_of(event: Event, when: When) -> list[Subscriber]:
    """Those who hear this event at that moment, in the order of registration."""
    return [s for s in subscribers.values() if s.when is when and isinstance(event, s.event)]
