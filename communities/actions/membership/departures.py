"""Going: by leaving, by being removed or banned; and what takes an end back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communities import events
from communities.actions.membership.standing import (
    REASON_MAX,
    NotPossibleNow,
    S,
    Step,
    check_an_animator_stays,
    check_may_lead,
    require_above,
    save,
    stand,
)
from communities.enums import MembershipState, Role
from communities.models import Community, Membership
from core.actions.audit import record_audit
from core.actions.outbox import publish
from core.errors import BusinessRuleError, Forbidden
from core.policies import require

# How long a leaving or a removal can be taken back.
UNDO_TIME = timedelta(hours=1)


@transaction.atomic
def leave_community(*, actor: User, community: Community) -> Membership:
    """Leaves; can be undone for `UNDO_TIME`. Raises LastAnimator where nobody would lead the community."""
    membership, old = stand(Step.LEAVE, community, actor)
    if old == S.LEFT:
        return membership
    require(actor, "communities.leave_community", community)
    return _end(membership, S.LEFT, actor)


@transaction.atomic
def remove_member(*, actor: Any, community: Community, person: User, reason: str = "") -> Membership:
    """Takes a member below oneself out; they may come back by the ordinary way in. Can be undone for `UNDO_TIME`."""
    membership, old = stand(Step.REMOVE, community, person, actor=actor, permission="communities.remove_member")
    if old == S.LEFT:
        return membership
    require_above(actor, membership)
    membership.reason = reason.strip()[:REASON_MAX]
    return _end(membership, S.LEFT, actor)


@transaction.atomic
def ban_member(*, actor: Any, community: Community, person: User, reason: str) -> Membership:
    """Takes a person below oneself out and keeps the door closed until `unban_member`; audited."""
    membership, old = stand(Step.BAN, community, person, actor=actor, permission="communities.remove_member")
    if old == S.BANNED:
        return membership
    require_above(actor, membership)
    if not reason.strip():
        raise BusinessRuleError(_("Say why: it is kept with the ban."))
    membership.reason = reason.strip()[:REASON_MAX]
    record_audit(actor=actor, verb="communities.banned", target=community, person=person.pk, reason=membership.reason)
    return _end(membership, S.BANNED, actor)


@transaction.atomic
def unban_member(*, actor: Any, community: Community, person: User) -> Membership:
    """Opens the door again; the person is not a member by it. Audited."""
    membership, old = stand(Step.UNBAN, community, person, actor=actor, permission="communities.remove_member")
    if old == S.LEFT:
        return membership
    membership.reason, membership.previous_state, membership.previous_role = "", "", ""
    membership.decided_by_id = actor.pk
    save(membership, S.LEFT)
    record_audit(actor=actor, verb="communities.unbanned", target=community, person=person.pk)
    publish(events.MemberUnbanned(community_id=community.pk, person_id=person.pk, actor_id=actor.pk))
    return membership


def exclude_member(*, actor: Any, community: Community, person: User, reason: str) -> Membership:
    """Bans a member as a decision of moderation says; part of the decision, which has asked for the right."""
    membership, _old = stand(Step.BAN, community, person)
    membership.reason = reason.strip()[:REASON_MAX]
    record_audit(actor=actor, verb="communities.banned", target=community, person=person.pk, reason=membership.reason)
    return _end(membership, S.BANNED, actor)


def reinstate_member(*, actor: Any, community: Community, person: User) -> Membership:
    """Makes a member again of a banned person; part of the decision that takes the ban back, which may."""
    membership, old = stand(Step.REINSTATE, community, person)
    if old == S.MEMBER:
        return membership
    membership.role, membership.reason, membership.decided_by_id = Role.MEMBER, "", actor.pk
    save(membership, S.MEMBER)
    record_audit(actor=actor, verb="communities.unbanned", target=community, person=person.pk)
    publish(events.MemberJoined(community_id=community.pk, person_id=person.pk, actor_id=actor.pk))
    return membership


@transaction.atomic
def undo_end(*, actor: Any, community: Community, person: User) -> Membership:
    """Takes back a leaving (by the person) or a removal (by the team): everything stands as before. Proposition 26.

    Raises BusinessRuleError after `UNDO_TIME`, and Forbidden to the one who was removed.
    """
    is_own = actor.pk == person.pk
    permission = "" if is_own else "communities.remove_member"
    membership, old = stand(Step.UNDO, community, person, actor=actor, permission=permission)
    if old == S.MEMBER:
        return membership
    if not can_undo(membership):
        raise NotPossibleNow(_("This can no longer be undone."))
    if is_own != (membership.decided_by_id == person.pk):
        raise Forbidden("communities.remove_member")
    if not is_own:
        require_above(actor, membership, Role(membership.previous_role))
    check_may_lead(person, Role(membership.previous_role))
    membership.role, membership.reason = Role(membership.previous_role), ""
    save(membership, S.MEMBER)
    publish(events.MemberJoined(community_id=community.pk, person_id=person.pk, actor_id=actor.pk))
    return membership


def can_undo(membership: Membership) -> bool:
    """Whether this end of a membership can still be taken back."""
    was_member = membership.state == S.LEFT and membership.previous_state == S.MEMBER and not membership.is_over
    return was_member and membership.changed_at > timezone.now() - UNDO_TIME


def _end(membership: Membership, new: MembershipState, actor: Any) -> Membership:
    was_member = membership.state == S.MEMBER
    if was_member:
        check_an_animator_stays(membership)
    membership.previous_state, membership.previous_role = membership.state, membership.role
    membership.role, membership.decided_by_id = Role.MEMBER, actor.pk
    save(membership, new)
    if was_member:
        publish(
            events.MembershipEnded(
                community_id=membership.community_id,
                person_id=membership.person_id,
                actor_id=actor.pk,
                is_ban=new == S.BANNED,
            )
        )
    return membership
