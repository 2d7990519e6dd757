"""What waits for me, on one page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from core.htmx import render
from rse.pages.validations import waiting_for


@require_GET
def validations(request: HttpRequest) -> HttpResponse:
    """Communities to validate or to check, what came back to me, requests to admit."""
    waiting = waiting_for(request.user)
    context = {
        "todo": [one for one in waiting if one.queue.is_mine_to_do],
        "elsewhere": [one for one in waiting if not one.queue.is_mine_to_do],
        "count": sum(one.count for one in waiting if one.queue.is_mine_to_do),
    }
    return render(request, "rse/validations.html", context)
