from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.actions.roles import grant_role, restore_role, withdraw_role
from accounts.enums import PlatformRole
from accounts.forms import RoleGrantForm
from accounts.models import RoleGrant, User
from accounts.signing_in import recent_proof_required
from core.errors import BusinessRuleError
from core.htmx import render
from core.keyset import cursor_from, page_by_id
from core.platform import require_platform
from core.toasts import toast

PAGE = 50


def _for_administrators(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require_platform(request.user, "accounts.grant_role", _("Only an administrator gives and withdraws roles."))
        return view(request, *args, **kwargs)

    return guarded


@_for_administrators
@require_GET
def role_list(request: HttpRequest) -> HttpResponse:
    """Who holds which role on the platform, for which unit, until when."""
    role = request.GET.get("role", "")
    grants = RoleGrant.objects.active().select_related("person__unit", "person__photo", "unit", "granted_by")
    if role in PlatformRole.values:
        grants = grants.filter(role=role)
    page = page_by_id(grants, cursor_from(request.GET.get("before")), PAGE)
    chosen = role if role in PlatformRole.values else ""
    address = f"{reverse('accounts:role_list')}?role={chosen}&before={page.next}" if page.next else ""
    context = {"grants": page.items, "next_url": address, "roles": PlatformRole.choices, "chosen": chosen}
    return render(request, "accounts/role_list.html", context)


@_for_administrators
@recent_proof_required
@require_http_methods(["GET", "POST"])
def role_grant(request: HttpRequest) -> HttpResponse:
    """Gives a role; a profile leads here with its person filled in."""
    handle = request.GET.get("person", "")
    person = User.objects.visible_to(request.user).filter(handle=handle).first() if handle else None
    form = RoleGrantForm(request.POST or None, initial={"person": person.email} if person else None)
    if request.method == "POST" and form.is_valid():
        try:
            grant = grant_role(actor=request.user, **form.cleaned_data)
        except BusinessRuleError as error:
            form.add_error(None, str(error))
        else:
            text = _("%(name)s: %(role)s.") % {"name": grant.person, "role": grant.get_role_display()}
            return toast(request, redirect("accounts:role_list"), text)
    status = 422 if form.errors else 200
    return render(request, "accounts/role_form.html", {"form": form}, status=status)


@_for_administrators
@recent_proof_required
@require_POST
def role_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a role back; the confirmation gives it again."""
    grant = get_object_or_404(RoleGrant.objects.active().select_related("person", "unit"), pk=pk)
    try:
        withdraw_role(actor=request.user, grant=grant)
    except BusinessRuleError as error:
        messages.error(request, str(error))
        return redirect("accounts:role_list")
    facts = {"name": grant.person, "role": grant.get_role_display()}
    undo = reverse("accounts:role_restore", args=[grant.pk])
    text = _("%(name)s is no longer “%(role)s”.") % facts
    return toast(request, redirect("accounts:role_list"), text, undo_url=undo)


@_for_administrators
@recent_proof_required
@require_POST
def role_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Undoes a withdrawal."""
    grant = get_object_or_404(RoleGrant.objects.select_related("person", "unit"), pk=pk)
    try:
        restore_role(actor=request.user, grant=grant)
    except BusinessRuleError as error:
        messages.error(request, str(error))
        return redirect("accounts:role_list")
    facts = {"name": grant.person, "role": grant.get_role_display()}
    return toast(request, redirect("accounts:role_list"), _("%(name)s is “%(role)s” again.") % facts)
