"""What a community needs before it opens. Propositions 13, 33, 44."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.models import Activity, Community, Roadmap
from core.models import ParameterValue

ANIMATORS: Final = 2


@dataclass(frozen=True)
class Check:
    """One step of the preparation: its words, whether it is done, what is missing otherwise, and where one does it."""

    key: str
    title: str
    is_done: bool
    missing: str
    address: str
    action: str


def checklist_of(community: Community) -> list[Check]:
    """Every step, in the order in which a team takes them; one query a step at most."""
    return [check(community) for check in CHECKS]


def what_is_missing(community: Community) -> list[Check]:
    """The steps that are not done."""
    return [check for check in checklist_of(community) if not check.is_done]


def _address(name: str, community: Community) -> str:
    return reverse(f"communities:{name}", args=[community.slug])


def _roadmap(community: Community) -> Check:
    wanted = Q(objectives__isnull=False, milestones__due_on__isnull=False)
    return Check(
        key="roadmap",
        title=_("A roadmap with an objective and a dated milestone"),
        is_done=Roadmap.objects.filter(wanted, community=community).exists(),
        missing=_("Give the roadmap an objective and a dated milestone."),
        address=_address("roadmap_detail", community),
        action=_("Write the roadmap"),
    )


def _contents(community: Community) -> Check:
    wanted = ParameterValue.objects.number("communities.first_contents")
    written = Activity.objects.entries().filter(community=community).count()
    more = wanted - written
    return Check(
        key="contents",
        title=ngettext("%(count)d first content", "%(count)d first contents", wanted) % {"count": wanted},
        is_done=more <= 0,
        missing=ngettext("Write %(count)d more post.", "Write %(count)d more posts.", more) % {"count": more},
        address=community.get_absolute_url(),
        action=_("Write a post"),
    )


def _animators(community: Community) -> Check:
    count = community.memberships.animators().current().count()
    return Check(
        key="animators",
        title=_("Two animators"),
        is_done=count >= ANIMATORS,
        missing=_("Find a second animator, so that nobody leads it alone."),
        address=_address("community_members", community),
        action=_("Invite an animator"),
    )


def _welcome(community: Community) -> Check:
    return Check(
        key="welcome",
        title=_("A word of welcome"),
        is_done=bool(community.welcome.strip()),
        missing=_("Write the word of welcome that newcomers will read."),
        address=f"{_address('community_settings', community)}#id_welcome",
        action=_("Write it"),
    )


def _access(community: Community) -> Check:
    return Check(
        key="access",
        title=_("Access read again"),
        is_done=community.access_read_at is not None,
        missing=_("Read again who will see the community, and confirm it."),
        address=f"{_address('community_settings', community)}#audience-title",
        action=_("Read it again"),
    )


CHECKS: tuple[Callable[[Any], Check], ...] = (_roadmap, _contents, _animators, _welcome, _access)
