"""The short confirmation of an act, with its undo. Proposition 26."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from core.htmx import is_fragment, trigger


def toast(request: HttpRequest, response: HttpResponse, text: Any, *, undo_url: str = "") -> HttpResponse:
    """Says what was done, with a button that takes it back by a POST to `undo_url`.

    A fragment carries it as an event of the page; any other answer leaves it for the page that comes next.
    """
    if is_fragment(request) and response.status_code == 200:
        return trigger(response, toast={"text": str(text), "undo": undo_url})
    messages.success(request, str(text), extra_tags=f"undo:{undo_url}" if undo_url else "")
    return response
