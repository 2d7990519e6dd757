"""What every page of a community stands on: the community that the person may find, and what they may do there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.enums import PlatformRole
from communities.audience import HOLDERS, of_unit
from communities.charters import charter_of
from communities.checklist import Check, checklist_of
from communities.enums import Grant, Stage
from communities.models import (
    Charter,
    Community,
    CommunityGroupObjectPermission,
    FormerSlug,
    Membership,
    RoleAccess,
)
from communities.permissions import CommunityPolicy
from communities.tabs import tabs_for
from core.policies import Abilities, policy_for
from core.prepared import Prepared
from core.templatetags.rse import in_full

# How long somebody is new to a community.
NEWCOMER = timedelta(days=3)


@dataclass(frozen=True)
class ShownTab:
    """One tab as the band draws it."""

    name: str
    title: str
    address: str
    count: int
    is_current: bool


@dataclass(frozen=True)
class ShownGrant:
    """An access of a unit, or of the holders of a role, whose `of_unit` is empty."""

    name: str
    of_unit: str
    what: Grant
    pk: int

    @property
    def whom(self) -> str:
        """« Les agents de la Direction des achats », « Les ambassadeurs »."""
        return capfirst(_("the agents %(of_unit)s") % {"of_unit": self.of_unit} if self.of_unit else self.name)


@dataclass
class CommunityPage:
    """The band of a community and the rights of the person before it; one computation a page.

    `community` carries `member_count`, `external_count` and `request_count`.
    """

    community: Community
    abilities: Abilities
    membership: Membership | None
    tab: str = ""

    @property
    def tabs(self) -> list[ShownTab]:
        """The tabs that this person is shown."""
        return [
            ShownTab(
                name,
                str(tab.title),
                reverse(tab.url_name, args=[self.community.slug]),
                tab.count(self.community, self.abilities),
                name == self.tab,
            )
            for name, tab in tabs_for(self.abilities)
        ]

    @property
    def welcome(self) -> str:
        """A word to whoever joined lately, on the first page."""
        row = self.membership
        is_new = row and row.is_member and row.joined_at and row.joined_at > timezone.now() - NEWCOMER
        return self.community.welcome if is_new and self.tab == "feed" else ""

    @cached_property
    def charter(self) -> Charter:
        """The charter that holds: one query, where a page shows it."""
        return charter_of(self.community)

    @property
    def charter_to_read(self) -> Charter | None:
        """What a member has not seen yet of the charter, on the first page: who has just joined, or a newer version."""
        row = self.membership
        if self.tab != "feed" or not row or not row.is_member:
            return None
        number: int = self.community.charter_number  # type: ignore[attr-defined]
        return self.charter if number > row.charter_seen else None

    @property
    def partners_who_read(self) -> int:
        """How many external partners read what the person may write, told on the first page."""
        return self.community.external_count if self.tab == "feed" and self.abilities.add_post else 0  # type: ignore[attr-defined]

    @cached_property
    def checklist(self) -> list[Check]:
        """The steps before the opening, for those who can take them; empty for the others and afterwards."""
        is_preparing = self.community.stage == Stage.PREPARATION and self.abilities.change_stage
        return checklist_of(self.community) if is_preparing else []

    @cached_property
    def animators(self) -> list[Membership]:
        """The memberships of its animators, with the people: one query, where a page shows them."""
        return _animators(None, community=self.community.pk)

    @cached_property
    def grants(self) -> list[ShownGrant]:
        """Which units and roles read it, or join it without asking: two queries, where a page shows them."""
        rows = CommunityGroupObjectPermission.objects.filter(content_object=self.community)
        rows = rows.select_related("group__unit", "permission").order_by("group__unit__path", "permission__codename")
        found = [
            ShownGrant(row.group.unit.name, of_unit(row.group.unit.name), Grant(row.permission.codename), row.pk)
            for row in rows
            if row.permission.codename in Grant.values
        ]
        for access in RoleAccess.objects.filter(community=self.community):
            name = str(HOLDERS[PlatformRole(access.role)])
            found.append(ShownGrant(name, "", Grant(access.permission), access.pk))
        return found

    def context(self, **more: Any) -> dict[str, Any]:
        """What `communities/base_community.html` needs, and what the page adds."""
        return {
            "community": self.community,
            "abilities": self.abilities,
            "membership": self.membership,
            "tabs": self.tabs,
            "welcome": self.welcome,
            "partners_who_read": self.partners_who_read,
            "charter_to_read": self.charter_to_read,
            **more,
        }


_communities = Prepared(lambda viewer, slug: Community.objects.visible_to(viewer).for_page().filter(slug=slug))

# The first page shows how far the roadmap is.
_communities_with_roadmap = Prepared(
    lambda viewer, slug: Community.objects.visible_to(viewer).for_page().with_roadmap().filter(slug=slug)
)

_animators = Prepared(
    lambda viewer, community: (
        Membership.objects.filter(community=community)
        .animators()
        .current()
        .select_related("person__unit", "person__photo")
        .order_by("person__sort_key", "pk")
    )
)

PageView = Callable[..., HttpResponseBase]


def page_of(user: Any, community: Community, tab: str = "") -> CommunityPage:
    """The page of a community already found, loaded `for_page()`."""
    policy = policy_for(Community)
    assert isinstance(policy, CommunityPolicy)  # noqa: S101
    facts = policy.known_facts(user, [community])[community.pk]
    return CommunityPage(community, Abilities(policy.table, policy.granted_by(facts, community)), facts.membership, tab)


def membership_in(user: Any, community: Community) -> Membership | None:
    """How the person stands with a community; asked once for a page that asks for their rights too."""
    policy = policy_for(Community)
    assert isinstance(policy, CommunityPolicy)  # noqa: S101
    found: Membership | None = policy.known_facts(user, [community])[community.pk].membership
    return found


def why_not_write(membership: Membership | None) -> str:
    """What a person is told who may not write in a community: until when they are suspended and why, or to join."""
    if membership and membership.is_member and membership.suspended_until and membership.is_suspended:
        words = {"moment": in_full(membership.suspended_until), "rule": membership.suspended_for}
        return _("You are suspended from writing here until %(moment)s. Rule of the charter: %(rule)s") % words
    return _("Members write here. Join the community to publish in it.")


def community_view(tab: str = "") -> Callable[[PageView], PageView]:
    """Gives the view a `CommunityPage` in place of the slug; 404 for whoever may not find the community.

    `tab` is the name of the tab that is lit. An address from before a change of name leads to today's.
    """

    def decorate(view: PageView) -> PageView:
        @wraps(view)
        def wrapped(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            load = _communities_with_roadmap if tab == "feed" else _communities
            community = next(iter(load(request.user, slug=slug)), None)
            if community is None:
                return _to_new_address(request, slug)
            return view(request, page_of(request.user, community, tab), *args, **kwargs)

        return wrapped

    return decorate


def _to_new_address(request: HttpRequest, slug: str) -> HttpResponse:
    former = FormerSlug.objects.filter(slug=slug, community__in=Community.objects.visible_to(request.user))
    current = former.values_list("community__slug", flat=True).first()
    if current is None:
        raise Http404
    address = request.get_full_path().replace(f"/{slug}/", f"/{current}/", 1)
    response = HttpResponseRedirect(address)
    # 308 sends a form again as it was; 301 would turn it into a reading.
    response.status_code = 301 if request.method in {"GET", "HEAD"} else 308
    return response
