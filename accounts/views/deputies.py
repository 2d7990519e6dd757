from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions.deputies import name_deputy, withdraw_deputy
from accounts.forms import DeputyForm
from accounts.models import Deputy
from accounts.requests import SignedInRequest
from core.errors import BusinessRuleError
from core.htmx import render
from core.platform import holds_platform_permission, require_platform
from core.toasts import toast

# Those that are over and still listed.
PAST = 10


@require_http_methods(["GET", "POST"])
def deputy_list(request: SignedInRequest) -> HttpResponse:
    """Who decides in my place, in whose place I decide; a sponsor names somebody here. Proposition 43."""
    if not request.user.is_agent:
        raise Http404
    may_name = holds_platform_permission(request.user, "accounts.name_deputy")
    if request.method == "POST":
        require_platform(request.user, "accounts.name_deputy", _("Only a sponsor names a deputy."))
    form = DeputyForm(request.POST or None, user=request.user, initial={"starts_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            deputy = name_deputy(actor=request.user, **form.cleaned_data)
        except BusinessRuleError as error:
            form.add_error(None, str(error))
        else:
            text = _("%(name)s stands in for you; they are told.") % {"name": deputy.deputy}
            return toast(request, redirect("accounts:deputy_list"), text)
    related = ("deputy__unit", "deputy__photo", "sponsor__unit", "sponsor__photo")
    rows = Deputy.objects.visible_to(request.user).select_related(*related)
    standing = list(rows.standing())
    context = {
        "form": form,
        "may_name": may_name,
        "mine": [row for row in standing if row.sponsor_id == request.user.pk],
        "others": [row for row in standing if row.deputy_id == request.user.pk],
        "past": list(rows.filter(sponsor=request.user).exclude(pk__in=[row.pk for row in standing])[:PAST]),
        "today": timezone.localdate(),
    }
    return render(request, "accounts/deputy_list.html", context, status=422 if form.errors else 200)


@require_POST
def deputy_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ends it now."""
    deputy = get_object_or_404(Deputy.objects.visible_to(request.user).select_related("deputy"), pk=pk)
    try:
        withdraw_deputy(actor=request.user, deputy=deputy)
    except BusinessRuleError as error:
        messages.error(request, str(error))
        return redirect("accounts:deputy_list")
    text = _("%(name)s no longer stands in for you; they are told.") % {"name": deputy.deputy}
    return toast(request, redirect("accounts:deputy_list"), text)
