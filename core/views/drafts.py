from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.actions import drafts
from core.errors import BusinessRuleError
from core.forms import DraftForm
from core.htmx import render
from core.models import Draft
from core.toasts import toast


@require_GET
def draft_list(request: HttpRequest) -> HttpResponse:
    """« Mes brouillons »: what was being written, newest first."""
    return render(request, "core/draft_list.html", {"drafts": Draft.objects.filter(person=request.user.pk)})


@require_POST
def draft_save(request: HttpRequest) -> HttpResponse:
    """Saves what is being typed; answers with the hour, for the line under the form."""
    form = DraftForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"error": _("This draft could not be saved.")}, status=422)
    try:
        draft = drafts.save_draft(actor=request.user, **form.cleaned_data)
    except BusinessRuleError as error:
        return JsonResponse({"error": str(error)}, status=422)
    if draft is None:
        return JsonResponse({"saved": ""})
    return JsonResponse({"saved": draft.saved_in_words})


@require_GET
def draft_show(request: HttpRequest) -> HttpResponse:
    """Gives a form back what was typed in it, on whatever device."""
    draft = Draft.objects.filter(person=request.user.pk, place=request.GET.get("place", "")).first()
    if draft is None:
        return HttpResponse(status=204)
    return JsonResponse({"data": draft.data, "updated_at": draft.updated_at.isoformat()})


@require_POST
def draft_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Gives up a draft."""
    draft = get_object_or_404(Draft, pk=pk, person=request.user.pk)
    drafts.discard_draft(actor=request.user, place=draft.place)
    return toast(request, redirect("core:draft_list"), _("Draft deleted."))
