"""What happened, told to whoever must follow: a frozen dataclass of ids, published inside the transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

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
    ids: dict[str, Any]


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
class MailQueued(Event):
    """A mail waits to leave."""

    mail_id: int
