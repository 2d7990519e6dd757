"""The first page of a community: a higher app shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse

from core.registry import Registry

if TYPE_CHECKING:
    from communities.views.page import CommunityPage

HomeView = Callable[[HttpRequest, "CommunityPage"], HttpResponse]

# One entry at most: the view that answers at the address of a community for whoever may read it.
home_view: Registry[str, HomeView] = Registry("first page of a community")
