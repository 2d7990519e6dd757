"""What a change of unit took and gave, for the person alone."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from accounts.requests import SignedInRequest
from communities.models import Community, ReachChange
from core.htmx import render


@require_GET
def reach_change(request: SignedInRequest, pk: int) -> HttpResponse:
    """Names as they were that day; a community that one finds today is a link."""
    change = get_object_or_404(ReachChange.objects.visible_to(request.user), pk=pk)
    ids = [line["id"] for line in change.lost + change.gained]
    found = {one.pk: one for one in Community.objects.visible_to(request.user).filter(pk__in=ids)}

    def shown(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [line | {"community": found.get(line["id"])} for line in lines]

    context = {"change": change, "lost": shown(change.lost), "gained": shown(change.gained)}
    return render(request, "communities/reach_change.html", context)
