"""What a change of access would bring, before it is made: how many people gain and lose what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from guardian.shortcuts import assign_perm

from accounts.enums import PlatformRole
from accounts.models import RoleGrant, Unit, User
from communities.audience import Audience, audience_of
from communities.enums import Grant
from communities.models import Community, CommunityGroupObjectPermission, RoleAccess
from core.policies import policy_for

WHAT = ("view_community", "join_community", "find_community")


@dataclass(frozen=True)
class Effect:
    """Who would read afterwards, and how many people gain and lose each of `WHAT`."""

    audience: Audience
    gained: dict[str, int]
    lost: dict[str, int]

    @property
    def lines(self) -> list[str]:
        """What changes for whom, a sentence each; one says so where nothing does."""
        read, join, find = WHAT
        return [
            *_said(
                self.gained[read],
                lambda count: ngettext(
                    "%(count)d person more will read it.", "%(count)d people more will read it.", count
                ),
            ),
            *_said(
                self.lost[read],
                lambda count: ngettext(
                    "%(count)d person will read it no more.", "%(count)d people will read it no more.", count
                ),
            ),
            *_said(
                self.gained[join],
                lambda count: ngettext(
                    "%(count)d person more will be able to join without asking.",
                    "%(count)d people more will be able to join without asking.",
                    count,
                ),
            ),
            *_said(
                self.lost[join],
                lambda count: ngettext(
                    "%(count)d person will no longer be able to join without asking.",
                    "%(count)d people will no longer be able to join without asking.",
                    count,
                ),
            ),
            *_said(
                self.gained[find],
                lambda count: ngettext(
                    "%(count)d person more will find it.", "%(count)d people more will find it.", count
                ),
            ),
            *_said(
                self.lost[find],
                lambda count: ngettext(
                    "%(count)d person will find it no more.", "%(count)d people will find it no more.", count
                ),
            ),
        ] or [_("Nothing changes for anybody today.")]


def _said(count: int, words: Callable[[int], str]) -> list[str]:
    return [words(count) % {"count": count}] if count else []


def effect_of_access(community: Any, visibility: str, joining: str) -> Effect:
    """What another access would bring."""
    after = copy(community)
    after.visibility, after.joining = visibility, joining
    policy = policy_for(community)
    asked = {}
    for name in WHAT:
        old, new = (policy.people(f"communities.{name}", one) for one in (community, after))
        asked[f"gained_{name}"] = Count("pk", new & ~old)
        asked[f"lost_{name}"] = Count("pk", old & ~new)
    counts = User.objects.current().order_by().aggregate(**asked)
    return Effect(
        audience_of(after),
        {name: counts[f"gained_{name}"] for name in WHAT},
        {name: counts[f"lost_{name}"] for name in WHAT},
    )


def effect_of_grants(
    community: Any, units: Iterable[Unit], role: PlatformRole | None, permission: Grant, *, is_given: bool
) -> Effect:
    """What giving or taking back an access of units and of a role would bring.

    It is done and undone, so that what is said is what would be: a grant only ever adds, taking it back only takes.
    """
    groups = [unit.group_id for unit in units]
    holders = RoleGrant.objects.active().filter(role=role)
    belong = User.groups.through.objects.filter(group__in=groups)
    concerned = Q(pk__in=belong.values("user")) | Q(pk__in=holders.values("person"))
    before = _who_holds(community, concerned)
    with _undone():
        for unit in units:
            if is_given:
                assign_perm(permission.value, unit.group, community)
            else:
                rows = CommunityGroupObjectPermission.objects.filter(content_object=community, group=unit.group_id)
                rows.filter(permission__codename=permission.value).delete()
        if role and is_given:
            RoleAccess.objects.get_or_create(community=community, role=role.value, permission=permission.value)
        elif role:
            RoleAccess.objects.filter(community=community, role=role.value, permission=permission.value).delete()
        after, audience = _who_holds(community, concerned), audience_of(community)
    gained = {name: max(0, after[name] - before[name]) for name in WHAT}
    lost = {name: max(0, before[name] - after[name]) for name in WHAT}
    return Effect(audience, gained, lost)


def _who_holds(community: Community, concerned: Q) -> dict[str, int]:
    policy = policy_for(community)
    asked = {name: Count("pk", policy.people(f"communities.{name}", community)) for name in WHAT}
    return User.objects.current().filter(concerned).order_by().aggregate(**asked)


@contextmanager
def _undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
