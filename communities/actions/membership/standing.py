"""How one person stands with one community: one table of what leads where, and what its steps have in common."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communities.actions.activity import record_activity
from communities.actions.locks import lock_community
from communities.enums import TEAM_ROLES, MembershipState, Role, Verb
from communities.events import MemberJoined
from communities.models import Activity, Community, Membership
from core.actions.outbox import publish
from core.errors import BusinessRuleError, Forbidden
from core.policies import may, require
from core.system import System

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
    REINSTATE = "reinstate"
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
    Step.REINSTATE: {S.BANNED: S.MEMBER, S.MEMBER: S.MEMBER},
    Step.UNDO: {S.LEFT: S.MEMBER, S.MEMBER: S.MEMBER},
}


class NotPossibleNow(BusinessRuleError):
    """The membership no longer stands where the step starts from."""


class LastAnimator(BusinessRuleError):
    """A community would be left without anybody to lead it."""


def require_above(actor: Any, membership: Membership, role: Role | None = None) -> None:
    """Raises Forbidden unless the actor's role in the community is above the member's (or above `role`)."""
    if isinstance(actor, System):
        return
    if actor.pk == membership.person_id:
        raise BusinessRuleError(_("You cannot do this to yourself."))
    own = Membership.objects.members().filter(community=membership.community_id, person=actor).first()
    theirs = role or (Role(membership.role) if membership.is_member else Role.MEMBER)
    if own is None or Role(own.role).rank <= theirs.rank:
        raise Forbidden("communities.remove_member", _("Only someone with a higher role in the community can do this."))


def check_an_animator_stays(membership: Membership) -> None:
    """Raises LastAnimator where nobody but this member leads the community; the caller holds the community."""
    others = Membership.objects.animators().current().filter(community=membership.community_id)
    if membership.role == Role.ANIMATOR and not others.exclude(pk=membership.pk).exists():
        raise LastAnimator(_("A community always has an animator. Appoint another one first."))


def check_may_lead(person: User, role: Role) -> None:
    """Raises BusinessRuleError where an external would be in the team of a community."""
    if role in TEAM_ROLES and person.is_external:
        raise BusinessRuleError(_("An external partner takes part as a member; they cannot lead or moderate."))


def check_invitation(membership: Membership) -> None:
    """Raises BusinessRuleError where what was right when the invitation was sent no longer is."""
    inviter, role = membership.decided_by, Role(membership.role)
    permissions = ["communities.invite_member"]
    if role in TEAM_ROLES:
        permissions.append("communities.appoint_member")
    if inviter and not all(may(inviter, permission, membership.community) for permission in permissions):
        raise BusinessRuleError(_("This invitation no longer holds: whoever sent it may not invite any more."))
    check_may_lead(membership.person, role)
    if membership.person.is_external and not membership.community.allows_partners:
        raise BusinessRuleError(_("This community no longer takes external partners."))


def stand(
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
    old = membership.standing if membership else STRANGER
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


def admit(membership: Membership, actor: Any) -> Membership:
    """Makes a member of who stands there, with the role that the membership holds, and says so."""
    membership.joined_at, membership.reason = timezone.now(), ""
    # What was said before is there to be read, and not news.
    newest = Activity.objects.entries().filter(community=membership.community).order_by("-pk")
    membership.seen_entry_id = max(membership.seen_entry_id, newest.values_list("pk", flat=True).first() or 0)
    save(membership, S.MEMBER)
    record_activity(
        actor=membership.person, community=membership.community, verb=Verb.JOINED, target=membership.community
    )
    publish(MemberJoined(community_id=membership.community_id, person_id=membership.person_id, actor_id=actor.pk))
    return membership


def save(membership: Membership, state: MembershipState) -> None:
    """Moves a membership that `stand` gave to the state that its step leads to."""
    if state not in {S.LEFT, S.BANNED}:
        # What follows an end is no longer undone by undoing it: a declined invitation would give an old role back.
        membership.previous_state = membership.previous_role = ""
    membership.state = state
    membership.save()
