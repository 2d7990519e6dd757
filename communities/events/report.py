"""What happens to a report to the sponsor. `actor_id` is None where the system acted."""

from __future__ import annotations

from dataclasses import dataclass

from core.events import Event

# `due_on`, a day as ISO writes it, is the one that was told then: a report changes hands and gets another.


@dataclass(frozen=True, kw_only=True)
class ReportPrepared(Event):
    """A page waits for the animators to complete it."""

    report_id: int
    due_on: str


@dataclass(frozen=True, kw_only=True)
class ReportSent(Event):
    """The animators sent it: the sponsor reads and answers."""

    report_id: int
    due_on: str
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class ReportAnswered(Event):
    """The sponsor, or a deputy, said what they decide."""

    report_id: int
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class ReportChased(Event):
    """Its day has passed: whoever has it now is reminded. `state` says who that was."""

    report_id: int
    due_on: str
    state: str
