"""A validated proposal becomes a community, in preparation. Proposition 43."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from communities.actions.communities import make_community
from communities.actions.roadmap import start_roadmap
from communities.models import Community, Proposal
from core.actions.images import hand_over_images
from core.errors import BusinessRuleError
from core.system import SYSTEM


def found_community(*, actor: Any, proposal: Proposal) -> Community:
    """Makes the community that a proposal asks for, its animators seated; the caller holds the proposal.

    Raises BusinessRuleError where none of those named can lead any more.
    """
    animators = [person for person in proposal.animators.order_by("pk") if person.is_current and person.is_agent]
    if not animators:
        raise BusinessRuleError(
            _("Nobody named to animate it has an open account any more: ask for changes to the proposal.")
        )
    community = make_community(
        actor=actor,
        animators=animators,
        tags=proposal.tags,
        meant_for=list(proposal.meant_for.all()),
        name=proposal.name,
        purpose=proposal.purpose,
        description=proposal.description,
        kind=proposal.kind,
        visibility=proposal.visibility,
        joining=proposal.joining,
        unit=proposal.unit,
        sponsor=proposal.sponsor,
        accompanied_by=proposal.accompanied_by,
        ends_on=proposal.ends_on,
        created_by=proposal.proposed_by,
    )
    hand_over_images(old=proposal, new=community)
    if proposal.roadmap:
        # In nobody's name: whoever decides need not be of those who write it.
        start_roadmap(actor=SYSTEM, community=community, content=proposal.roadmap)
    return community
