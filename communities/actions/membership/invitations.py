"""Being invited: by the team, with a role; whoever is invited says yes or no."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communities import events, limits
from communities.actions.membership.arrivals import accept_request
from communities.actions.membership.standing import S, Step, admit, check_invitation, check_may_lead, save, stand
from communities.enums import TEAM_ROLES, RequestState, Role
from communities.models import Community, Membership, PartnerRequest
from core.actions.acts import count_act
from core.actions.outbox import publish
from core.errors import BusinessRuleError
from core.policies import require


@transaction.atomic
def invite_member(
    *,
    actor: Any,
    community: Community,
    person: User,
    role: Role = Role.MEMBER,
    ends_at: datetime | None = None,
) -> Membership:
    """Invites a person who has an account; externals come in no other way. Propositions 38, 44.

    A role above member also needs the right to appoint, an external the approval of a community manager for a time that
    ends at `ends_at`. Raises BusinessRuleError without it, for an account that is closed, for an external in the team
    and for someone who was banned or is a member already.
    """
    membership, old = stand(Step.INVITE, community, person, actor=actor, permission="communities.invite_member")
    if role in TEAM_ROLES:
        require(actor, "communities.appoint_member", community)
        check_may_lead(person, role)
    if not person.is_current:
        raise BusinessRuleError(_("This account is closed."))
    if person.is_external:
        _check_approval(community, person, ends_at)
    membership.ends_at, membership.warned_days = ends_at, None
    if old == S.REQUESTED:
        return accept_request(actor=actor, community=community, person=person)
    if old != S.INVITED:
        count_act(actor=actor, limit=limits.INVITE)
    membership.role, membership.decided_by_id, membership.reason = role, actor.pk, ""
    save(membership, S.INVITED)
    if old != S.INVITED:
        publish(events.MemberInvited(community_id=community.pk, person_id=person.pk, actor_id=actor.pk))
    return membership


@transaction.atomic
def accept_invitation(*, actor: User, community: Community) -> Membership:
    """Becomes a member with the role of the invitation; raises BusinessRuleError once its sender may not
    invite or the person may not have that role."""
    membership, old = stand(Step.ACCEPT_INVITATION, community, actor)
    if old == S.MEMBER:
        return membership
    require(actor, "communities.join_community", community)
    check_invitation(membership)
    if membership.is_over:
        raise BusinessRuleError(_("The time for which you were invited is over."))
    return admit(membership, actor)


@transaction.atomic
def decline_invitation(*, actor: User, community: Community) -> Membership:
    """Says no; the community may invite again."""
    membership, old = stand(Step.DECLINE_INVITATION, community, actor)
    if old == S.INVITED:
        _end_invitation(membership, actor)
    return membership


@transaction.atomic
def withdraw_invitation(*, actor: Any, community: Community, person: User) -> Membership:
    """Takes an invitation back before it is answered."""
    membership, old = stand(
        Step.WITHDRAW_INVITATION, community, person, actor=actor, permission="communities.invite_member"
    )
    if old == S.INVITED:
        _end_invitation(membership, actor)
    return membership


def _check_approval(community: Community, person: User, ends_at: datetime | None) -> None:
    approved = PartnerRequest.objects.filter(community=community, email=person.email, state=RequestState.APPROVED)
    if ends_at is None or ends_at <= timezone.now() or not approved.exists():
        raise BusinessRuleError(
            _("A partner comes for a time, once a community manager has approved it: ask on the page “Partners”.")
        )


def _end_invitation(membership: Membership, actor: Any) -> None:
    membership.role, membership.decided_by_id = Role.MEMBER, actor.pk
    save(membership, S.LEFT)
    publish(
        events.InvitationEnded(community_id=membership.community_id, person_id=membership.person_id, actor_id=actor.pk)
    )
