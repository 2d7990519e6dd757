"""One view, two renderings: the page, or the fragment of it that htmx asked for."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render as render_page


def render(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    fragment: str = "",
    status: int = 200,
) -> HttpResponse:
    """Renders `template`, or `fragment` where htmx asks for a part of a page.

    A form that does not hold goes with `status=422`, which the page is told to swap.
    """
    wants_fragment = bool(fragment) and is_fragment(request)
    return render_page(request, fragment if wants_fragment else template, context, status=status)


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asked, and not to fill a whole page out of its history."""
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def trigger(response: HttpResponse, **events: Any) -> HttpResponse:
    """Adds events that the page hears once the answer is there."""
    known = json.loads(response.headers.get("HX-Trigger", "{}"))
    response.headers["HX-Trigger"] = json.dumps(known | events)
    return response
