"""The page of one proposal, for its proposer, the community managers and the sponsor; each sees what they may do."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.requests import SignedInRequest
from communities.actions.proposals import (
    move_proposal,
    remind,
    reminder_from,
    resubmit_proposal,
    revise_proposal,
    take_charge,
)
from communities.enums import ProposalState, ProposalVerb
from communities.forms.board import NoteForm
from communities.forms.proposals import ProposalForm, typed_of
from communities.models import Community, ManagerNote, Proposal
from communities.models.proposal import PROPOSAL_DRAFT, step_of
from communities.permissions.proposal import permission_of
from core.actions.drafts import discard_draft
from core.errors import BusinessRuleError, EditConflict, Forbidden
from core.htmx import render
from core.keyset import cursor_from
from core.once import new_nonce
from core.platform import holds_platform_permission
from core.policies import abilities_for
from core.toasts import toast

V = ProposalVerb
DONE: Final = {
    V.TAKE: gettext_lazy("You accompany this proposal; its proposer is told."),
    V.RETURN: gettext_lazy("Sent back with your remarks; the proposer is told."),
    V.PASS: gettext_lazy("Passed on; the sponsor is told."),
    V.RECALL: gettext_lazy("Taken back from the sponsor."),
    V.VALIDATE: gettext_lazy("Validated. The community is in preparation, and its animators are told."),
    V.ASK: gettext_lazy("Your changes are asked; the proposer is told."),
    V.REFUSE: gettext_lazy("Refused; the proposer is told why."),
    V.WITHDRAW: gettext_lazy("Your proposal is withdrawn. You may take it up again."),
    V.REMIND: gettext_lazy("Reminder sent."),
}


def _get(request: SignedInRequest, pk: int) -> Proposal:
    return get_object_or_404(Proposal.objects.visible_to(request.user).for_page(), pk=pk)


@require_GET
def proposal_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """All that is proposed, where it stands, and what the reader may do with it."""
    return _page(request, _get(request, pk))


def _page(request: SignedInRequest, proposal: Proposal, *, status: int = 200, **more: Any) -> HttpResponse:
    steps = list(proposal.steps.all())
    reminder = reminder_from(proposal)
    context = {
        "proposal": proposal,
        "steps": steps,
        "abilities": abilities_for(request.user, proposal),
        "checked": step_of(steps, V.PASS),
        "returned": _open_remarks(proposal, steps),
        "refusal": step_of(steps, V.REFUSE) if proposal.state == ProposalState.REFUSED else None,
        "near": _matches_for(request.user, proposal),
        "audience": _audience(proposal),
        "milestones": [
            {**part, "due_on": parse_date(part.get("due_on") or "")} for part in proposal.roadmap.get("milestones", [])
        ],
        "people": list(proposal.animators.all()),
        "reminder_from": reminder if reminder > timezone.now() else None,
        "is_for_deputy": proposal.sponsor_id in request.user.decides_for and proposal.sponsor_id != request.user.pk,
        "is_mine": proposal.proposed_by_id == request.user.pk,
        "error": "",
        "failed": "",
        "word": "",
        **_notes(request, proposal),
        **more,
    }
    return render(request, "communities/proposal/detail.html", context, status=status)


def _notes(request: SignedInRequest, proposal: Proposal) -> dict[str, Any]:
    """What community managers note for each other; nothing for anybody else, nor for whoever proposes."""
    is_mine = proposal.proposed_by_id == request.user.pk
    if is_mine or not holds_platform_permission(request.user, "communities.accompany_community"):
        return {}
    address = reverse("communities:proposal_note_create", args=[proposal.pk])
    notes = list(ManagerNote.objects.on_proposal(proposal))
    return {"notes": notes, "note_form": NoteForm(), "note_address": address, "nonce": new_nonce()}


def _open_remarks(proposal: Proposal, steps: list[Any]) -> Any:
    is_back = proposal.state in {ProposalState.RETURNED, ProposalState.CHANGES}
    return step_of(steps, V.RETURN, V.ASK) if is_back else None


def _matches_for(user: Any, proposal: Proposal) -> list[Community]:
    """Near communities at the moment of sending, as far as the reader sees them, the nearest first."""
    scores = {match["community"]: match["score"] for match in proposal.matches}
    if not scores:
        return []
    found = Community.objects.visible_to(user).for_list().filter(pk__in=scores)
    return sorted(found, key=lambda community: (-scores[community.pk], community.name))


def _audience(proposal: Proposal) -> dict[str, Any]:
    """How many agents it is meant for, and of which units."""
    units = list(proposal.meant_for.all())
    within = Q()
    for unit in units:
        within |= Q(unit__path__startswith=unit.path)
    agents = User.objects.current().filter(within, is_external=False).count()
    return {"units": units, "agents": agents}


@require_POST
def proposal_move(request: SignedInRequest, pk: int, verb: ProposalVerb) -> HttpResponse:
    """Takes one step; whoever comes second is told what was decided, and a missing word keeps the page as it was."""
    proposal = _get(request, pk)
    word = request.POST.get("word", "")
    version = request.POST.get("version", "")
    try:
        if verb == V.TAKE:
            take_charge(actor=request.user, proposal=proposal)
        elif verb == V.REMIND:
            remind(actor=request.user, proposal=proposal)
        else:
            # No version is none that stands: whoever decides has read what they decide on.
            read = cursor_from(version) or 0
            moved = move_proposal(actor=request.user, proposal=proposal, verb=verb, version=read, word=word)
            if verb == V.VALIDATE and moved.community and _sees(request.user, moved.community):
                return toast(request, redirect(moved.community.get_absolute_url()), DONE[verb])
    except EditConflict as error:
        return _page(request, _get(request, pk), status=409, error=str(error), failed=verb.value, word=word)
    except BusinessRuleError as error:
        fresh = _get(request, pk)
        if fresh.state != proposal.state or not getattr(abilities_for(request.user, fresh), f"{verb.value}_proposal"):
            messages.error(request, str(error))
            return redirect(fresh.get_absolute_url())
        return _page(request, fresh, status=422, error=str(error), failed=verb.value, word=word)
    return toast(request, redirect(proposal.get_absolute_url()), DONE[verb])


def _sees(user: Any, community: Community) -> bool:
    return bool(user.has_perm("communities.view_community", community))


@require_http_methods(["GET", "POST"])
def proposal_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Changing a proposal that came back, and sending it again; two who save at once are shown each other's text."""
    proposal = _get(request, pk)
    if not request.user.has_perm(permission_of(V.REVISE), proposal):
        hint = _("A proposal is changed by its proposer, while it is back with them.")
        raise Forbidden(permission_of(V.REVISE), hint)
    initial = typed_of(proposal) | {"version": str(proposal.version)}
    form = ProposalForm(request.POST or None, initial=initial, user=request.user)
    status, conflict = 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            values = form.values()
            word, is_sent = values.pop("word"), "send" in request.POST
            about: dict[str, Any] = {"actor": request.user, "proposal": proposal}
            about["version"] = form.cleaned_data["version"]
            try:
                if is_sent:
                    resubmit_proposal(word=word, **about, **values)
                else:
                    revise_proposal(**about, **values)
            except EditConflict as error:
                status, conflict = 409, _differences(form, error.current)
                # Saved again as it stands, it now knowingly replaces what was saved meanwhile.
                form.data = {**request.POST.dict(), "version": str(error.current.version)}
            except BusinessRuleError as error:
                form.add_error(None, str(error))
            else:
                discard_draft(actor=request.user, place=f"{PROPOSAL_DRAFT}:edit:{proposal.pk}")
                sent, saved = _("Sent again: you will be told of each step."), _("Saved. Send it when it is ready.")
                return toast(request, redirect(proposal.get_absolute_url()), sent if is_sent else saved)
    steps = list(proposal.steps.all())
    context = {"proposal": proposal, "form": form, "conflict": conflict, "returned": _open_remarks(proposal, steps)}
    return render(request, "communities/proposal/edit.html", context, status=status)


def _differences(form: ProposalForm, current: Proposal) -> list[tuple[str, str]]:
    """What is saved now, of each field in which it is not what was typed."""
    stands = typed_of(Proposal.objects.prefetch_related("meant_for", "animators").get(pk=current.pk))
    rows = []
    for name, value in stands.items():
        field = form.fields[name]
        if value != str(form.data.get(name, "")):
            rows.append((str(field.label), value))
    return rows


@require_GET
def proposal_retry(request: SignedInRequest, pk: int) -> HttpResponse:
    """Leads to the steps, filled with what a refused or withdrawn proposal said."""
    proposal = _get(request, pk)
    if not request.user.has_perm(permission_of(V.RETRY), proposal):
        raise Forbidden(permission_of(V.RETRY), _("Only its proposer takes it up again, once it is over."))
    return redirect(f"{reverse('communities:proposal_new')}?from={proposal.pk}")
