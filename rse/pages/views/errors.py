"""Error pages: what happened, what was kept, what to do now, and a reference number.

None of them reads the database or the session: either may be what failed.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from core.errors import Forbidden
from core.htmx import is_fragment, trigger
from rse.pages.shell import chosen_theme

# What a part of a page says, in place of the whole page.
IN_SHORT = {
    "400": _("This could not be read. Nothing was changed."),
    "403": _("You may not do this here. Nothing was changed."),
    "404": _("This no longer exists, or not for you."),
    "429": _("Too many attempts in a short time. Try again in five minutes."),
    "500": _("Something broke on our side. What you wrote is kept: try again in a moment."),
    "csrf": _("This page was open for too long: reload it, then try again. What you wrote is kept."),
}


def error_page(request: HttpRequest, name: str, status: int, **context: Any) -> HttpResponse:
    """The page of an error, written from settings and cookies alone."""
    response = HttpResponse(
        render_to_string(
            f"errors/{name}.html",
            {
                "reference": getattr(request, "id", ""),
                "service_name": settings.SERVICE_NAME,
                "contact_email": settings.CONTACT_EMAIL,
                "state_brand": settings.STATE_BRAND,
                "theme": chosen_theme(request),
                **context,
            },
        ),
        status=status,
    )
    if is_fragment(request):
        trigger(response, toast={"text": str(context.get("hint") or IN_SHORT[name]), "level": "error"})
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: what came cannot be read."""
    return error_page(request, "400", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: seen, but not allowed; says whom to ask where the view knows it."""
    return error_page(request, "403", 403, hint=exception.hint if isinstance(exception, Forbidden) else "")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: absent and not visible are the same answer."""
    return error_page(request, "404", 404)


def too_many(request: HttpRequest) -> HttpResponse:
    """429: a limit that protects accounts; allauth calls it by the name `handler429`."""
    return error_page(request, "429", 429)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a fault of ours."""
    return error_page(request, "500", 500)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long, or came from elsewhere."""
    return error_page(request, "csrf", 403)
