"""What happens to the roadmap of a community. `actor_id` is None where the system acted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from communities.events.community import to_community
from core.events import Event, Live


@dataclass(frozen=True, kw_only=True)
class RoadmapChanged(Event):
    """A part of the roadmap is no longer the same; `number` is the revision that says what stands."""

    community_id: int
    actor_id: int | None
    number: int

    def live(self) -> Iterable[Live]:
        return [to_community(self.community_id, "roadmap.changed")]


@dataclass(frozen=True, kw_only=True)
class MilestoneGiven(Event):
    """A person answers for a milestone from now on."""

    community_id: int
    milestone_uid: str
    person_id: int
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class MilestoneComing(Event):
    """A milestone is due soon and not done."""

    community_id: int
    milestone_uid: str


@dataclass(frozen=True, kw_only=True)
class MilestoneOverdue(Event):
    """The day of a milestone has passed, and it is not done."""

    community_id: int
    milestone_uid: str


@dataclass(frozen=True, kw_only=True)
class RoadmapReviewDue(Event):
    """The day on which the roadmap was to be looked at again has come."""

    community_id: int
