"""One's own way in and out of a community, from its page or from a list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from communities.actions.charters import see_charter
from communities.actions.membership import arrivals, departures, invitations
from communities.forms.members import RequestForm
from communities.models import Community, Membership
from communities.views.directory import cards_of
from communities.views.page import CommunityPage, community_view
from core.errors import BusinessRuleError
from core.htmx import is_fragment, trigger
from core.keyset import cursor_from
from core.redirects import address_back
from core.toasts import toast


@require_POST
@community_view()
def membership_join(request: SignedInRequest, page: CommunityPage) -> HttpResponse:
    """Becoming a member at once."""
    return _act(request, page, arrivals.join_community, _welcome(page))


@require_POST
@community_view()
def membership_request(request: SignedInRequest, page: CommunityPage) -> HttpResponse:
    """Asking to be let in, with a word or without."""
    form = RequestForm(request.POST)
    if not form.is_valid():
        context = page.context(form=form, animators=page.animators, charter=page.charter)
        return render(request, "communities/community_door.html", context, status=422)
    text = _("Request sent. Its animators answer you here and by e-mail.")
    return _act(request, page, arrivals.request_membership, text, **form.cleaned_data)


@require_POST
@community_view()
def membership_cancel(request: SignedInRequest, page: CommunityPage) -> HttpResponse:
    """Asking no longer."""
    return _act(request, page, arrivals.cancel_request, _("Request cancelled."))


@require_POST
@community_view()
def membership_accept(request: SignedInRequest, page: CommunityPage) -> HttpResponse:
    """Saying yes to an invitation."""
    return _act(request, page, invitations.accept_invitation, _welcome(page))


@require_POST
@community_view()
def membership_decline(request: SignedInRequest, page: CommunityPage) -> HttpResponse:
    """Saying no to an invitation."""
    return _act(request, page, invitations.decline_invitation, _("Invitation declined."))


@require_POST
@community_view()
def membership_leave(request: SignedInRequest, page: CommunityPage) -> HttpResponse:
    """Leaving, with an undo in the confirmation."""
    text = _("You have left “%(community)s”.") % {"community": page.community.name}
    undo = reverse("communities:membership_undo", args=[page.membership.pk]) if page.membership else ""
    return _act(request, page, departures.leave_community, text, undo)


@require_POST
def membership_undo(request: SignedInRequest, pk: int) -> HttpResponse:
    """Takes back a leaving or a removal; whoever left may no longer find the community, so the row is the address."""
    rows = Membership.objects.select_related("community", "person")
    membership = get_object_or_404(rows, pk=pk)
    is_own = membership.person_id == request.user.pk
    may_remove = request.user.has_perm("communities.remove_member", membership.community)
    if not is_own and not may_remove:
        raise Http404
    community = membership.community
    name = "communities:community_detail" if is_own else "communities:community_members"
    try:
        departures.undo_end(actor=request.user, community=community, person=membership.person)
    except BusinessRuleError as error:
        messages.error(request, str(error))
        return redirect("communities:community_list") if is_own else redirect(name, slug=community.slug)
    words = {"community": community.name, "person": membership.person.full_name}
    text = _("You are back in “%(community)s”.") if is_own else _("%(person)s is a member again.")
    return toast(request, redirect(name, slug=community.slug), text % words)


def _welcome(page: CommunityPage) -> str:
    return _("Welcome to “%(community)s”.") % {"community": page.community.name}


def _act(
    request: SignedInRequest, page: CommunityPage, act: Callable[..., Any], text: str, undo: str = "", **what: Any
) -> HttpResponse:
    """Does one thing for oneself, then answers with the card of a list or the page that one came from."""
    error = ""
    try:
        act(actor=request.user, community=page.community, **what)
        # The form stood under the charter: the version that was on screen is the one that the person has seen.
        shown = cursor_from(request.POST.get("charter")) or 0
        see_charter(person=request.user, community=page.community, number=shown)
    except BusinessRuleError as refusal:
        error = str(refusal)
    community = Community.objects.visible_to(request.user).select_related("unit", "cover").filter(pk=page.community.pk)
    found = community.first()
    if is_fragment(request) and found is not None:
        card = cards_of(request.user, [found])[0]
        response = render(request, "communities/_community_card.html", {"card": card, "is_fresh": True})
        if error:
            return trigger(response, toast={"text": error, "level": "error"})
        return toast(request, response, text, undo_url=undo)
    home = page.community.get_absolute_url() if found else reverse("communities:community_list")
    response = redirect(address_back(request, home) if found else home)
    if error:
        messages.error(request, error)
        return response
    return toast(request, response, text, undo_url=undo)
