"""Objectives, milestones and communication actions: added, changed, moved, done, removed, in place or page by page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import SignedInRequest
from communities.actions import roadmap_parts as actions
from communities.forms.roadmap import CommunicationForm, MilestoneForm, ObjectiveForm, PartForm
from communities.models import Milestone, Roadmap
from communities.roadmaps import page_of_roadmap
from communities.views.page import CommunityPage, community_view
from communities.views.roadmap import again, differences, part_form, refusal, require_changing, show_roadmap
from core.errors import BusinessRuleError, EditConflict
from core.once import new_nonce


@dataclass(frozen=True)
class PartKind:
    """One sort of part: its form, its actions, its words."""

    noun: str
    form: type[PartForm]
    add: Callable[..., Any]
    change: Callable[..., Any]
    new: Any
    edit: Any
    added: Any
    removed: Any


KINDS: dict[str, PartKind] = {
    "objectives": PartKind(
        noun="objective",
        form=ObjectiveForm,
        add=actions.add_objective,
        change=actions.change_objective,
        new=gettext_lazy("New objective"),
        edit=gettext_lazy("Change the objective"),
        added=gettext_lazy("Objective added."),
        removed=gettext_lazy("Objective removed."),
    ),
    "milestones": PartKind(
        noun="milestone",
        form=MilestoneForm,
        add=actions.add_milestone,
        change=actions.change_milestone,
        new=gettext_lazy("New milestone"),
        edit=gettext_lazy("Change the milestone"),
        added=gettext_lazy("Milestone added."),
        removed=gettext_lazy("Milestone removed."),
    ),
    "communication": PartKind(
        noun="communication",
        form=CommunicationForm,
        add=actions.add_communication,
        change=actions.change_communication,
        new=gettext_lazy("New communication action"),
        edit=gettext_lazy("Change the communication action"),
        added=gettext_lazy("Communication action added."),
        removed=gettext_lazy("Communication action removed."),
    ),
}


@require_http_methods(["GET", "POST"])
@community_view("roadmap")
def part_create(request: SignedInRequest, page: CommunityPage, name: str) -> HttpResponse:
    """A new part."""
    require_changing(page)
    kind, community = KINDS[name], page.community
    others = _others(page) if name == "milestones" else []
    initial = {"nonce": new_nonce()}
    form = kind.form(
        request.POST or None, community=community, others=others, initial=initial, auto_id=f"new-{kind.noun}-%s"
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                part = kind.add(
                    actor=request.user, community=community, nonce=form.cleaned_data["nonce"], **form.values()
                )
            except BusinessRuleError as error:
                form.add_error(None, str(error))
            else:
                return show_roadmap(request, page, part.roadmap, kind.added, changed=part.uid)
    words = {"heading": kind.new, "dom_id": f"{kind.noun}-new", "submit": _("Add")}
    return part_form(request, page, form, words, status=status)


@require_http_methods(["GET", "POST"])
@community_view("roadmap")
def part_edit(request: SignedInRequest, page: CommunityPage, name: str, uid: UUID) -> HttpResponse:
    """A part, changed; two people who save at once are shown each other's text."""
    require_changing(page)
    kind, community = KINDS[name], page.community
    shown = page_of_roadmap(community)
    part = actions.PARTS[name].objects.filter(roadmap__community=community, uid=uid).first()
    if part is None:
        if request.method == "POST":
            return refusal(request, page, actions.PartGone(_("This was removed from the roadmap meanwhile.")))
        raise Http404
    others = _others(page, but=uid) if name == "milestones" else []
    initial = {**kind.form.initial_of(part), "version": shown.roadmap.version}
    form = kind.form(
        request.POST or None, community=community, others=others, initial=initial, auto_id=f"{kind.noun}-{uid}-%s"
    )
    status, conflict = 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            version = form.cleaned_data["version"] or 0
            try:
                changed = kind.change(
                    actor=request.user, community=community, uid=uid, version=version, **form.values()
                )
            except EditConflict as error:
                status = 409
                conflict = differences(form, kind.form.initial_of(error.current), str(error))
                form = again(form, request, shown.roadmap.version)
            except BusinessRuleError as error:
                form.add_error(None, str(error))
            else:
                return show_roadmap(request, page, changed.roadmap, _("Saved."), changed=uid)
    words = {"heading": kind.edit, "dom_id": f"{kind.noun}-{uid}", "submit": _("Save")}
    return part_form(request, page, form, words, conflict=conflict, status=status)


@require_POST
@community_view("roadmap")
def part_remove(request: SignedInRequest, page: CommunityPage, name: str, uid: UUID) -> HttpResponse:
    """A part, removed; the confirmation gives it back."""
    return _do(request, page, KINDS[name].removed, lambda **who: actions.remove_part(name=name, uid=uid, **who))


@require_POST
@community_view("roadmap")
def objective_move(request: SignedInRequest, page: CommunityPage, uid: UUID, way: str) -> HttpResponse:
    """An objective, one place up or down."""
    is_up = way == "up"
    text = _("Objective moved up.") if is_up else _("Objective moved down.")
    return _do(request, page, text, lambda **who: actions.move_objective(uid=uid, up=is_up, **who), changed=uid)


@require_POST
@community_view("roadmap")
def milestone_done(request: SignedInRequest, page: CommunityPage, uid: UUID) -> HttpResponse:
    """A milestone, done or not after all."""
    is_done = "undone" not in request.POST
    text = _("Milestone done. Well done!") if is_done else _("The milestone is under way again.")
    return _do(
        request, page, text, lambda **who: actions.set_milestone_done(uid=uid, is_done=is_done, **who), changed=uid
    )


@require_POST
@community_view("roadmap")
def communication_done(request: SignedInRequest, page: CommunityPage, uid: UUID) -> HttpResponse:
    """A communication action, done or not after all."""
    is_done = "undone" not in request.POST
    text = _("Communication action done.") if is_done else _("The communication action is to be done again.")
    return _do(
        request, page, text, lambda **who: actions.set_communication_done(uid=uid, is_done=is_done, **who), changed=uid
    )


def _do(
    request: SignedInRequest, page: CommunityPage, text: Any, act: Callable[..., Any], *, changed: UUID | None = None
) -> HttpResponse:
    require_changing(page)
    try:
        made = act(actor=request.user, community=page.community)
    except BusinessRuleError as error:
        return refusal(request, page, error)
    roadmap = made if isinstance(made, Roadmap) else made.roadmap
    return show_roadmap(request, page, roadmap, text, changed=changed)


def _others(page: CommunityPage, *, but: UUID | None = None) -> list[Milestone]:
    rows = Milestone.objects.filter(roadmap__community=page.community).by_date()
    return list(rows.exclude(uid=but) if but else rows)
