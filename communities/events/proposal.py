"""What happens to a proposal. `actor_id` is None where the system acted."""

from __future__ import annotations

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, kw_only=True)
class ProposalMoved(Event):
    """A step was taken with a proposal; `verb` is the step's, `step_id` its line on the timeline."""

    proposal_id: int
    step_id: int
    verb: str
    actor_id: int | None
