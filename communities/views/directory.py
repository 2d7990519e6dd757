"""The directory of communities: facts that help to choose, and joining from the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse

from communities.forms.directory import MINE, CommunityFilter
from communities.models import Community, Membership
from communities.permissions import CommunityPolicy, may_propose
from core.htmx import is_fragment, render
from core.platform import holds_platform_permission
from core.policies import Abilities, policy_for

PAGE = 24


@dataclass(frozen=True)
class Card:
    """A community in a list, with what this person may know and do."""

    community: Community
    abilities: Abilities
    membership: Membership | None
    members: int
    externals: int
    colleagues: int
    messages: int


def community_list(request: HttpRequest) -> HttpResponse:
    """Every community that the person may find."""
    listing = CommunityFilter(request.GET, user=request.user)
    found = Paginator(listing.ordered().select_related("unit", "cover"), PAGE)
    page = found.get_page(request.GET.get("page"))
    # A value that means nothing narrows nothing, and is not worth a reproach.
    listing.form.errors.clear()
    is_narrowed = any(request.GET.get(name) for name in ("q", "scope", "kind", "unit", "access"))
    more = request.GET.copy()
    more["page"] = str(page.number + 1)
    context = {
        "listing": listing,
        "form": listing.form,
        "cards": cards_of(request.user, list(page.object_list)),
        "total": found.count,
        "is_narrowed": is_narrowed,
        "mine": MINE,
        "scope": request.GET.get("scope", ""),
        "mine_count": _mine(request.user),
        "next_url": f"{request.path}?{more.urlencode()}" if page.has_next() else "",
        "is_fragment": is_fragment(request),
        "may_propose": may_propose(request.user),
        "may_create": holds_platform_permission(request.user, "communities.add_community"),
    }
    fragment = "communities/_community_cards.html" if page.number > 1 else "communities/_community_results.html"
    return render(request, "communities/community_list.html", context, fragment=fragment)


def cards_of(user: Any, communities: Sequence[Community]) -> list[Card]:
    """The cards of some communities, in their order, in a fixed number of queries."""
    policy = policy_for(Community)
    assert isinstance(policy, CommunityPolicy)  # noqa: S101
    facts = policy.facts(user, list(communities))
    counts = _counts(user, [community.pk for community in communities])
    cards = []
    for community in communities:
        abilities = Abilities(policy.table, policy.granted_by(facts[community.pk], community))
        count = counts.get(community.pk, {})
        cards.append(
            Card(
                community=community,
                abilities=abilities,
                membership=facts[community.pk].membership,
                members=count.get("members", 0),
                externals=count.get("externals", 0),
                # Who belongs to a community is for those who see its members.
                colleagues=count.get("colleagues", 0) if abilities.view_members else 0,
                messages=getattr(community, "message_count", 0),
            )
        )
    return cards


def _counts(user: Any, ids: list[int]) -> dict[int, dict[str, int]]:
    colleague = Q(person__unit=user.unit_id) & ~Q(person=user.pk) if user.unit_id else Q(pk__in=[])
    rows = Membership.objects.members().current().filter(community__in=ids).order_by().values("community")
    counted = rows.annotate(
        members=Count("pk"),
        externals=Count("pk", filter=Q(person__is_external=True)),
        colleagues=Count("pk", filter=colleague),
    )
    return {row["community"]: row for row in counted}


def _mine(user: Any) -> int:
    own = Membership.objects.members().filter(person=user)
    return Community.objects.visible_to(user).filter(pk__in=own.values("community")).count()
