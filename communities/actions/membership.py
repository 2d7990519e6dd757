"""How people come into communities and go: one table of what leads where, and one function a verb."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communities import events
from communities.actions.activity import record_activity
from communities.actions.limits import require_room_to_invite
from communities.actions.locks import lock_community
from communities.enums import TEAM_ROLES, MembershipState, Role, Verb
from communities.models import Activity, Community, Membership
from core.actions.audit import record_audit
from core.actions.outbox import publish
from core.errors import BusinessRuleError, Forbidden
from core.policies import may, require
from core.system import System

# How long a leaving or a removal can be taken back.
UNDO_TIME = timedelta(hours=1)
REASON_MAX = 500


class Step(StrEnum):
    """What moves a membership."""

    JOIN = "join"
    REQUEST = "request"
    CANCEL_REQUEST = "cancel_request"
    ACCEPT_REQUEST = "accept_request"
    REFUSE_REQUEST = "refuse_request"
    INVITE = "invite"
    ACCEPT_INVITATION = "accept_invitation"
    DECLINE_INVITATION = "decline_invitation"
    WITHDRAW_INVITATION = "withdraw_invitation"
    LEAVE = "leave"
    REMOVE = "remove"
    BAN = "ban"
    UNBAN = "unban"
    UNDO = "undo"


S = MembershipState
# Nobody stands yet with the community: no row.
STRANGER = None

# From where each step leads where; what is not here is refused. LEFT is outside again, whoever wanted it. Where both
# ends are the same, a second click finds done what it asks for.
TRANSITIONS: dict[Step, dict[MembershipState | None, MembershipState]] = {
    Step.JOIN: {
        STRANGER: S.MEMBER,
        S.INVITED: S.MEMBER,
        S.REQUESTED: S.MEMBER,
        S.REFUSED: S.MEMBER,
        S.LEFT: S.MEMBER,
        S.MEMBER: S.MEMBER,
    },
    Step.REQUEST: {
        STRANGER: S.REQUESTED,
        S.REFUSED: S.REQUESTED,
        S.LEFT: S.REQUESTED,
        S.REQUESTED: S.REQUESTED,
    },
    Step.CANCEL_REQUEST: {S.REQUESTED: S.LEFT, S.LEFT: S.LEFT},
    Step.ACCEPT_REQUEST: {S.REQUESTED: S.MEMBER, S.MEMBER: S.MEMBER},
    Step.REFUSE_REQUEST: {S.REQUESTED: S.REFUSED, S.REFUSED: S.REFUSED},
    Step.INVITE: {
        STRANGER: S.INVITED,
        S.REFUSED: S.INVITED,
        S.LEFT: S.INVITED,
        S.INVITED: S.INVITED,
        # Who asks and is invited need not answer.
        S.REQUESTED: S.MEMBER,
    },
    Step.ACCEPT_INVITATION: {S.INVITED: S.MEMBER, S.MEMBER: S.MEMBER},
    Step.DECLINE_INVITATION: {S.INVITED: S.LEFT, S.LEFT: S.LEFT},
    Step.WITHDRAW_INVITATION: {S.INVITED: S.LEFT, S.LEFT: S.LEFT},
    Step.LEAVE: {S.MEMBER: S.LEFT, S.LEFT: S.LEFT},
    Step.REMOVE: {S.MEMBER: S.LEFT, S.LEFT: S.LEFT},
    Step.BAN: {
        S.MEMBER: S.BANNED,
        S.INVITED: S.BANNED,
        S.REQUESTED: S.BANNED,
        S.REFUSED: S.BANNED,
        S.LEFT: S.BANNED,
        S.BANNED: S.BANNED,
    },
    Step.UNBAN: {S.BANNED: S.LEFT, S.LEFT: S.LEFT},
    Step.UNDO: {S.LEFT: S.MEMBER, S.MEMBER: S.MEMBER},
}


class NotPossibleNow(BusinessRuleError):
    """The membership no longer stands where the step starts from."""


class LastAnimator(BusinessRuleError):
    """A community would be left without anybody to lead it."""


# --- Coming in


@transaction.atomic
def join_community(*, actor: User, community: Community) -> Membership:
    """Makes the person a member at once. Raises Forbidden where one must ask or be invited."""
    membership, old = _stand(Step.JOIN, community, actor)
    if membership.state == S.MEMBER:
        return membership
    require(actor, "communities.join_community", community)
    if old == S.INVITED:
        _check_inviter(membership)
    else:
        membership.role = Role.MEMBER
    return _admit(membership, actor)


@transaction.atomic
def request_membership(*, actor: User, community: Community, motivation: str = "") -> Membership:
    """Asks the team to be let in; `motivation` is read by them alone."""
    membership, old = _stand(Step.REQUEST, community, actor)
    if old == S.REQUESTED:
        return membership
    require(actor, "communities.request_community", community)
    membership.role = Role.MEMBER
    membership.motivation, membership.reason, membership.decided_by = motivation.strip()[:REASON_MAX], "", None
    _save(membership, S.REQUESTED)
    publish(events.MembershipRequested(community_id=community.pk, person_id=actor.pk))
    return membership


@transaction.atomic
def cancel_request(*, actor: User, community: Community) -> Membership:
    """Asks no longer; one's own request needs no permission to be taken back."""
    membership, old = _stand(Step.CANCEL_REQUEST, community, actor)
    if old == S.REQUESTED:
        membership.motivation = ""
        _save(membership, S.LEFT)
        publish(events.RequestCancelled(community_id=community.pk, person_id=actor.pk))
    return membership


