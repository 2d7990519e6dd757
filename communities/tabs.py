"""Tabs of a community's page; higher apps put in theirs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

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
