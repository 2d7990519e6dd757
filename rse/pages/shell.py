"""What the frame around every page shows."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from core.platform import holds_platform_permission
from notifications.unread import unread_count

THEMES = ("system", "light", "dark")


class Shell:
    """What the frame shows of the person; each fact is read once a page, and only where the page shows it."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def unread_notifications(self) -> int:
        """News that the person has not opened; at most one hundred are counted."""
        return unread_count(self.request.user)

    @cached_property
    def can_create_community(self) -> bool:
        """Whether "Publier" offers a community."""
        return holds_platform_permission(self.request.user, "communities.add_community")

    @cached_property
    def can_steer(self) -> bool:
        """Whether the navigation leads to the board of communities."""
        return holds_platform_permission(self.request.user, "communities.accompany_community")

    @cached_property
    def can_moderate_everywhere(self) -> bool:
        """Whether the person looks at what is reported in every community."""
        return holds_platform_permission(self.request.user, "communities.moderate_everywhere")


def chosen_theme(request: HttpRequest) -> str:
    """The theme of this browser's cookie; that of the system where none was chosen."""
    theme = request.COOKIES.get("theme", "")
    return theme if theme in THEMES else "system"


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the service's name, the theme, what waits in the bell."""
    return {
        "service_name": settings.SERVICE_NAME,
        "service_tagline": settings.SERVICE_TAGLINE,
        "is_demo": settings.DEMO,
        "state_brand": settings.STATE_BRAND,
        "theme": chosen_theme(request),
        "shell": Shell(request),
    }
