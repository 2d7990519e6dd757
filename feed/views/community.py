from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from communities.roadmaps import progress_of
from communities.views.page import CommunityPage, community_view
from core.errors import Forbidden
from core.htmx import is_fragment, render
from core.keyset import cursor_from
from core.redirects import address_back
from core.toasts import toast
from feed.actions.reading import mark_all_read, mark_read
from feed.listing import community_page, question_page

QUESTION_STATES = ("", "open", "answered")


def community_feed(request: HttpRequest, page: CommunityPage) -> HttpResponse:
    """The first tab of a community: what is said there, what is pinned first. Opening it marks it as read."""
    user: Any = request.user
    community = page.community
    before = cursor_from(request.GET.get("before"))
    seen = page.membership.seen_entry_id if page.membership and page.membership.is_member else None
    feed = community_page(user, community, seen, before=before)
    if seen is not None and feed.newest > seen:
        mark_read(actor=user, community=community, up_to=feed.newest)
    context = {
        "feed": feed,
        "feed_more": more_address(request, feed.next),
    }
    if before is not None and is_fragment(request):
        return render(request, "feed/_items.html", context)
    context |= {
        "animators": page.animators,
        "open_questions": feed.questions,
        "progress": progress_of(community, [row.person for row in page.animators]),
    }
    return render(request, "feed/community_feed.html", page.context(**context))


def more_address(request: HttpRequest, cursor: int | None) -> str:
    """The address of the following page of a list, filters kept; empty at the end."""
    if cursor is None:
        return ""
    query = request.GET.copy()
    query["before"] = str(cursor)
    return f"{request.path}?{query.urlencode()}"


@require_GET
@community_view("questions")
def question_list(request: HttpRequest, page: CommunityPage) -> HttpResponse:
    """What was asked in a community: all of it, what waits, what is answered."""
    if not page.abilities.view_community:
        raise Forbidden("communities.view_community", _("Join the community to read what is said there."))
    state = request.GET.get("state", "")
    state = state if state in QUESTION_STATES else ""
    user: Any = request.user
    feed = question_page(user, page.community, state=state, before=cursor_from(request.GET.get("before")))
    context = {"feed": feed, "feed_more": more_address(request, feed.next), "state": state}
    if "before" in request.GET and is_fragment(request):
        return render(request, "feed/_items.html", context)
    return render(request, "feed/question_list.html", page.context(**context, animators=page.animators))


@require_POST
@community_view()
def community_mark_read(request: HttpRequest, page: CommunityPage) -> HttpResponse:
    """Moves the reader's marker to the newest entry that the page showed."""
    up_to = cursor_from(request.POST.get("up_to")) or 0
    mark_read(actor=request.user, community=page.community, up_to=up_to)
    if is_fragment(request):
        return HttpResponse(status=204)
    return HttpResponseRedirect(page.community.get_absolute_url())


@require_POST
def mark_read_everywhere(request: HttpRequest) -> HttpResponse:
    """« Tout marquer comme lu »."""
    mark_all_read(actor=request.user)
    response = HttpResponseRedirect(address_back(request, reverse("home")))
    return toast(request, response, _("Everything is marked as read."))
