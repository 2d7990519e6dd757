"""News of people: who is told what."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import events
from accounts.models import Deputy, User
from core.kinds import Kind, Notice


class StandIn(Kind):
    """Base of what a deputy is told."""

    model = Deputy
    related = ("sponsor",)
    is_transactional = True

    def target(self, event: Any) -> Deputy | None:
        return Deputy.objects.select_related("sponsor").filter(pk=event.deputy_id).first()

    def actor(self, event: Any) -> User | None:
        return User.objects.filter(deputies=event.deputy_id).first()

    def recipients(self, event: Any, target: Deputy) -> QuerySet[User]:
        return User.objects.filter(pk=target.deputy_id)


class NamedDeputy(StandIn):
    """A sponsor names the person to decide in their place."""

    name = "accounts.deputy_named"
    event = events.DeputyNamed
    label = gettext_lazy("Deciding in somebody’s place")

    def notice(self, target: Deputy, actor: User | None, data: dict[str, Any]) -> Notice:
        words = {
            "person": target.sponsor.full_name,
            "start": date_format(target.starts_on, "DATE_FORMAT"),
            "end": date_format(target.ends_on, "DATE_FORMAT"),
        }
        text = _("%(person)s names you their deputy from %(start)s to %(end)s.") % words
        detail = _("You decide in their place on what waits for them; your name is written beside theirs.")
        return Notice(text, reverse("accounts:deputy_list"), detail=detail, action=_("See what this means"))


class DeputyNoMore(StandIn):
    """A sponsor takes it back."""

    name = "accounts.deputy_withdrawn"
    event = events.DeputyWithdrawn
    label = gettext_lazy("No longer deciding in somebody’s place")

    def notice(self, target: Deputy, actor: User | None, data: dict[str, Any]) -> Notice:
        text = _("You are no longer the deputy of %(person)s.") % {"person": target.sponsor.full_name}
        return Notice(text, reverse("accounts:deputy_list"), action=_("See my deputies"))


KINDS = (NamedDeputy, DeputyNoMore)
