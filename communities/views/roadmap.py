"""The roadmap of a community: read, begun, changed in place. Proposition 44."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.requests import SignedInRequest
from communities.actions.roadmap import HINT, change_frame, restore_roadmap, start_roadmap
from communities.forms.roadmap import FrameForm
from communities.models import Community, Roadmap
from communities.roadmap_templates import roadmap_templates
from communities.roadmaps import RoadmapPage, objective_in_words, page_of_roadmap
from communities.views.page import CommunityPage, community_view
from core.errors import BusinessRuleError, EditConflict, Forbidden
from core.htmx import is_fragment, render
from core.keyset import cursor_from
from core.redirects import address_back
from core.toasts import toast

PAGE = "communities/roadmap/roadmap_detail.html"
FRAGMENT = "communities/roadmap/_roadmap.html"
FORM_PAGE = "communities/roadmap/part_form.html"
FORM_FRAGMENT = "communities/roadmap/_part_form.html"


@require_GET
@community_view("roadmap")
def roadmap_detail(request: SignedInRequest, page: CommunityPage) -> HttpResponse:
    """Objectives, milestones, communication, ways of working; a model to begin from where there is nothing yet."""
    require_reading(page)
    return render(request, PAGE, roadmap_context(page, page_of_roadmap(page.community)), fragment=FRAGMENT)


def require_reading(page: CommunityPage) -> None:
    """403 for whoever finds the community and does not read its roadmap."""
    if not page.abilities.view_roadmap:
        raise Forbidden("communities.view_roadmap", _("Its members read the roadmap. The first page shows the way in."))


def require_changing(page: CommunityPage) -> None:
    """403 for whoever may not change the roadmap."""
    require_reading(page)
    if not page.abilities.change_roadmap:
        raise Forbidden("communities.change_roadmap", HINT)


def roadmap_context(page: CommunityPage, shown: RoadmapPage, *, changed: UUID | None = None) -> dict[str, Any]:
    """What `_roadmap.html` draws; `changed` names the part that takes the focus."""
    model = roadmap_templates[page.community.kind]
    progress = shown.progress
    roadmap = shown.roadmap
    return page.context(
        roadmap=roadmap,
        shown=shown,
        progress=progress,
        steps=progress.steps,
        objectives=[(part, objective_in_words(part)) for part in shown.objectives],
        tellings=shown.tellings,
        is_empty=shown.is_empty,
        model=model,
        model_content=model.content(timezone.localdate()) if shown.is_empty and page.abilities.change_roadmap else None,
        last=roadmap.revisions.select_related("actor").first() if roadmap.pk else None,
        changed=changed,
    )


def show_roadmap(
    request: SignedInRequest, page: CommunityPage, made: Roadmap, text: Any, *, changed: UUID | None = None
) -> HttpResponse:
    """The roadmap after a change, with the confirmation and its undo; `made` is what the action gave."""
    community = page.community
    if is_fragment(request):
        context = roadmap_context(page, page_of_roadmap(community), changed=changed)
        response = render(request, PAGE, context, fragment=FRAGMENT)
    else:
        response = HttpResponseRedirect(address_of(community))
    if not made.has_new_version:
        return toast(request, response, _("Nothing changed."))
    undo = reverse("communities:roadmap_undo", args=[community.slug, made.version])
    return toast(request, response, text, undo_url=undo)


def address_of(community: Community) -> str:
    """Where the roadmap of a community is read."""
    return reverse("communities:roadmap_detail", args=[community.slug])


@require_POST
@community_view("roadmap")
def roadmap_start(request: SignedInRequest, page: CommunityPage) -> HttpResponse:
    """Begins from the model of the community's kind; each line is then kept, changed or removed."""
    require_changing(page)
    content = roadmap_templates[page.community.kind].content(timezone.localdate())
    try:
        made = start_roadmap(actor=request.user, community=page.community, content=content)
    except BusinessRuleError as error:
        return refusal(request, page, error)
    return show_roadmap(request, page, made, _("The roadmap is started: change it line by line."))


