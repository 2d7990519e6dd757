from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from core.events import Event, Live


@dataclass(frozen=True, kw_only=True)
class SessionEnded(Event):
    """A person signed out of one browser, here or from the list of their sessions. `session` is a digest."""

    session: str

    def live(self) -> Iterable[Live]:
        return [Live(group=f"session.{self.session}", type="session.ended")]


def session_digest(key: str | None) -> str:
    """Names a session without being of any use to open it."""
    return hashlib.sha256((key or "").encode()).hexdigest()
