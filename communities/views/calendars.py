"""The milestones of one's communities in one's own calendar."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from accounts.requests import SignedInRequest
from communities.actions.calendars import calendar_of, owner_of_calendar, renew_calendar, revoke_calendar
from communities.models import CalendarToken, Community, Membership
from communities.roadmaps import upcoming
from core.toasts import toast

PAGE = "communities/calendar.html"
SHOWN = 5
COMMUNITIES = 50


@require_GET
def calendar_settings(request: SignedInRequest) -> HttpResponse:
    """Whether one's calendar reads RSE, since when, and how to begin or to stop it."""
    return _page(request)


@sensitive_variables("secret", "address", "each")
@require_http_methods(["POST"])
def calendar_renew(request: SignedInRequest) -> HttpResponse:
    """A new address, shown this once: its secret is kept nowhere, so no later page could show it."""
    secret = renew_calendar(actor=request.user)
    address = settings.BASE_URL + reverse("communities:calendar_feed", args=[secret])
    mine = Membership.objects.members().filter(person=request.user).values("community")
    communities = Community.objects.visible_to(request.user, "communities.view_roadmap").filter(pk__in=mine)
    each = [
        (community, settings.BASE_URL + reverse("communities:calendar_of_community", args=[secret, community.slug]))
        for community in communities[:COMMUNITIES]
    ]
    return _page(request, address=address, each=each)


@require_POST
def calendar_revoke(request: SignedInRequest) -> HttpResponse:
    """The address answers no more."""
    revoke_calendar(actor=request.user)
    response = redirect("communities:calendar_settings")
    return toast(request, response, _("The address of your calendar no longer answers."))


def _page(request: SignedInRequest, address: str = "", each: Sequence[tuple[Community, str]] = ()) -> HttpResponse:
    token = CalendarToken.objects.filter(person=request.user, revoked_at=None).first()
    context = {"token": token, "address": address, "each": each, "milestones": list(upcoming(request.user)[:SHOWN])}
    return render(request, PAGE, context)


@sensitive_variables("token")
@login_not_required
@require_safe
def calendar_feed(request: HttpRequest, token: str, slug: str = "") -> HttpResponse:
    """What a calendar program fetches: it has no session, the secret in its address is its right.

    404 for a wrong or revoked secret, for a closed account, and for a community that its owner may not read now.
    """
    person = owner_of_calendar(token)
    if person is None:
        raise Http404
    with translation.override(person.language):
        community = Community.objects.visible_to(person, "communities.view_roadmap").filter(slug=slug).first()
        if slug and community is None:
            raise Http404
        content = calendar_of(person, community)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = "private, max-age=0"
    response.headers["Content-Disposition"] = 'inline; filename="rse.ics"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
