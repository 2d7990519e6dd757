"""What becomes of a community that fell silent, or that nobody leads any more."""

from __future__ import annotations

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, kw_only=True)
class UsefulnessAsked(Event):
    """Its animators are asked whether it is still useful."""

    community_id: int


@dataclass(frozen=True, kw_only=True)
class LifeStepAnnounced(Event):
    """Without an answer it soon takes the next step; `step` is that one."""

    community_id: int
    step: str


@dataclass(frozen=True, kw_only=True)
class LifeStepTaken(Event):
    """Nobody answered: it is dormant, read-only or archived from now on."""

    community_id: int
    step: str


@dataclass(frozen=True, kw_only=True)
class UsefulnessAnswered(Event):
    """Somebody said whether it is still useful; `actor_id` is None where something written answered."""

    community_id: int
    actor_id: int | None
    answer: str


@dataclass(frozen=True, kw_only=True)
class CommunityOrphaned(Event):
    """Nobody leads it any more; `successor_id` is the moderator who now does, None where there was none."""

    community_id: int
    successor_id: int | None


@dataclass(frozen=True, kw_only=True)
class AnimatorLeftAlone(Event):
    """The account of an animator was closed, and one animator is left; `person_id` is who has gone."""

    community_id: int
    person_id: int
