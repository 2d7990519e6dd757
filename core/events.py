"""What happened, told to whoever must follow: a frozen dataclass of ids, published inside the transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Final

from core.registry import Registry

event_classes: Registry[str, type[Event]] = Registry("events")


@dataclass(frozen=True)
class Live:
    """One message for open pages.

    `group` names whom it may reach: `<app>.<model>.<pk>` for those who watch an object and may still see it, or
    `user.<pk>` for one person. `type` and `ids` say what to fetch; a live message never carries content.
    """

    group: str
    type: str
    ids: dict[str, Any] = field(default_factory=dict)


REVOKED: Final = "revoked"


def revoked(person_id: int) -> Live:
    """Closes the open sockets of a person who lost something: they come back, and are asked anew what they may see."""
    return Live(group=f"user.{person_id}", type=REVOKED)


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of every event. Subclasses are named by a past participle and hold ids only."""

    name: ClassVar[str]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.name = f"{cls.__module__.split('.')[0]}.{cls.__name__}"
        event_classes.register(cls.name, cls)

    def live(self) -> Iterable[Live]:
        """What open pages are told; nothing by default. Runs in the worker and may query."""
        return ()

    def as_payload(self) -> dict[str, Any]:
        """The fields, as JSON keeps them."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class DraftEnding(Event):
    """What a person was writing will soon be removed, unless they write on."""

    draft_id: int
