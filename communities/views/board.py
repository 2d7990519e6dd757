"""The board of community managers, and the file that they keep of each community."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Unit
from accounts.requests import SignedInRequest
from communities import board
from communities.actions.companions import accompany_community, add_note, delete_note
from communities.forms.board import BoardFilter, CompanionForm, NoteForm
from communities.models import Community, ManagerNote, Proposal
from core.errors import BusinessRuleError
from core.models import ParameterValue
from core.once import new_nonce
from core.platform import require_platform
from core.toasts import toast

PAGE = 30
# Ministries and directions: a service comes with the direction that holds it.
LEVELS = 2
LATEST = 20


def _require(request: SignedInRequest) -> None:
    require_platform(request.user, "communities.accompany_community", _("This is for community managers."))


@require_GET
def community_board(request: SignedInRequest) -> HttpResponse:
    """Where everything stands and since when; the lines of one state, those that have waited longest first."""
    _require(request)
    now, companions = timezone.now(), board.load_of_companions(request.user)
    units = Unit.objects.filter(depth__lte=LEVELS).order_by("path")
    form = BoardFilter(request.GET, units=units, managers=companions)
    choice = form.choice()
    rows = board.board(request.user, choice, now)
    state = form.chosen_state or next((row.state for row in rows if row.total), board.CHECK)
    lines = Paginator(_lines(request.user, choice, state, form.chosen_age, now), PAGE).get_page(request.GET.get("page"))
    # Read here: a template asks for nothing.
    lines.object_list = list(lines.object_list)
    # A value that means nothing narrows nothing, and is not worth a reproach.
    form.errors.clear()
    parameters = ParameterValue.objects.every()
    context = {
        "form": form,
        "rows": rows,
        "ages": [title for title, _days in board.AGES.values()],
        "state": state,
        "state_title": board.STATES[state],
        "is_proposal": state in board.PROPOSED,
        "lines": lines,
        "companions": companions,
        "pilots": list(board.pilots(request.user)),
        "pilots_least": parameters["communities.pilots_least"],
        "pilots_most": parameters["communities.pilots_most"],
        "orphans": list(board.orphans(request.user)[:LATEST]),
    }
    return render(request, "communities/board/board_detail.html", context)


def _lines(user: Any, choice: board.Choice, state: str, age: str, now: Any) -> QuerySet[Any]:
    if state in board.PROPOSED:
        found = board.in_cell(board.proposals_on_board(user, choice), state, age, now)
        return found.select_related("unit", "sponsor", "accompanied_by", "proposed_by")
    return board.for_lines(board.in_cell(board.communities_on_board(user, choice), state, age, now))


@require_GET
def community_file(request: SignedInRequest, slug: str) -> HttpResponse:
    """What community managers know of one community: who answers for it and what they noted."""
    _require(request)
    return _file(request, _community(request, slug))


@require_POST
def companion_set(request: SignedInRequest, slug: str) -> HttpResponse:
    """Says who accompanies a community."""
    _require(request)
    community = _community(request, slug)
    form = CompanionForm(request.POST)
    if not form.is_valid():
        return _file(request, community, companion_form=form, status=422)
    manager = form.cleaned_data["manager"]
    accompany_community(actor=request.user, community=community, manager=manager)
    text = _("%(person)s accompanies the community.") % {"person": manager} if manager else _("Nobody accompanies it.")
    return toast(request, redirect("communities:community_file", slug=slug), text)


@require_POST
def note_create(request: SignedInRequest, slug: str) -> HttpResponse:
    """Leaves a note on a community."""
    _require(request)
    community = _community(request, slug)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _file(request, community, note_form=form, status=422)
    nonce = request.POST.get("nonce", "")
    add_note(actor=request.user, about=community, text=form.cleaned_data["text"], nonce=nonce)
    return toast(request, redirect("communities:community_file", slug=slug), _("Note kept."))


@require_POST
def note_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    """Takes back a note of one's own."""
    _require(request)
    note = get_object_or_404(ManagerNote.objects.select_related("community", "proposal"), pk=pk)
    if note.community is not None:
        back = redirect("communities:community_file", slug=note.community.slug)
    else:
        back = redirect("communities:proposal_detail", pk=note.proposal_id)
    try:
        delete_note(actor=request.user, note=note)
    except BusinessRuleError as error:
        messages.error(request, str(error))
        return back
    return toast(request, back, _("Note deleted."))


@require_POST
def proposal_note_create(request: SignedInRequest, pk: int) -> HttpResponse:
    """Leaves a note on what is proposed; it stays beside the community that comes of it."""
    _require(request)
    proposal = get_object_or_404(Proposal.objects.visible_to(request.user), pk=pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("A note has some words."))
        return redirect(proposal)
    nonce = request.POST.get("nonce", "")
    add_note(actor=request.user, about=proposal, text=form.cleaned_data["text"], nonce=nonce)
    return toast(request, redirect(proposal), _("Note kept."))


def _community(request: SignedInRequest, slug: str) -> Community:
    found = board.for_lines(Community.objects.visible_to(request.user))
    return get_object_or_404(found.select_related("proposal"), slug=slug)


def _file(
    request: SignedInRequest,
    community: Community,
    *,
    companion_form: CompanionForm | None = None,
    note_form: NoteForm | None = None,
    status: int = 200,
) -> HttpResponse:
    proposal = getattr(community, "proposal", None)
    companion = community.accompanied_by.handle if community.accompanied_by else ""
    context = {
        "community": community,
        "proposal": proposal,
        "notes": list(ManagerNote.objects.on_community(community)),
        "companion_form": companion_form or CompanionForm(initial={"manager": companion}),
        "note_form": note_form or NoteForm(),
        "nonce": new_nonce(),
    }
    return render(request, "communities/board/community_file.html", context, status=status)