@transaction.atomic
def accept_request(*, actor: Any, community: Community, person: User) -> Membership:
    """Lets in a person who asked."""
    membership, old = _stand(Step.ACCEPT_REQUEST, community, person, actor=actor, permission="communities.admit_member")
    if old == S.MEMBER:
        return membership
    membership.decided_by_id = actor.pk
    publish(events.RequestAccepted(community_id=community.pk, person_id=person.pk, actor_id=actor.pk))
    return _admit(membership, actor)


@transaction.atomic
def refuse_request(*, actor: Any, community: Community, person: User, reason: str) -> Membership:
    """Does not let a person in, and says why: the person reads `reason`, which may not be empty."""
    membership, old = _stand(Step.REFUSE_REQUEST, community, person, actor=actor, permission="communities.admit_member")
    if old == S.REFUSED:
        return membership
    if not reason.strip():
        raise BusinessRuleError(_("Say why: the person will read it."))
    membership.reason, membership.decided_by_id = reason.strip()[:REASON_MAX], actor.pk
    _save(membership, S.REFUSED)
    publish(events.RequestRefused(community_id=community.pk, person_id=person.pk, actor_id=actor.pk))
    return membership


# --- Being invited


@transaction.atomic
def invite_member(*, actor: Any, community: Community, person: User, role: Role = Role.MEMBER) -> Membership:
    """Invites a person who has an account; externals come in no other way. Proposition 44.

    A role above member also needs the right to appoint. Raises BusinessRuleError for an account that is closed, for
    an external in the team and for someone who was banned or is a member already.
    """
    membership, old = _stand(Step.INVITE, community, person, actor=actor, permission="communities.invite_member")
    if role in TEAM_ROLES:
        require(actor, "communities.appoint_member", community)
        _check_team(person)
    if not person.is_current:
        raise BusinessRuleError(_("This account is closed."))
    if old == S.REQUESTED:
        return accept_request(actor=actor, community=community, person=person)
    require_room_to_invite(actor)
    membership.role, membership.decided_by_id, membership.reason = role, actor.pk, ""
    _save(membership, S.INVITED)
    if old != S.INVITED:
        publish(events.MemberInvited(community_id=community.pk, person_id=person.pk, actor_id=actor.pk))
    return membership


@transaction.atomic
def accept_invitation(*, actor: User, community: Community) -> Membership:
    """Becomes a member with the role of the invitation; raises BusinessRuleError once its sender may not invite."""
    membership, old = _stand(Step.ACCEPT_INVITATION, community, actor)
    if old == S.MEMBER:
        return membership
    require(actor, "communities.join_community", community)
    _check_inviter(membership)
    return _admit(membership, actor)


@transaction.atomic
def decline_invitation(*, actor: User, community: Community) -> Membership:
    """Says no; the community may invite again."""
    membership, old = _stand(Step.DECLINE_INVITATION, community, actor)
    if old == S.INVITED:
        _end_invitation(membership, actor)
    return membership


