"""Home: what would you like to do, the feed of one's communities, and what waits beside it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from core.htmx import render
from core.keyset import cursor_from
from feed.listing import feed_page
from feed.views.community import more_address
from rse.pages.beside import beside

# Communities named in the line that opens the composer.
NAMED = 2


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The page one lands on, and for htmx the entries that follow."""
    unread_only = request.GET.get("filter") == "unread"
    feed = feed_page(request.user, before=cursor_from(request.GET.get("before")), unread_only=unread_only)  # type: ignore[arg-type]
    context = {
        "feed": feed,
        "feed_more": more_address(request, feed.next),
        "unread_only": unread_only,
        "names": ", ".join(membership.community.name for membership in feed.memberships[:NAMED]),
    }
    return render(request, "rse/home.html", context, fragment="feed/_items.html")


@require_GET
def home_beside(request: HttpRequest) -> HttpResponse:
    """The column beside the feed: a fragment that the page fetches, a page for whoever has no JavaScript."""
    return render(request, "rse/home_beside.html", beside(request.user), fragment="rse/_home_beside.html")
