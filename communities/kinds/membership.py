"""News of memberships: who is told what."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from communities import events
from communities.enums import MembershipState, Role
from communities.kinds.base import CommunityKind
from communities.models import Community, Membership
from core.kinds import Notice


class ToPerson(CommunityKind):
    """News to the person whom the event names, as long as they stand where it left them."""

    state: MembershipState

    def recipients(self, event: Any, target: Community) -> QuerySet[User]:
        rows = Membership.objects.filter(community=target, person=event.person_id, state=self.state)
        return User.objects.filter(pk__in=rows.values("person"))


class Invited(ToPerson):
    """A person is invited. Proposition 44."""

    name = "communities.invited"
    event = events.MemberInvited
    label = gettext_lazy("Invitation to a community")
    is_transactional = True
    state = MembershipState.INVITED

    def notice(self, target: Community, actor: User | None, data: dict[str, Any]) -> Notice:
        return _invitation(target, actor)


class InvitedAtOpening(CommunityKind):
    """Who was invited during the preparation sees the community from its opening, and is told then."""

    name = "communities.invited_at_opening"
    event = events.CommunityOpened
    label = gettext_lazy("Invitation to a community that opens")
    is_transactional = True

    def actor(self, event: Any) -> User | None:
        return None

    def recipients(self, event: Any, target: Community) -> QuerySet[User]:
        rows = Membership.objects.filter(community=target, state=MembershipState.INVITED, role=Role.MEMBER)
        return User.objects.filter(pk__in=rows.values("person"))

    def notice(self, target: Community, actor: User | None, data: dict[str, Any]) -> Notice:
        return _invitation(target, actor)


class Opened(CommunityKind):
    """The members who were put in during the preparation learn that it is open."""

    name = "communities.opened"
    event = events.CommunityOpened
    label = gettext_lazy("One of my communities opens")

    def recipients(self, event: Any, target: Community) -> QuerySet[User]:
        return User.objects.filter(pk__in=Membership.objects.members().filter(community=target).values("person"))

    def notice(self, target: Community, actor: User | None, data: dict[str, Any]) -> Notice:
        text = _("“%(community)s” is open.") % {"community": target.name}
        return Notice(text, target.get_absolute_url(), action=_("See the community"))


class Requested(CommunityKind):
    """A person asks to come in; the team decides."""

    name = "communities.requested"
    event = events.MembershipRequested
    label = gettext_lazy("Request to join a community that I animate")

    def actor(self, event: Any) -> User | None:
        return User.objects.filter(pk=event.person_id).first()

    def recipients(self, event: Any, target: Community) -> QuerySet[User]:
        asks = Membership.objects.filter(
            community=target, person=event.person_id, state=MembershipState.REQUESTED
        ).exists()
        team = Membership.objects.team().filter(community=target)
        return User.objects.filter(pk__in=team.values("person")) if asks else User.objects.none()

    def permission(self) -> str | None:
        return "communities.admit_member"

    def notice(self, target: Community, actor: User | None, data: dict[str, Any]) -> Notice:
        words = {"person": actor.full_name if actor else "", "community": target.name}
        address = reverse("communities:community_members", args=[target.slug])
        text = _("%(person)s asks to join “%(community)s”.") % words
        return Notice(text, f"{address}#requests", action=_("Answer"))


class Admitted(ToPerson):
    """A person who asked is let in."""

    name = "communities.admitted"
    event = events.RequestAccepted
    label = gettext_lazy("Request to join accepted")
    is_transactional = True
    state = MembershipState.MEMBER

    def notice(self, target: Community, actor: User | None, data: dict[str, Any]) -> Notice:
        text = _("Your request is accepted: you are a member of “%(community)s”.") % {"community": target.name}
        return Notice(text, target.get_absolute_url(), action=_("See the community"))


class Refused(ToPerson):
    """A person who asked is not let in; the page says why."""

    name = "communities.refused"
    event = events.RequestRefused
    label = gettext_lazy("Request to join refused")
    is_transactional = True
    state = MembershipState.REFUSED

    def notice(self, target: Community, actor: User | None, data: dict[str, Any]) -> Notice:
        text = _("Your request to join “%(community)s” is refused; its page says why.") % {"community": target.name}
        return Notice(text, target.get_absolute_url(), action=_("See the community"))


class Appointed(ToPerson):
    """A person has another role in a community."""

    name = "communities.appointed"
    event = events.RoleChanged
    label = gettext_lazy("My role in a community changes")
    state = MembershipState.MEMBER

    def data(self, event: Any) -> dict[str, Any]:
        return {"role": event.new}

    def notice(self, target: Community, actor: User | None, data: dict[str, Any]) -> Notice:
        words = {"community": target.name, "role": Role(data["role"]).label}
        text = _("Your role in “%(community)s”: %(role)s.") % words
        return Notice(text, target.get_absolute_url(), action=_("See the community"))


def _invitation(community: Community, actor: User | None) -> Notice:
    words = {"person": actor.full_name if actor else "", "community": community.name}
    text = (
        _("%(person)s invites you to join “%(community)s”.") % words
        if actor
        else _("You are invited to join “%(community)s”.") % words
    )
    return Notice(text, community.get_absolute_url(), detail=community.purpose, action=_("Answer the invitation"))


KINDS = (Invited, InvitedAtOpening, Opened, Requested, Admitted, Refused, Appointed)
