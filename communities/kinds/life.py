"""News of a community that opens, falls silent, or loses who leads it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Unit, User
from communities import events
from communities.enums import LifeStep, MembershipState, Role
from communities.kinds.base import CommunityKind, companions_of
from communities.models import Community, LifeQuestion, Membership
from core.kinds import Notice


def animators_of(community: Community) -> QuerySet[User]:
    """Whoever leads a community."""
    return User.objects.filter(pk__in=Membership.objects.animators().filter(community=community).values("person"))


class OpenedForUnit(CommunityKind):
    """The agents of the units for which it was made learn that it is open."""

    name = "communities.opened_for_unit"
    event = events.CommunityOpened
    label = gettext_lazy("A community made for my service opens")

    def recipients(self, event: Any, target: Community) -> QuerySet[User]:
        reached = Q(pk__in=[])
        for path in Unit.objects.filter(communities_meant_for=target).values_list("path", flat=True):
            reached |= Q(unit__path__startswith=path)
        told_otherwise = Membership.objects.filter(
            community=target, state__in=(MembershipState.MEMBER, MembershipState.INVITED, MembershipState.BANNED)
        )
        return User.objects.filter(reached, is_external=False).exclude(pk__in=told_otherwise.values("person"))

    def notice(self, target: Community, actor: User | None, data: dict[str, Any]) -> Notice:
        text = _("“%(community)s” is open: it was made for your service.") % {"community": target.name}
        return Notice(text, target.get_absolute_url(), detail=target.purpose, action=_("See the community"))


class StillUseful(CommunityKind):
    """« Is it still useful? », to those who lead it."""

    name = "communities.still_useful"
    event = events.UsefulnessAsked
    label = gettext_lazy("Is a community that I animate still useful?")
    related = ("question",)
    is_transactional = True

    def actor(self, event: Any) -> User | None:
        return None

    def recipients(self, event: Any, target: Community) -> QuerySet[User]:
        waiting = LifeQuestion.objects.waiting().filter(community=target).exists()
        return animators_of(target) if waiting else User.objects.none()

    def permission(self) -> str | None:
        return "communities.change_stage"

    def notice(self, target: Community, actor: User | None, data: dict[str, Any]) -> Notice:
        text = _("Is “%(community)s” still useful? One click answers.") % {"community": target.name}
        return Notice(text, _life_address(target), detail=_what_follows(target), action=_("Answer"))


class StepAnnounced(StillUseful):
    """What will follow within the week, since nobody has answered."""

    name = "communities.step_announced"
    event = events.LifeStepAnnounced  # type: ignore[assignment]
    label = gettext_lazy("A community that I animate is about to sleep, close or be archived")

    def data(self, event: Any) -> dict[str, Any]:
        return {"step": event.step}

    def notice(self, target: Community, actor: User | None, data: dict[str, Any]) -> Notice:
        words = {"community": target.name, "step": LifeStep(data["step"]).label}
        text = _("“%(community)s” without an answer, soon: %(step)s.") % words
        return Notice(text, _life_address(target), detail=_what_follows(target), action=_("Answer"))


class StepTaken(CommunityKind):
    """Silence has led further: to those who lead it and whoever accompanies them."""

    name = "communities.step_taken"
    event = events.LifeStepTaken
    label = gettext_lazy("A community sleeps, closes or is archived, for want of an answer")

    def actor(self, event: Any) -> User | None:
        return None

    def recipients(self, event: Any, target: Community) -> QuerySet[User]:
        either = Q(pk__in=animators_of(target).values("pk")) | Q(pk__in=companions_of(target).values("pk"))
        return User.objects.filter(either)

    def data(self, event: Any) -> dict[str, Any]:
        return {"step": event.step}

    def notice(self, target: Community, actor: User | None, data: dict[str, Any]) -> Notice:
        words = {"community": target.name, "step": LifeStep(data["step"]).label}
        text = _("Nobody has answered for “%(community)s”: %(step)s. It can be taken back.") % words
        return Notice(text, _life_address(target), action=_("See the community"))


class Orphaned(CommunityKind):
    """Nobody leads a community any more: to the community managers, who find somebody. Proposition 49."""

    name = "communities.orphaned"
    event = events.CommunityOrphaned
    label = gettext_lazy("A community that I accompany has lost its animators")
    is_transactional = True

    def actor(self, event: Any) -> User | None:
        return User.objects.filter(pk=event.successor_id).first() if event.successor_id else None

    def recipients(self, event: Any, target: Community) -> QuerySet[User]:
        return companions_of(target)

    def permission(self) -> str | None:
        return "communities.appoint_member"

    def notice(self, target: Community, actor: User | None, data: dict[str, Any]) -> Notice:
        words = {"community": target.name, "person": actor.full_name if actor else ""}
        text = (
            _("“%(community)s” has lost its animators; %(person)s, its moderator, leads it now.") % words
            if actor
            else _("“%(community)s” has lost its animators: nobody leads it.") % words
        )
        address = reverse("communities:community_members", args=[target.slug])
        return Notice(text, address, action=_("Find an animator"))


class LeftAlone(CommunityKind):
    """One animator is left: to them and whoever accompanies them."""

    name = "communities.animator_alone"
    event = events.AnimatorLeftAlone
    label = gettext_lazy("A community is led by one animator alone")

    def actor(self, event: Any) -> User | None:
        return User.objects.filter(pk=event.person_id).first()

    def recipients(self, event: Any, target: Community) -> QuerySet[User]:
        either = Q(pk__in=animators_of(target).values("pk")) | Q(pk__in=companions_of(target).values("pk"))
        return User.objects.filter(either)

    def permission(self) -> str | None:
        return "communities.appoint_member"

    def notice(self, target: Community, actor: User | None, data: dict[str, Any]) -> Notice:
        words = {"community": target.name, "person": actor.full_name if actor else ""}
        text = _("%(person)s no longer animates “%(community)s”: one animator is left.") % words
        address = reverse("communities:community_members", args=[target.slug])
        return Notice(text, address, action=_("Find a second animator"))


class LeftAloneByLeaving(LeftAlone):
    """The same where an animator left, was removed or banned."""

    name = "communities.animator_alone_by_leaving"
    event = events.MembershipEnded  # type: ignore[assignment]
    label = LeftAlone.label

    def recipients(self, event: Any, target: Community) -> QuerySet[User]:
        led = Membership.objects.filter(community=target, person=event.person_id, previous_role=Role.ANIMATOR)
        return super().recipients(event, target) if led.exists() and _is_alone(target) else User.objects.none()


class LeftAloneByStepDown(LeftAlone):
    """The same where an animator stepped down."""

    name = "communities.animator_alone_by_step_down"
    event = events.RoleChanged  # type: ignore[assignment]
    label = LeftAlone.label

    def recipients(self, event: Any, target: Community) -> QuerySet[User]:
        led = event.old == Role.ANIMATOR
        return super().recipients(event, target) if led and _is_alone(target) else User.objects.none()


def _is_alone(community: Community) -> bool:
    return community.memberships.animators().current().count() == 1


def _life_address(community: Community) -> str:
    return reverse("communities:life_question", args=[community.slug])


def _what_follows(community: Community) -> str:
    question = community.asked
    if question is None or question.next_at is None or question.next_step is None:
        return ""
    words = {
        "day": date_format(localtime(question.next_at), "j F Y"),
        "step": str(question.next_step.label).lower(),
    }
    return _("Without an answer, from %(day)s: %(step)s.") % words


KINDS = (
    OpenedForUnit,
    StillUseful,
    StepAnnounced,
    StepTaken,
    Orphaned,
    LeftAlone,
    LeftAloneByLeaving,
    LeftAloneByStepDown,
)