@transaction.atomic
def withdraw_invitation(*, actor: Any, community: Community, person: User) -> Membership:
    """Takes an invitation back before it is answered."""
    membership, old = _stand(
        Step.WITHDRAW_INVITATION, community, person, actor=actor, permission="communities.invite_member"
    )
    if old == S.INVITED:
        _end_invitation(membership, actor)
    return membership


# --- Going


@transaction.atomic
def leave_community(*, actor: User, community: Community) -> Membership:
    """Leaves; can be undone for `UNDO_TIME`. Raises LastAnimator where nobody would lead the community."""
    membership, old = _stand(Step.LEAVE, community, actor)
    if old == S.LEFT:
        return membership
    require(actor, "communities.leave_community", community)
    return _end(membership, S.LEFT, actor)


@transaction.atomic
def remove_member(*, actor: Any, community: Community, person: User, reason: str = "") -> Membership:
    """Takes a member below oneself out; they may come back by the ordinary way in. Can be undone for `UNDO_TIME`."""
    membership, old = _stand(Step.REMOVE, community, person, actor=actor, permission="communities.remove_member")
    if old == S.LEFT:
        return membership
    require_above(actor, membership)
    membership.reason = reason.strip()[:REASON_MAX]
    return _end(membership, S.LEFT, actor)


@transaction.atomic
def ban_member(*, actor: Any, community: Community, person: User, reason: str) -> Membership:
    """Takes a person below oneself out and keeps the door closed until `unban_member`; audited."""
    membership, old = _stand(Step.BAN, community, person, actor=actor, permission="communities.remove_member")
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
    membership, old = _stand(Step.UNBAN, community, person, actor=actor, permission="communities.remove_member")
    if old == S.LEFT:
        return membership
    membership.reason, membership.previous_state, membership.previous_role = "", "", ""
    membership.decided_by_id = actor.pk
    _save(membership, S.LEFT)
    record_audit(actor=actor, verb="communities.unbanned", target=community, person=person.pk)
    publish(events.MemberUnbanned(community_id=community.pk, person_id=person.pk, actor_id=actor.pk))
    return membership


@transaction.atomic
def undo_end(*, actor: Any, community: Community, person: User) -> Membership:
    """Takes back a leaving (by the person) or a removal (by the team): everything stands as before. Proposition 26.

    Raises BusinessRuleError after `UNDO_TIME`, and Forbidden to the one who was removed.
    """
    is_own = actor.pk == person.pk
    permission = "" if is_own else "communities.remove_member"
    membership, old = _stand(Step.UNDO, community, person, actor=actor, permission=permission)
    if old == S.MEMBER:
        return membership
    if not can_undo(membership):
        raise NotPossibleNow(_("This can no longer be undone."))
    if is_own != (membership.decided_by_id == person.pk):
        raise Forbidden("communities.remove_member")
    if not is_own:
        require_above(actor, membership, Role(membership.previous_role))
    membership.role, membership.reason = Role(membership.previous_role), ""
    _save(membership, S.MEMBER)
    publish(events.MemberJoined(community_id=community.pk, person_id=person.pk, actor_id=actor.pk))
    return membership


def can_undo(membership: Membership) -> bool:
    """Whether this end of a membership can still be taken back."""
    was_member = membership.state == S.LEFT and membership.previous_state == S.MEMBER
    return was_member and membership.changed_at > timezone.now() - UNDO_TIME


# --- What the rules stand on


def require_above(actor: Any, membership: Membership, role: Role | None = None) -> None:
    """Raises Forbidden unless the actor's role in the community is above the member's (or above `role`)."""
    if isinstance(actor, System):
        return
    if actor.pk == membership.person_id:
        raise BusinessRuleError(_("You cannot do this to yourself."))
    own = Membership.objects.members().filter(community=membership.community_id, person=actor).first()
    theirs = role or (Role(membership.role) if membership.state == S.MEMBER else Role.MEMBER)
    if own is None or Role(own.role).rank <= theirs.rank:
        raise Forbidden("communities.remove_member", _("Only someone with a higher role in the community can do this."))


def check_an_animator_stays(membership: Membership) -> None:
    """Raises LastAnimator where nobody but this member leads the community; the caller holds the community."""
    others = Membership.objects.animators().current().filter(community=membership.community_id)
    if membership.role == Role.ANIMATOR and not others.exclude(pk=membership.pk).exists():
        raise LastAnimator(_("A community always has an animator. Appoint another one first."))


