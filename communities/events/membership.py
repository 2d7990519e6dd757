"""What happens between a person and a community. `actor_id` is None where the system acted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.events import Event, Live, revoked


@dataclass(frozen=True, kw_only=True)
class MemberInvited(Event):
    """A person may come in by saying yes."""

    community_id: int
    person_id: int
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class InvitationEnded(Event):
    """An invitation was declined by the person, or withdrawn."""

    community_id: int
    person_id: int
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class MembershipRequested(Event):
    """A person asks to come in."""

    community_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class RequestCancelled(Event):
    """A person no longer asks to come in."""

    community_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class RequestAccepted(Event):
    """The team let a person in who had asked; told beside `MemberJoined`."""

    community_id: int
    person_id: int
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class RequestRefused(Event):
    """The team did not let a person in, and said why."""

    community_id: int
    person_id: int
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class MemberJoined(Event):
    """A person is a member from now on, whatever the way in."""

    community_id: int
    person_id: int
    actor_id: int | None

    def live(self) -> Iterable[Live]:
        return [_to_person(self.person_id, "membership.changed", self.community_id)]


@dataclass(frozen=True, kw_only=True)
class MembershipEnded(Event):
    """A person is no longer a member: they left, or were removed or banned."""

    community_id: int
    person_id: int
    actor_id: int | None
    is_ban: bool = False

    def live(self) -> Iterable[Live]:
        return [_to_person(self.person_id, "membership.ended", self.community_id), revoked(self.person_id)]


@dataclass(frozen=True, kw_only=True)
class MemberUnbanned(Event):
    """A banned person may come back by the ordinary way in."""

    community_id: int
    person_id: int
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class RoleChanged(Event):
    """A member has another role in the community."""

    community_id: int
    person_id: int
    actor_id: int | None
    old: str
    new: str

    def live(self) -> Iterable[Live]:
        return [_to_person(self.person_id, "membership.changed", self.community_id), revoked(self.person_id)]


def _to_person(person_id: int, kind: str, community_id: int) -> Live:
    return Live(group=f"user.{person_id}", type=kind, ids={"community": community_id})
