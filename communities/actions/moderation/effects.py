"""What a decision does to the text and to its author, and what takes it back; the action has asked for the right."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from communities.actions.locks import lock_community
from communities.actions.membership.departures import exclude_member, reinstate_member
from communities.enums import MembershipState, Outcome, Role
from communities.events import MemberSuspended
from communities.models import Case, Decision, Membership
from core.actions.outbox import publish
from core.errors import BusinessRuleError


def lock_case(case: Case) -> Case:
    """The case as it stands now, held until the transaction ends.

    Two moderators who decide at once would otherwise each decide over the other.
    """
    # Who decided is read after the wait: joined to the row, it would be who had decided before it.
    return Case.objects.select_for_update(of=("self",)).select_related("community").get(pk=case.pk)


def is_hidden(case: Case) -> bool:
    """Whether the text is out of sight by moderation; a text that is gone for good is not."""
    return bool(case.target is not None and case.target.is_hidden)


def hide(case: Case, reason: str) -> None:
    """Takes the text out of sight, as long as it is there."""
    if case.target is not None:
        case.moderation.hide(case.target, reason)


def show(case: Case) -> None:
    """Brings the text back, as long as it is there."""
    if case.target is not None:
        case.moderation.show(case.target)


def sanction(actor: Any, case: Case, decision: Decision) -> None:
    """Does to the author what was decided.

    Raises BusinessRuleError where they are no member any more, or lead or moderate the community.
    """
    if decision.outcome == Outcome.SUSPEND:
        membership = _plain_member(case)
        membership.suspended_until, membership.suspended_for = decision.until, decision.rule
        _save_suspension(membership, actor)
    elif decision.outcome == Outcome.REMOVE:
        _plain_member(case)
        exclude_member(actor=actor, community=case.community, person=case.author, reason=decision.rule)


def lift(actor: Any, case: Case, decision: Decision) -> None:
    """Takes back what a decision did to the author; what was decided since by another one stays."""
    if decision.outcome == Outcome.SUSPEND:
        community = lock_community(case.community)
        membership = Membership.objects.filter(community=community, person=case.author).first()
        if membership and _is_of(decision.until, membership.suspended_until):
            membership.suspended_until, membership.suspended_for = None, ""
            _save_suspension(membership, actor)
    elif decision.outcome == Outcome.REMOVE:
        community = lock_community(case.community)
        # Whoever was let back in by then stands as they stand.
        banned = Membership.objects.filter(community=community, person=case.author, state=MembershipState.BANNED)
        # A ban by somebody else, or for another reason, is another matter.
        of_this = banned.filter(previous_state=MembershipState.MEMBER, decided_by=decision.by, reason=decision.rule)
        if of_this.exists():
            reinstate_member(actor=actor, community=community, person=case.author)


def _is_of(until: datetime | None, suspended_until: datetime | None) -> bool:
    return until is not None and until == suspended_until


def _plain_member(case: Case) -> Membership:
    community = lock_community(case.community)
    membership = Membership.objects.members().filter(community=community, person=case.author).first()
    if membership is None:
        raise BusinessRuleError(_("The author is no longer a member of the community."))
    if membership.role != Role.MEMBER:
        raise BusinessRuleError(_("The author is in the team of the community: they must be stepped down first."))
    membership.community = community
    return membership


def _save_suspension(membership: Membership, actor: Any) -> None:
    membership.save(update_fields=["suspended_until", "suspended_for", "changed_at"])
    publish(MemberSuspended(community_id=membership.community_id, person_id=membership.person_id, actor_id=actor.pk))
