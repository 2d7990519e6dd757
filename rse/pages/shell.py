"""What the frame around every page shows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

THEMES = ("system", "light", "dark")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the service's name, the theme, what waits in the bell."""
    theme = request.COOKIES.get("theme", "")
    return {
        "service_name": settings.SERVICE_NAME,
        "service_tagline": settings.SERVICE_TAGLINE,
        "is_demo": settings.DEMO,
        "theme": theme if theme in THEMES else "system",
    }
