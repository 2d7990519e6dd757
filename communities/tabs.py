"""Tabs of a community's page; higher apps put in theirs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.policies import Abilities
from core.registry import Registry


@dataclass(frozen=True)
class Tab:
    """`url_name` takes the community's slug; `is_shown(abilities)` says to whom; `order` where it stands.

    `count(community, abilities)` is a number beside the title, none when zero; it must not query: the page loads the
    community with its counts.
    """

    title: Any
    url_name: str
    is_shown: Callable[[Abilities], bool]
    order: int
    count: Callable[[Any, Abilities], int] = lambda community, abilities: 0


tabs: Registry[str, Tab] = Registry("tabs")


def tabs_for(abilities: Abilities) -> list[tuple[str, Tab]]:
    """The tabs that a person with these abilities is shown, in order."""
    shown = [(name, tab) for name, tab in tabs.items() if tab.is_shown(abilities)]
    return sorted(shown, key=lambda pair: pair[1].order)


OWN_TABS = {
    "dashboard": Tab(
        title=_("Dashboard"),
        url_name="communities:dashboard_detail",
        is_shown=lambda abilities: abilities.view_dashboard,
        order=70,
    ),
    "reports": Tab(
        title=pgettext_lazy("sponsor", "Reports"),
        url_name="communities:report_list",
        # Whoever sees the dashboard goes through it.
        is_shown=lambda abilities: abilities.sponsor_community and not abilities.view_dashboard,
        order=72,
    ),
    "roadmap": Tab(
        title=_("Roadmap"),
        url_name="communities:roadmap_detail",
        is_shown=lambda abilities: abilities.view_roadmap,
        order=50,
    ),
    "members": Tab(
        title=_("Members"),
        url_name="communities:community_members",
        is_shown=lambda abilities: abilities.view_members,
        order=80,
        count=lambda community, abilities: community.request_count if abilities.admit_member else 0,
    ),
    "moderation": Tab(
        title=_("Moderation"),
        url_name="communities:case_list",
        is_shown=lambda abilities: abilities.moderate_community,
        order=85,
        count=lambda community, abilities: community.case_count if abilities.moderate_community else 0,
    ),
    "about": Tab(
        title=_("About"),
        url_name="communities:community_about",
        is_shown=lambda abilities: abilities.view_community or abilities.change_community,
        order=90,
    ),
    "settings": Tab(
        title=_("Settings"),
        url_name="communities:community_settings",
        is_shown=lambda abilities: abilities.change_community,
        order=95,
    ),
}
