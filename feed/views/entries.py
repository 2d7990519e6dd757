from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from communities.models import Activity, Community
from core.htmx import render
from core.keyset import cursor_from
from feed.listing import PAGE_SIZE, entries_after, items_of


@require_GET
def entries_new(request: HttpRequest) -> HttpResponse:
    """What came to an open feed since its newest entry: the pill that says how many, or the cards once it is clicked.

    `after` is the newest entry shown, `community` narrows to one of them, `show` asks for the cards.
    """
    user: Any = request.user
    after = cursor_from(request.GET.get("after")) or 0
    community = None
    if slug := request.GET.get("community", ""):
        community = get_object_or_404(Community.objects.readable_by(user), slug=slug)
    entries = Activity.objects.entries().filter(entries_after(user, after, community))
    newest = list(entries.order_by("-pk")[: PAGE_SIZE + 1])
    context: dict[str, Any] = {
        "after": after,
        "community_slug": slug,
        "count": len(newest),
        "count_max": PAGE_SIZE,
    }
    if not request.GET.get("show"):
        return render(request, "feed/_news.html", context)
    seen = {entry.community_id: after for entry in newest if entry.community_id}
    context["items"], _cards = items_of(user, newest[:PAGE_SIZE], seen)
    if community is not None:
        for item in context["items"]:
            item.card.in_community = True
    context |= {"after": max([after, *(entry.pk for entry in newest)]), "count": 0}
    return render(request, "feed/_new_items.html", context)
