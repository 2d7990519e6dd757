from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.actions.invitations import (
    InvitationOver,
    accept_invitation,
    invitation_of,
    invite_person,
    withdraw_invitation,
)
from accounts.forms import InvitationAcceptForm, InvitationForm
from accounts.models import Invitation
from accounts.requests import SignedInRequest
from accounts.signing_in import sign_in
from core.actions.drafts import discard_draft
from core.errors import BusinessRuleError
from core.htmx import render
from core.keyset import cursor_from, page_by_id
from core.platform import require_platform
from core.toasts import toast

PAGE = 30
HINT = gettext_lazy("Ambassadors, community managers and administrators invite. Ask the ambassador of your service.")


@require_http_methods(["GET", "POST"])
def invitation_create(request: SignedInRequest) -> HttpResponse:
    """Invites somebody by mail. Propositions 4, 11."""
    require_platform(request.user, "accounts.invite_person", HINT)
    form = InvitationForm(request.POST or None, actor=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            invitation = invite_person(actor=request.user, **form.cleaned_data)
        except BusinessRuleError as error:
            form.add_error(None, str(error))
        else:
            discard_draft(actor=request.user, place="invitation")
            text = _("The invitation of %(email)s is on its way.") % {"email": invitation.email}
            return toast(request, redirect("accounts:invitation_list"), text)
    status = 422 if form.errors else 200
    return render(request, "accounts/invitation_form.html", {"form": form}, status=status)


@require_GET
def invitation_list(request: HttpRequest) -> HttpResponse:
    """The invitations that one sent."""
    require_platform(request.user, "accounts.invite_person", HINT)
    mine = Invitation.objects.visible_to(request.user).select_related("unit")
    page = page_by_id(mine, cursor_from(request.GET.get("before")), PAGE)
    address = f"{reverse('accounts:invitation_list')}?before={page.next}" if page.next else ""
    context = {"invitations": page.items, "next_url": address}
    return render(request, "accounts/invitation_list.html", context, fragment="accounts/_invitation_items.html")


@require_POST
def invitation_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Takes an invitation back before it is accepted."""
    invitation = get_object_or_404(Invitation.objects.visible_to(request.user), pk=pk)
    answer = redirect("accounts:invitation_list")
    try:
        withdraw_invitation(actor=request.user, invitation=invitation)
    except BusinessRuleError as error:
        return toast(request, answer, str(error))
    text = _("The invitation of %(email)s is withdrawn: its link no longer works.") % {"email": invitation.email}
    return toast(request, answer, text)


@login_not_required
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "POST"])
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Opens an account with an invitation; whoever is signed in under another address is told so and opens nothing."""
    try:
        invitation = invitation_of(token)
    except InvitationOver:
        return render(request, "accounts/invitation_over.html", {}, status=404)
    if request.user.is_authenticated:
        return render(request, "accounts/invitation_other.html", {}, status=403)
    form = InvitationAcceptForm(request.POST or None, email=invitation.email)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            person = accept_invitation(
                token=token,
                first_name=data["first_name"],
                last_name=data["last_name"],
                password=data["password1"],
            )
        except (InvitationOver, BusinessRuleError):
            return render(request, "accounts/invitation_over.html", {}, status=404)
        return sign_in(request, person)
    context = {"form": form, "invitation": invitation}
    return render(request, "accounts/invitation_accept.html", context, status=422 if form.errors else 200)
