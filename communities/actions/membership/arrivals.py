"""Coming in: at once where the door is open, or by a request that the team answers."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communities import events, limits
from communities.actions.membership.standing import REASON_MAX, S, Step, admit, check_invitation, save, stand
from communities.enums import Role
from communities.models import Community, Membership
from core.actions.acts import count_act
from core.actions.outbox import publish
from core.errors import BusinessRuleError
from core.policies import require


@transaction.atomic
def join_community(*, actor: User, community: Community) -> Membership:
    """Makes the person a member at once. Raises Forbidden where one must ask or be invited."""
    membership, old = stand(Step.JOIN, community, actor)
    if old == S.MEMBER:
        return membership
    require(actor, "communities.join_community", community)
    if old == S.INVITED:
        check_invitation(membership)
        if membership.is_over:
            raise BusinessRuleError(_("The time for which you were invited is over."))
    else:
        # Whoever comes by themselves comes to stay.
        membership.role, membership.ends_at = Role.MEMBER, None
    return admit(membership, actor)


@transaction.atomic
def request_membership(*, actor: User, community: Community, motivation: str = "") -> Membership:
    """Asks the team to be let in; `motivation` is read by them alone."""
    membership, old = stand(Step.REQUEST, community, actor)
    if old == S.REQUESTED:
        return membership
    require(actor, "communities.request_community", community)
    count_act(actor=actor, limit=limits.REQUEST)
    membership.role, membership.ends_at = Role.MEMBER, None
    membership.motivation, membership.reason, membership.decided_by = motivation.strip()[:REASON_MAX], "", None
    save(membership, S.REQUESTED)
    publish(events.MembershipRequested(community_id=community.pk, person_id=actor.pk))
    return membership


@transaction.atomic
def cancel_request(*, actor: User, community: Community) -> Membership:
    """Asks no longer; one's own request needs no permission to be taken back."""
    membership, old = stand(Step.CANCEL_REQUEST, community, actor)
    if old == S.REQUESTED:
        membership.motivation = ""
        save(membership, S.LEFT)
        publish(events.RequestCancelled(community_id=community.pk, person_id=actor.pk))
    return membership


@transaction.atomic
def accept_request(*, actor: Any, community: Community, person: User) -> Membership:
    """Lets in a person who asked."""
    membership, old = stand(Step.ACCEPT_REQUEST, community, person, actor=actor, permission="communities.admit_member")
    if old == S.MEMBER:
        return membership
    if person.is_external or not person.is_current:
        raise BusinessRuleError(_("This account is closed, or that of a partner, who comes in another way."))
    membership.decided_by_id = actor.pk
    publish(events.RequestAccepted(community_id=community.pk, person_id=person.pk, actor_id=actor.pk))
    return admit(membership, actor)


@transaction.atomic
def refuse_request(*, actor: Any, community: Community, person: User, reason: str) -> Membership:
    """Does not let a person in, and says why: the person reads `reason`, which may not be empty."""
    membership, old = stand(Step.REFUSE_REQUEST, community, person, actor=actor, permission="communities.admit_member")
    if old == S.REFUSED:
        return membership
    if not reason.strip():
        raise BusinessRuleError(_("Say why: the person will read it."))
    membership.reason, membership.decided_by_id = reason.strip()[:REASON_MAX], actor.pk
    save(membership, S.REFUSED)
    publish(events.RequestRefused(community_id=community.pk, person_id=person.pk, actor_id=actor.pk))
    return membership
