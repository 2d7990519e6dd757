from collections.abc import Iterable
from dataclasses import dataclass

from core.events import Event, Live, revoked


@dataclass(frozen=True, kw_only=True)
class PersonCreated(Event):
    person_id: int


@dataclass(frozen=True, kw_only=True)
class PersonChanged(Event):
    person_id: int


@dataclass(frozen=True, kw_only=True)
class PersonMoved(Event):
    """A person changed units: the groups of which they left, and reached."""

    person_id: int
    left: tuple[int, ...] = ()
    reached: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AccountClosed(Event):
    person_id: int


@dataclass(frozen=True, kw_only=True)
class AccountReopened(Event):
    person_id: int


@dataclass(frozen=True, kw_only=True)
class SessionsEnded(Event):
    """Whatever the person has open anywhere is over."""

    person_id: int

    def live(self) -> Iterable[Live]:
        return [revoked(self.person_id)]


@dataclass(frozen=True, kw_only=True)
class SignInLinkAsked(Event):
    """Somebody asked for the link to choose a password; None where no account has the address that they gave."""

    person_id: int | None


@dataclass(frozen=True, kw_only=True)
class UnitCreated(Event):
    unit_id: int


@dataclass(frozen=True, kw_only=True)
class UnitChanged(Event):
    unit_id: int


@dataclass(frozen=True, kw_only=True)
class UnitMoved(Event):
    """A unit stands elsewhere: its agents, and those below, left the groups of some units and reached others."""

    unit_id: int
    left: tuple[int, ...] = ()
    reached: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RoleGranted(Event):
    grant_id: int


@dataclass(frozen=True, kw_only=True)
class RoleWithdrawn(Event):
    grant_id: int


@dataclass(frozen=True, kw_only=True)
class InvitationSent(Event):
    invitation_id: int


@dataclass(frozen=True, kw_only=True)
class InvitationAccepted(Event):
    invitation_id: int


@dataclass(frozen=True, kw_only=True)
class DirectoryImported(Event):
    """The administration's directory was loaded: one event for all of it, however many people it holds."""

    audit_id: int
    closed_ids: tuple[int, ...]
    # Person, groups left, groups reached; those alone through which something is given.
    moves: tuple[tuple[int, tuple[int, ...], tuple[int, ...]], ...] = ()

    def live(self) -> Iterable[Live]:
        return [revoked(pk) for pk in self.closed_ids]


@dataclass(frozen=True, kw_only=True)
class DeputyNamed(Event):
    """Somebody decides in a sponsor's place, for a period."""

    deputy_id: int


@dataclass(frozen=True, kw_only=True)
class DeputyWithdrawn(Event):
    """They no longer do."""

    deputy_id: int
