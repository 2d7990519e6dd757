"""What happens to reported texts, and to charters. `actor_id` is None where the system acted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from communities.events.community import to_community
from core.events import Event, Live


@dataclass(frozen=True, kw_only=True)
class CaseChanged(Event):
    """Base: an open page of the case, or the queue, must be fetched anew."""

    case_id: int
    community_id: int
    actor_id: int | None

    def live(self) -> Iterable[Live]:
        return [Live(f"communities.case.{self.case_id}", "case.changed", {"case": self.case_id})]


@dataclass(frozen=True, kw_only=True)
class CaseOpened(CaseChanged):
    """A text is reported that waits for a moderator from now on."""


@dataclass(frozen=True, kw_only=True)
class TextReported(CaseChanged):
    """One more person reports a text that has its case."""


@dataclass(frozen=True, kw_only=True)
class TextHiddenByReports(CaseChanged):
    """So many people reported a text that it is hidden until a moderator looks."""


@dataclass(frozen=True, kw_only=True)
class CaseDecided(CaseChanged):
    """Moderators decided."""

    decision_id: int
    outcome: str
    was_told: bool


@dataclass(frozen=True, kw_only=True)
class DecisionUndone(CaseChanged):
    """Whoever decided takes it back at once: the case waits again."""

    decision_id: int


@dataclass(frozen=True, kw_only=True)
class DecisionContested(CaseChanged):
    """The author asks a community manager to look again."""

    decision_id: int


@dataclass(frozen=True, kw_only=True)
class ContestAnswered(CaseChanged):
    """A community manager upheld or overturned a decision."""

    decision_id: int
    is_upheld: bool


@dataclass(frozen=True, kw_only=True)
class MemberSuspended(Event):
    """A member reads and does not write, until a moment; or writes again, before it."""

    community_id: int
    person_id: int
    actor_id: int | None

    def live(self) -> Iterable[Live]:
        ids = {"community": self.community_id}
        return [Live(group=f"user.{self.person_id}", type="membership.changed", ids=ids)]


@dataclass(frozen=True, kw_only=True)
class CharterChanged(Event):
    """A community has another charter."""

    community_id: int
    number: int
    actor_id: int | None

    def live(self) -> Iterable[Live]:
        return [to_community(self.community_id, "community.changed")]
