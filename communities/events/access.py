"""What happens to the ways into a community. `actor_id` is None where the system acted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from communities.events.community import to_community
from core.events import Event, Live, revoked


@dataclass(frozen=True, kw_only=True)
class RoleAccessGranted(Event):
    """The holders of a platform role may read, or join without asking."""

    community_id: int
    role: str
    permission: str
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class RoleAccessRevoked(Event):
    """The holders of a platform role no longer have what was granted to them."""

    community_id: int
    role: str
    permission: str
    actor_id: int | None

    def live(self) -> Iterable[Live]:
        return [to_community(self.community_id, "community.changed")]


@dataclass(frozen=True, kw_only=True)
class PartnerRequested(Event):
    """An animator asks that an external partner take part, or stay longer."""

    request_id: int
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class PartnerApproved(Event):
    """A community manager approved it."""

    request_id: int
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class PartnerRefused(Event):
    """A community manager refused it, and said why."""

    request_id: int
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class PartnerProlonged(Event):
    """A participation has another end: this day is its last."""

    community_id: int
    person_id: int
    actor_id: int | None
    last_day: str


@dataclass(frozen=True, kw_only=True)
class MembershipEnding(Event):
    """The end of a participation is near: this day is its last."""

    community_id: int
    person_id: int
    last_day: str


@dataclass(frozen=True, kw_only=True)
class MembershipExpired(Event):
    """A participation came to its end; told beside `MembershipEnded`."""

    community_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class ReachChanged(Event):
    """Some communities are no longer reached, or now are, since a person's unit changed.

    `lost_ids` are the communities that they read no more.
    """

    change_id: int
    person_id: int
    lost_ids: tuple[int, ...]

    def live(self) -> Iterable[Live]:
        return [revoked(self.person_id)] if self.lost_ids else []
