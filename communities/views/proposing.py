"""Proposing a community: five short steps, each saved as one goes, with or without a script. Proposition 43."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts.requests import SignedInRequest
from accounts.suggested import as_suggestion
from communities.actions.proposals import DifferenceMissing, submit_proposal
from communities.enums import CommunityKind, ProposalState
from communities.forms.proposals import (
    AudienceForm,
    EssentialsForm,
    FirstRoadmapForm,
    SendingForm,
    StepForm,
    TeamForm,
    typed_of,
    typed_roadmap,
)
from communities.models import Community, Membership, Proposal, ProposalStep
from communities.models.proposal import PROPOSAL_DRAFT
from communities.near import Near, near_communities
from communities.permissions.proposal import may_propose
from communities.roadmap_templates import roadmap_templates
from core.actions.drafts import discard_draft, save_draft
from core.errors import BusinessRuleError, Forbidden
from core.htmx import render
from core.keyset import cursor_from
from core.models import Draft
from core.once import made_before, new_nonce
from core.policies import abilities_for_each
from core.toasts import toast


@dataclass(frozen=True)
class Step:
    """One step: its word in the address, its title, its form and the template of its fields."""

    slug: str
    title: Any
    form: type[StepForm]

    @property
    def template(self) -> str:
        return f"communities/proposal/_{self.slug}.html"


STEPS: Final = (
    Step("essentials", gettext_lazy("The essentials"), EssentialsForm),
    Step("audience", gettext_lazy("For whom"), AudienceForm),
    Step("team", gettext_lazy("Who animates"), TeamForm),
    Step("roadmap", gettext_lazy("Roadmap"), FirstRoadmapForm),
    Step("sending", gettext_lazy("Sponsor and sending"), SendingForm),
)
BY_SLUG: Final = {step.slug: step for step in STEPS}


class Writing:
    """What a person has typed so far of one proposal, and where it is kept."""

    def __init__(self, request: SignedInRequest) -> None:
        self.user = request.user
        self.previous = _previous(request)
        part = f"from:{self.previous.pk}" if self.previous else "new"
        self.place = f"{PROPOSAL_DRAFT}:{part}"
        self.draft = Draft.objects.filter(person=self.user, place=self.place).first()
        self.typed: dict[str, Any] = self._beginning() | (self.draft.data if self.draft else {})

    def _beginning(self) -> dict[str, Any]:
        if self.previous:
            return typed_of(self.previous)
        return {"animator": as_suggestion(self.user), "kind": CommunityKind.PROFESSIONAL.value}

    def address(self, step: Step, **query: str) -> str:
        """Where a step is written."""
        first = step is STEPS[0]
        path = reverse("communities:proposal_new", args=[] if first else [step.slug])
        if self.previous:
            query = {"from": str(self.previous.pk), **query}
        return f"{path}?{urlencode(query)}" if query else path

    def form(self, step: Step, data: Any = None) -> StepForm:
        """The form of a step, as it was left; bound where `data` is given."""
        initial = self.typed
        if step.form is FirstRoadmapForm and "objective_1_title" not in initial:
            model = roadmap_templates[CommunityKind(initial.get("kind") or CommunityKind.PROFESSIONAL)]
            initial = typed_roadmap(model.content(timezone.localdate())) | initial
        about = {"kind": str(self.typed.get("kind", "")), "tags": str(self.typed.get("tags", ""))}
        return step.form(data, initial=initial, user=self.user, **about)

    def keep(self, step: Step, form: StepForm) -> None:
        """Saves what a step holds, right or wrong: nothing that was typed is lost."""
        typed = {name: str(form.data.get(name, "")) for name in form.fields}
        self.typed |= typed
        self.draft = save_draft(actor=self.user, place=self.place, address=self.address(step), data=typed)

    def every_form(self) -> list[tuple[Step, StepForm]]:
        """All steps, bound to what was typed."""
        return [(step, self.form(step, self.typed)) for step in STEPS]


def _previous(request: SignedInRequest) -> Proposal | None:
    pk = request.GET.get("from", "")
    if not pk:
        return None
    mine = Proposal.objects.visible_to(request.user, "communities.retry_proposal")
    mine = mine.select_related("unit").prefetch_related("meant_for", "animators")
    return get_object_or_404(mine, pk=cursor_from(pk))


def _require_proposer(request: SignedInRequest) -> None:
    if not request.user.is_agent:
        raise Http404
    if not may_propose(request.user):
        raise Forbidden("communities.propose_community", _("Ask an ambassador or a community manager to propose it."))


@require_http_methods(["GET", "POST"])
def proposal_new(request: SignedInRequest, step: str = "essentials") -> HttpResponse:
    """One step of a proposal; what was typed is saved whatever button is pressed."""
    _require_proposer(request)
    current = BY_SLUG[step]
    made = made_before(request.user, request.POST.get("nonce", ""))
    if isinstance(made, Proposal):
        return redirect(made.get_absolute_url())
    writing = Writing(request)
    if request.method == "GET":
        is_checked = "check" in request.GET
        form = writing.form(current, writing.typed if is_checked else None)
        return _page(request, writing, current, form, status=200)
    form = writing.form(current, request.POST)
    writing.keep(current, form)
    index = STEPS.index(current)
    if request.POST.get("go") == "back" and index:
        return redirect(writing.address(STEPS[index - 1]))
    if not form.is_valid():
        return _page(request, writing, current, form, status=422)
    if current is not STEPS[-1]:
        return redirect(writing.address(STEPS[index + 1]))
    return _send(request, writing, form)


def _send(request: SignedInRequest, writing: Writing, form: StepForm) -> HttpResponse:
    forms = writing.every_form()
    for step, filled in forms:
        if not filled.is_valid():
            return redirect(writing.address(step, check="1"))
    values: dict[str, Any] = {}
    for _step, filled in forms:
        values |= filled.values()
    nonce = request.POST.get("nonce", "")
    try:
        proposal = submit_proposal(actor=request.user, previous=writing.previous, nonce=nonce, **values)
    except DifferenceMissing:
        return redirect(writing.address(STEPS[0], check="1"))
    except BusinessRuleError as error:
        form.add_error(None, str(error))
        return _page(request, writing, STEPS[-1], form, status=422)
    discard_draft(actor=request.user, place=writing.place)
    text = _("Your proposal is sent: a community manager will read it, and you will be told of each step.")
    return toast(request, redirect(proposal.get_absolute_url()), text)


def _page(request: SignedInRequest, writing: Writing, step: Step, form: StepForm, *, status: int) -> HttpResponse:
    index = STEPS.index(step)
    context = {
        "form": form,
        "step": step,
        "is_last": step is STEPS[-1],
        "back": writing.address(STEPS[index - 1]) if index else "",
        "marks": [
            {"number": number, "title": other.title, "address": writing.address(other), "is_done": number <= index}
            for number, other in enumerate(STEPS, start=1)
        ],
        "draft": writing.draft,
        "place": writing.place,
        "address": writing.address(step),
        "previous": writing.previous,
        "nonce": request.POST.get("nonce") or new_nonce(),
        "recap": _recap(writing) if step is STEPS[-1] else [],
        **usual_waits(),
    }
    if step is STEPS[0]:
        near = getattr(form, "near", ()) or _near(request.user, writing.typed)
        context |= {"near": near_cards(request.user, near)}
    return render(request, "communities/proposal/new.html", context, status=status)


def _recap(writing: Writing) -> list[dict[str, Any]]:
    """What was written in the steps before, to be read again before sending."""
    typed = writing.typed
    access = AudienceForm.base_fields["access"].choices  # type: ignore[attr-defined]
    said = (
        (STEPS[0], [typed.get("name"), typed.get("purpose")]),
        (STEPS[1], [dict(access).get(typed.get("access"), "")]),
        (STEPS[2], [str(typed.get(name) or "").partition(" · ")[0] for name in ("animator", "other_animator")]),
        (STEPS[3], [typed.get(f"{name}_{number}_title") for name in ("objective", "milestone") for number in (1, 2)]),
    )
    return [
        {"title": step.title, "address": writing.address(step), "lines": [line for line in lines if line]}
        for step, lines in said
    ]


@require_GET
def proposal_near(request: SignedInRequest) -> HttpResponse:
    """The communities near to what is being typed, among those that the person may see."""
    _require_proposer(request)
    context = {"near": near_cards(request.user, _near(request.user, request.GET))}
    return render(request, "communities/proposal/_near.html", context)


def _near(user: Any, typed: Any) -> list[Near]:
    name, purpose = str(typed.get("name", ""))[:100], str(typed.get("purpose", ""))[:300]
    tags = [word.strip() for word in str(typed.get("tags", ""))[:300].split(",") if word.strip()]
    return near_communities(viewer=user, name=name, purpose=purpose, tags=tags) if name.strip() else []


def near_cards(user: Any, near: Any) -> list[dict[str, Any]]:
    """What helps to choose between joining a near community and proposing another."""
    found = Community.objects.for_list().with_counts().in_bulk([one.community.pk for one in near])
    communities = [found[one.community.pk] for one in near if one.community.pk in found]
    if not communities:
        return []
    abilities = abilities_for_each(user, communities)
    members = Membership.objects.members().filter(community__in=found)
    mine = set(members.filter(person=user).values_list("community", flat=True))
    # Nobody is a colleague of who has no unit.
    of_my_unit = members.current().filter(person__unit=user.unit_id or 0).exclude(person=user)
    counted = of_my_unit.order_by().values("community").annotate(count=Count("pk"))
    colleagues = dict(counted.values_list("community", "count"))
    cards = []
    for community in communities:
        may = abilities[community.pk]
        card = {
            "community": community,
            "may_join": may.join_community and community.pk not in mine,
            "is_member": community.pk in mine,
            # How many of one service belong to it is for those who see its members.
            "colleagues": colleagues.get(community.pk, 0) if may.view_members else 0,
        }
        cards.append(card)
    return cards


def usual_waits() -> dict[str, str]:
    """How long a check and a decision usually take, in words; empty where too few proposals can tell."""
    waits = ProposalStep.objects.all().usual_waits()
    return {
        "usual_check": _in_words(waits.get(ProposalState.CHECKING)),
        "usual_decision": _in_words(waits.get(ProposalState.SPONSORING)),
    }


def _in_words(wait: Any) -> str:
    if wait is None:
        return ""
    days = -(-int(wait.total_seconds()) // 86400)
    if days <= 1:
        return _("usually within the day")
    if days < 7:
        return _("usually within %(count)d days") % {"count": days}
    if days == 7:
        return _("usually within a week")
    return _("usually within %(count)d weeks") % {"count": -(-days // 7)}
