from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.actions.parameters import set_parameters
from core.forms import ParametersForm
from core.htmx import render
from core.models import ParameterValue
from core.platform import require_platform
from core.toasts import toast


@require_http_methods(["GET", "POST"])
def parameter_form(request: HttpRequest) -> HttpResponse:
    """What administrators decide while the product runs, by subject."""
    require_platform(request.user, "core.set_parameters", _("Only an administrator decides this."))
    form = ParametersForm(request.POST or None, values=ParameterValue.objects.every())
    if request.method == "POST" and form.is_valid():
        changed = set_parameters(actor=request.user, values=form.values())
        text = _("Settings saved.") if changed else _("Nothing was changed.")
        return toast(request, redirect("core:parameter_form"), text)
    return render(request, "core/parameter_form.html", {"form": form}, status=422 if form.errors else 200)