def _check_team(person: User) -> None:
    if person.is_external:
        raise BusinessRuleError(_("An external partner takes part as a member; they cannot lead or moderate."))


def _check_inviter(membership: Membership) -> None:
    inviter = membership.decided_by
    permissions = ["communities.invite_member"]
    if membership.role in TEAM_ROLES:
        permissions.append("communities.appoint_member")
    if inviter and not all(may(inviter, permission, membership.community) for permission in permissions):
        raise BusinessRuleError(_("This invitation no longer holds: whoever sent it may not invite any more."))


def _stand(
    step: Step, community: Community, person: User, *, actor: Any = None, permission: str = ""
) -> tuple[Membership, MembershipState | None]:
    """The membership, new where there is none, and where it stands, with the community held and the step allowed.

    `permission` is asked while the community is held, so that nobody changes rights between the look and the leap, and
    before a word is said of where another person stands.
    """
    community = lock_community(community)
    if permission:
        require(actor, permission, community)
    membership = Membership.objects.filter(community=community, person=person).select_related("decided_by").first()
    old = S(membership.state) if membership else STRANGER
    if old not in TRANSITIONS[step]:
        raise NotPossibleNow(_WORDS.get((step, old)) or _WORDS_FOR_STATE[old])
    membership = membership or Membership(person=person, role=Role.MEMBER)
    membership.community = community
    return membership, old


_WORDS: dict[tuple[Step, MembershipState | None], Any] = {
    (Step.INVITE, S.MEMBER): _("This person is already a member."),
    (Step.INVITE, S.BANNED): _("This person was banned. Lift the ban first."),
    (Step.REQUEST, S.INVITED): _("You are invited: you need not ask, accept the invitation."),
    (Step.REQUEST, S.MEMBER): _("You are already a member."),
    (Step.REFUSE_REQUEST, S.MEMBER): _("This person has been let in meanwhile."),
    (Step.ACCEPT_REQUEST, S.REFUSED): _("This request has been refused meanwhile."),
    (Step.ACCEPT_REQUEST, S.LEFT): _("This person no longer asks to come in."),
    (Step.REFUSE_REQUEST, S.LEFT): _("This person no longer asks to come in."),
}
_WORDS_FOR_STATE = {
    STRANGER: _("This person is not a member of the community."),
    S.INVITED: _("An invitation is waiting for an answer."),
    S.REQUESTED: _("A request to join is waiting for an answer."),
    S.REFUSED: _("The request to join has been refused."),
    S.MEMBER: _("This person is a member of the community."),
    S.LEFT: _("This person is no longer in the community."),
    S.BANNED: _("This person was banned from the community."),
}


def _admit(membership: Membership, actor: Any) -> Membership:
    membership.joined_at, membership.reason = timezone.now(), ""
    # What was said before is there to be read, and not news.
    newest = Activity.objects.entries().filter(community=membership.community).order_by("-pk")
    membership.seen_entry_id = max(membership.seen_entry_id, newest.values_list("pk", flat=True).first() or 0)
    _save(membership, S.MEMBER)
    record_activity(
        actor=membership.person, community=membership.community, verb=Verb.JOINED, target=membership.community
    )
    publish(
        events.MemberJoined(community_id=membership.community_id, person_id=membership.person_id, actor_id=actor.pk)
    )
    return membership


def _end(membership: Membership, new: MembershipState, actor: Any) -> Membership:
    was_member = membership.state == S.MEMBER
    if was_member:
        check_an_animator_stays(membership)
    membership.previous_state, membership.previous_role = membership.state, membership.role
    membership.role, membership.decided_by_id = Role.MEMBER, actor.pk
    _save(membership, new)
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


def _end_invitation(membership: Membership, actor: Any) -> None:
    membership.role, membership.decided_by_id = Role.MEMBER, actor.pk
    _save(membership, S.LEFT)
    publish(
        events.InvitationEnded(community_id=membership.community_id, person_id=membership.person_id, actor_id=actor.pk)
    )


def _save(membership: Membership, state: MembershipState) -> None:
    if state not in {S.LEFT, S.BANNED}:
        # What follows an end is no longer undone by undoing it: a declined invitation would give an old role back.
        membership.previous_state = membership.previous_role = ""
    membership.state = state
    membership.save()
