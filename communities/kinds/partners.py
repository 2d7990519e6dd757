"""News of external partners: who is told what."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import PlatformRole
from accounts.models import User
from communities import events
from communities.kinds.base import CommunityKind
from communities.models import Community, Membership, PartnerRequest
from core.kinds import Kind, Notice


class PartnerKind(Kind):
    """Base of the kinds that are about a request."""

    model = PartnerRequest
    related = ("community",)
    is_transactional = True

    def target(self, event: Any) -> PartnerRequest | None:
        return PartnerRequest.objects.select_related("community").filter(pk=event.request_id).first()

    def actor(self, event: Any) -> User | None:
        return User.objects.filter(pk=event.actor_id).first()


class PartnerAsked(PartnerKind):
    """Whoever accompanies the community answers, or else every community manager. Proposition 38."""

    name = "communities.partner_asked"
    event = events.PartnerRequested
    label = gettext_lazy("External partner to approve")

    def recipients(self, event: Any, target: PartnerRequest) -> QuerySet[User]:
        managers = User.objects.holding(PlatformRole.COMMUNITY_MANAGER)
        own = managers.filter(accompanied_communities=target.community_id).exclude(pk=target.requested_by_id)
        return own if own.exists() else managers

    def permission(self) -> str | None:
        return "communities.decide_partner_request"

    def notice(self, target: PartnerRequest, actor: User | None, data: dict[str, Any]) -> Notice:
        words = {
            "person": actor.full_name if actor else "",
            "partner": target.name,
            "organisation": target.organisation,
            "community": target.community.name,
        }
        text = (
            _("%(person)s asks that %(partner)s (%(organisation)s) stay longer in “%(community)s”.")
            if target.is_extension
            else _("%(person)s asks that %(partner)s (%(organisation)s) take part in “%(community)s”.")
        )
        return Notice(text % words, target.get_absolute_url(), detail=target.reason, action=_("Answer"))


class PartnerAnswered(PartnerKind):
    """Base of what an animator is answered."""

    def recipients(self, event: Any, target: PartnerRequest) -> QuerySet[User]:
        return User.objects.filter(pk=target.requested_by_id)


class PartnerAccepted(PartnerAnswered):
    """The partner is on the way."""

    name = "communities.partner_approved"
    event = events.PartnerApproved
    label = gettext_lazy("External partner approved")

    def notice(self, target: PartnerRequest, actor: User | None, data: dict[str, Any]) -> Notice:
        words = {
            "partner": target.name,
            "community": target.community.name,
            "day": date_format(target.last_day, "DATE_FORMAT"),
        }
        text = _("%(partner)s is approved for “%(community)s”, until %(day)s.") % words
        return Notice(text, target.get_absolute_url(), action=_("See the request"))


class PartnerDeclined(PartnerAnswered):
    """The partner does not come, and why."""

    name = "communities.partner_refused"
    event = events.PartnerRefused
    label = gettext_lazy("External partner refused")

    def notice(self, target: PartnerRequest, actor: User | None, data: dict[str, Any]) -> Notice:
        words = {"partner": target.name, "community": target.community.name}
        text = _("%(partner)s is not approved for “%(community)s”.") % words
        return Notice(text, target.get_absolute_url(), detail=target.refusal, action=_("See the request"))


class ToPartner(CommunityKind):
    """Base of what a partner is told of the last day of their participation."""

    is_transactional = True

    def recipients(self, event: Any, target: Community) -> QuerySet[User]:
        return User.objects.filter(pk=event.person_id)

    def data(self, event: Any) -> dict[str, Any]:
        return {"last_day": event.last_day}


class Prolonged(ToPartner):
    """A partner stays longer."""

    name = "communities.partner_prolonged"
    event = events.PartnerProlonged
    label = gettext_lazy("My participation has another end")

    def notice(self, target: Community, actor: User | None, data: dict[str, Any]) -> Notice:
        words = {"community": target.name, "day": _day(data)}
        text = _("You take part in “%(community)s” until %(day)s.") % words
        return Notice(text, target.get_absolute_url(), action=_("See the community"))


class Ending(ToPartner):
    """A partner is warned before the end."""

    name = "communities.partner_ending"
    event = events.MembershipEnding
    label = gettext_lazy("My participation comes to its end")

    def actor(self, event: Any) -> User | None:
        return None

    def notice(self, target: Community, actor: User | None, data: dict[str, Any]) -> Notice:
        words = {"community": target.name, "day": _day(data)}
        text = _("Your participation in “%(community)s” ends on %(day)s.") % words
        detail = _("If you are still needed, its animators can ask that it be prolonged.")
        return Notice(text, target.get_absolute_url(), detail=detail, action=_("See the community"))


class ToAnimators(CommunityKind):
    """Base of what animators are told of a partner of theirs, who stands as the one who did it."""

    def actor(self, event: Any) -> User | None:
        return User.objects.filter(pk=event.person_id).first()

    def recipients(self, event: Any, target: Community) -> QuerySet[User]:
        return User.objects.filter(pk__in=Membership.objects.animators().filter(community=target).values("person"))

    def permission(self) -> str | None:
        return "communities.animate_community"


class EndingForAnimators(ToAnimators):
    """The animators are warned too: they alone can ask for more time."""

    name = "communities.partner_ending_for_animators"
    event = events.MembershipEnding
    label = gettext_lazy("The participation of a partner comes to its end")
    is_transactional = True

    def data(self, event: Any) -> dict[str, Any]:
        return {"last_day": event.last_day}

    def notice(self, target: Community, actor: User | None, data: dict[str, Any]) -> Notice:
        words = {"partner": actor.full_name if actor else "", "community": target.name, "day": _day(data)}
        text = _("The participation of %(partner)s in “%(community)s” ends on %(day)s.") % words
        return Notice(text, reverse("communities:partner_list", args=[target.slug]), action=_("Prolong it"))


class Expired(ToAnimators):
    """The animators learn that a partner is gone."""

    name = "communities.partner_gone"
    event = events.MembershipExpired
    label = gettext_lazy("The participation of a partner is over")

    def notice(self, target: Community, actor: User | None, data: dict[str, Any]) -> Notice:
        words = {"partner": actor.full_name if actor else "", "community": target.name}
        text = _("The participation of %(partner)s in “%(community)s” is over.") % words
        return Notice(text, reverse("communities:partner_list", args=[target.slug]), action=_("See the partners"))


def _day(data: dict[str, Any]) -> str:
    return date_format(date.fromisoformat(data["last_day"]), "DATE_FORMAT")


KINDS = (PartnerAsked, PartnerAccepted, PartnerDeclined, Prolonged, Ending, EndingForAnimators, Expired)
