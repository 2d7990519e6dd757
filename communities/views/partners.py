"""External partners: asked for on the page of a community, answered by community managers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.requests import SignedInRequest
from communities.actions import partners
from communities.forms.partners import PartnerForm, PartnerRefusalForm, known_of
from communities.models import PartnerRequest
from communities.views.page import CommunityPage, community_view
from core.actions.drafts import discard_draft
from core.errors import BusinessRuleError, Forbidden
from core.htmx import render
from core.policies import abilities_for
from core.toasts import toast

ANSWERED = 20


@require_http_methods(["GET", "POST"])
@community_view("members")
def partner_list(request: SignedInRequest, page: CommunityPage) -> HttpResponse:
    """The partners of a community with their last day, what was asked, and asking for one more. Proposition 38."""
    if not page.abilities.change_community:
        raise Forbidden("communities.invite_partner", _("Its animators do this: ask one of them."))
    community = page.community
    rows = list(
        community.memberships.members()
        .current()
        .filter(person__is_external=True)
        .select_related("person__photo", "person__unit")
        .order_by("ends_at", "person__sort_key")
    )
    longer = next((row for row in rows if row.person.handle == request.GET.get("person")), None)
    form = PartnerForm(request.POST or None, initial=known_of(longer) if longer else {})
    if request.method == "POST" and form.is_valid():
        try:
            made = partners.request_partner(actor=request.user, community=community, **form.cleaned_data)
        except BusinessRuleError as error:
            form.add_error(None, str(error))
        else:
            discard_draft(actor=request.user, place=f"partner:{community.pk}")
            text = _("Request sent for %(partner)s: a community manager answers.") % {"partner": made.name}
            return toast(request, redirect("communities:partner_list", slug=community.slug), text)
    context = page.context(
        form=form if page.abilities.invite_partner else None,
        rows=rows,
        longer=longer,
        requests=list(community.partner_requests.for_list()[:ANSWERED]),
        longest=partners.longest_stay(),
    )
    return render(request, "communities/partner_list.html", context, status=422 if form.errors else 200)


@require_GET
def partner_request(request: SignedInRequest, pk: int) -> HttpResponse:
    """One request: who, from where, why, until when; and answering it."""
    return _page(request, _request(request, pk))


@require_POST
def partner_approve(request: SignedInRequest, pk: int) -> HttpResponse:
    """Lets the partner in."""
    asked = _request(request, pk)
    text = _("%(partner)s is approved; the invitation is on its way.") % {"partner": asked.name}
    return _act(request, asked, partners.approve_partner_request, text)


@require_POST
def partner_refuse(request: SignedInRequest, pk: int) -> HttpResponse:
    """Does not, and says why."""
    asked = _request(request, pk)
    form = PartnerRefusalForm(request.POST)
    if not form.is_valid():
        if not abilities_for(request.user, asked).decide_partner_request:
            raise Forbidden("communities.decide_partner_request")
        return _page(request, asked, form=form, status=422)
    text = _("The request for %(partner)s is refused; the animator reads why.") % {"partner": asked.name}
    return _act(request, asked, partners.refuse_partner_request, text, reason=form.cleaned_data["reason"])


@require_POST
def partner_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Asks no longer."""
    asked = _request(request, pk)
    return _act(request, asked, partners.withdraw_partner_request, _("The request is withdrawn."))


def _request(request: SignedInRequest, pk: int) -> PartnerRequest:
    return get_object_or_404(PartnerRequest.objects.visible_to(request.user).for_list(), pk=pk)


def _page(
    request: SignedInRequest, asked: PartnerRequest, form: PartnerRefusalForm | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "asked": asked,
        "abilities": abilities_for(request.user, asked),
        "form": form or PartnerRefusalForm(),
        "is_own": asked.requested_by_id == request.user.pk,
    }
    return render(request, "communities/partner_request.html", context, status=status)


def _act(
    request: SignedInRequest, asked: PartnerRequest, act: Callable[..., Any], text: str, **what: Any
) -> HttpResponse:
    answer = redirect(asked)
    try:
        act(actor=request.user, request=asked, **what)
    except BusinessRuleError as error:
        messages.error(request, str(error))
        return answer
    return toast(request, answer, text)
