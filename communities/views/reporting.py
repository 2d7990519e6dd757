from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Model
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.requests import SignedInRequest
from communities.actions.moderation.reports import report_text
from communities.charters import charter_of
from communities.forms.moderation import ReportForm
from communities.models import Case
from core.errors import BusinessRuleError
from core.htmx import is_fragment, render
from core.targets import Target, targets
from core.toasts import toast


@require_http_methods(["GET", "POST"])
def report_create(request: SignedInRequest, label: str, pk: int) -> HttpResponse:
    """Says that a text should not be there: a page, or a dialog over the page that shows it."""
    model, kind = _moderated(label)
    target: Any = get_object_or_404(_visible(model, request.user), pk=pk)
    form = ReportForm(request.POST or None, auto_id="report-%s")
    if form.is_bound and form.is_valid():
        try:
            report_text(actor=request.user, target=target, **form.cleaned_data)
        except BusinessRuleError as error:
            form.add_error(None, str(error))
        else:
            said = _("Thank you. The moderators look at it; nobody else learns that you reported it.")
            if is_fragment(request):
                return toast(request, HttpResponse(""), said)
            # Reported by many it may be hidden by now: its community is still there to come back to.
            stands = _visible(model, request.user).filter(pk=pk).exists()
            back = kind.address(target) if stands else target.community.get_absolute_url()
            return toast(request, HttpResponseRedirect(back), said)
    context = {
        "form": form,
        "target": target,
        "label": label,
        "title": kind.title(target),
        "is_own": target.author.pk == request.user.pk,
        "charter": charter_of(target.community),
        "cancel": kind.address(target),
    }
    fragment = "communities/moderation/_report_dialog.html"
    status = 422 if form.is_bound else 200
    return render(request, "communities/moderation/report_form.html", context, fragment=fragment, status=status)


@require_GET
def case_find(request: SignedInRequest, label: str, pk: int) -> HttpResponse:
    """From a hidden text to its case, for whoever may know of it."""
    model, _kind = _moderated(label)
    target = get_object_or_404(_visible(model, request.user), pk=pk)
    return HttpResponseRedirect(
        get_object_or_404(Case.objects.visible_to(request.user).of_target(target)).get_absolute_url()
    )


def _moderated(label: str) -> tuple[type[Model], Target]:
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        raise Http404 from None
    kind = targets.get(model)
    if kind is None or not kind.report:
        raise Http404
    return model, kind


def _visible(model: type[Model], user: Any) -> Any:
    objects: Any = model._default_manager
    return objects.visible_to(user).select_related("author", "community")
