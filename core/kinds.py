"""What an event tells whom. `notifications` alone listens and delivers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Model, QuerySet

from core.events import Event
from core.policies import policy_for
from core.registry import Registry


@dataclass(frozen=True)
class Notice:
    """What a notification says.

    `text` for a person, on one line; `address` to open; `detail`, what they would ask next (the reason of a refusal,
    the first words of a comment); `action`, the words of a mail's button.
    """

    text: str
    address: str
    detail: str = ""
    action: str = ""


class Kind:
    """One kind of news. Subclasses are declarative and registered by their `name` in `AppConfig.ready`."""

    name: ClassVar[str]
    event: ClassVar[type[Event]]
    label: ClassVar[Any]
    # What the news is about; what is no longer visible to the reader is neither listed nor counted.
    model: ClassVar[type[Model]]
    # Relations of the target that `notice` reads (as `prefetch_related` takes them): loaded once for a whole page.
    related: ClassVar[tuple[str, ...]] = ()
    # A transactional kind (invited, admitted …) leaves by mail at once whatever the preferences.
    is_transactional: ClassVar[bool] = False

    def target(self, event: Any) -> Model | None:
        """The object that the news is about; None: it is gone, nothing to tell."""
        raise NotImplementedError

    def actor(self, event: Any) -> Any | None:
        """Who did it; they are never told of their own act."""
        return None

    def recipients(self, event: Any, target: Any) -> QuerySet[Any]:
        """Whom to tell. Whoever may not see the target is left out by the deliverer, whatever this says."""
        raise NotImplementedError

    def notice(self, target: Any, actor: Any | None, data: dict[str, Any]) -> Notice:
        """The words, written at the moment of showing, in the reader's language. Asks the database for nothing."""
        raise NotImplementedError

    def data(self, event: Any) -> dict[str, Any]:
        """What the words need besides target and actor; ids, never content."""
        return {}

    def permission(self) -> str | None:
        """The permission that a recipient must hold on the target; None: the one to read."""
        return None

    def needed(self) -> str:
        """The permission on the target without which the news does not exist for a person."""
        return self.permission() or policy_for(self.model).reading


kinds: Registry[str, Kind] = Registry("kinds")


def kinds_of(event: Event) -> list[Kind]:
    """Every kind that hears this event: one event may tell several things to several people."""
    return [kind for kind in kinds.values() if isinstance(event, kind.event)]