@require_http_methods(["GET", "POST"])
@community_view("roadmap")
def roadmap_frame(request: SignedInRequest, page: CommunityPage) -> HttpResponse:
    """Ways of working and day of review, changed in place."""
    require_changing(page)
    community = page.community
    shown = page_of_roadmap(community)
    initial = {**FrameForm.initial_of(shown.roadmap), "version": shown.roadmap.version}
    form = FrameForm(request.POST or None, community=community, initial=initial)
    status, conflict = 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            version = form.cleaned_data["version"] or 0
            try:
                changed = change_frame(actor=request.user, community=community, version=version, **form.values())
            except EditConflict as error:
                status = 409
                conflict = differences(form, FrameForm.initial_of(error.current), str(error))
                form = again(form, request, error.current.version)
            except BusinessRuleError as error:
                form.add_error(None, str(error))
            else:
                return show_roadmap(request, page, changed, _("Saved."))
    words = {"heading": _("Ways of working"), "dom_id": "roadmap-frame", "submit": _("Save")}
    return part_form(request, page, form, words, conflict=conflict, status=status)


def part_form(
    request: SignedInRequest,
    page: CommunityPage,
    form: Any,
    words: dict[str, str],
    *,
    conflict: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """A form in the place of what it changes, or as a page. `words`: heading, dom_id, submit."""
    in_place = is_fragment(request)
    context = page.context(
        form=form, conflict=conflict, in_place=in_place, address=request.path, back=address_of(page.community), **words
    )
    response = render(request, FORM_PAGE, context, fragment=FORM_FRAGMENT, status=status)
    if in_place:
        # The form asked for the whole roadmap; what is refused stays where it stands.
        response.headers["HX-Retarget"] = f"#{words['dom_id']}"
        response.headers["HX-Reswap"] = "outerHTML"
    return response


def differences(form: Any, stands: dict[str, Any], message: str) -> dict[str, Any]:
    """What somebody else saved, field by field, where it is not what was typed."""
    rows = []
    for name, field in form.fields.items():
        if name in {"version", "nonce"} or name not in stands:
            continue
        typed, saved = form[name].data, form[name].field.prepare_value(stands[name])
        saved = [] if saved is None and isinstance(typed, list) else saved
        if _as_typed(field, typed) != _as_typed(field, saved):
            rows.append((field.label, _as_words(field, saved)))
    return {"message": message, "rows": rows}


def _as_typed(field: Any, value: Any) -> str:
    try:
        return str(field.clean(value))
    except Exception:  # noqa: BLE001 - what cannot be read is compared as it was typed
        return str(value)


def _as_words(field: Any, value: Any) -> str:
    choices = {str(key): str(label) for key, label in getattr(field, "choices", [])}
    values = value if isinstance(value, list) else [value]
    words = [choices.get(str(one), "" if one is None else str(one)) for one in values]
    return ", ".join(word for word in words if word) or "–"


def again(form: Any, request: SignedInRequest, version: int) -> Any:
    """The same form as it was typed: saved once more, it knowingly replaces what the other person wrote."""
    form.data = request.POST.copy()
    form.data["version"] = str(version)
    return form


def refusal(request: SignedInRequest, page: CommunityPage, error: BusinessRuleError) -> HttpResponse:
    """Back to the roadmap as it stands, with the reason."""
    messages.error(request, str(error))
    response = HttpResponseRedirect(address_of(page.community))
    if is_fragment(request):
        answer = HttpResponse(status=204)
        answer.headers["HX-Redirect"] = response.url
        return answer
    return response


@require_POST
@community_view("roadmap")
def roadmap_undo(request: SignedInRequest, page: CommunityPage, version: int) -> HttpResponse:
    """Takes back the change that made `version`, unless somebody changed something since."""
    require_changing(page)
    try:
        restore_roadmap(actor=request.user, community=page.community, number=version - 1, version=version)
    except BusinessRuleError as error:
        return refusal(request, page, error)
    response = HttpResponseRedirect(address_back(request, address_of(page.community)))
    return toast(request, response, _("The change is taken back."))


@require_POST
@community_view("roadmap")
def roadmap_restore(request: SignedInRequest, page: CommunityPage) -> HttpResponse:
    """Gives the roadmap what an earlier version said."""
    require_changing(page)
    number, version = (cursor_from(request.POST.get(name)) for name in ("number", "version"))
    if number is None or version is None:
        messages.error(request, _("This version is not there any more."))
        return redirect(address_of(page.community))
    community = page.community
    try:
        made = restore_roadmap(actor=request.user, community=community, number=number, version=version)
    except BusinessRuleError as error:
        return refusal(request, page, error)
    text = _("Version %(number)s is restored. The one before stays in the history.") % {"number": number}
    return show_roadmap(request, page, made, text)
