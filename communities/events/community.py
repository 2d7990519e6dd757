"""What happens to a community. `actor_id` is None where the system acted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.events import Event, Live


@dataclass(frozen=True, kw_only=True)
class CommunityCreated(Event):
    """A community exists, in preparation."""

    community_id: int
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class CommunityChanged(Event):
    """Its name, purpose, access or another setting is no longer the same."""

    community_id: int
    actor_id: int | None

    def live(self) -> Iterable[Live]:
        return [to_community(self.community_id, "community.changed")]


@dataclass(frozen=True, kw_only=True)
class CommunityStageChanged(Event):
    """It moved from one stage of its life to another."""

    community_id: int
    actor_id: int | None
    old: str
    new: str

    def live(self) -> Iterable[Live]:
        return [to_community(self.community_id, "community.changed")]


@dataclass(frozen=True, kw_only=True)
class CommunityOpened(Event):
    """It left its preparation: its readers see it for the first time."""

    community_id: int
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class CompanionChanged(Event):
    """Another community manager accompanies it; `person_id` is None where nobody does any more."""

    community_id: int
    person_id: int | None
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class AccessGranted(Event):
    """The agents of a unit may read, or join without asking."""

    community_id: int
    unit_id: int
    permission: str
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class AccessRevoked(Event):
    """The agents of a unit no longer have what was granted to them."""

    community_id: int
    unit_id: int
    permission: str
    actor_id: int | None

    def live(self) -> Iterable[Live]:
        return [to_community(self.community_id, "community.changed")]


def to_community(community_id: int, kind: str) -> Live:
    """One message to the open pages of those who may still read the community."""
    return Live(group=f"communities.community.{community_id}", type=kind, ids={"community": community_id})
