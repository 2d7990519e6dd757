"""The queue of reported texts, the page of one case, and what is decided there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import SignedInRequest
from communities.actions.moderation import contests, decisions
from communities.charters import charter_of
from communities.enums import CaseState, Outcome, Role
from communities.forms.moderation import AnswerForm, ContestForm, DecisionForm, RestoreForm
from communities.kinds.moderation import sanction_in_words
from communities.models import Case, ContentReport, Decision, Membership
from communities.models.moderation import CaseQuerySet
from communities.views.page import CommunityPage, community_view
from core import richtext
from core.errors import BusinessRuleError, Forbidden
from core.models import Image
from core.platform import require_platform
from core.policies import Abilities, abilities_for, policy_for
from core.targets import target_for
from core.templatetags.rse import in_full
from core.text import lower_first
from core.toasts import toast
from core.views.images import send_image

PAGE = 30
STATES = {"": (CaseState.OPEN,), "contested": (CaseState.CONTESTED,), "decided": (CaseState.DECIDED, CaseState.SETTLED)}


@dataclass(frozen=True)
class Line:
    """One case in a queue. Whoever wrote the text sees that a case concerns them, and nothing of who reported it."""

    case: Any
    abilities: Abilities
    is_author: bool

    @property
    def excerpt(self) -> str:
        """The first words of the text; empty where it is gone for good."""
        target = self.case.target
        return richtext.excerpt(self.case.moderation.body(target), 200) if target else ""

    @property
    def title(self) -> str:
        """What names the text: its title, or its first words where it has none."""
        return str(getattr(self.case.target, "title", "") or self.excerpt)

    @property
    def reasons(self) -> list[str]:
        """What it is reported for, each reason once."""
        found = {report.reason: report.get_reason_display() for report in self.case.reports.all()}
        return [str(label) for label in found.values()]


@require_GET
@community_view("moderation")
def case_list(request: SignedInRequest, page: CommunityPage) -> HttpResponse:
    """The reported texts of one community, for its moderators and animators."""
    if not page.abilities.moderate_community:
        raise Forbidden(
            "communities.moderate_community", _("The moderators of the community look at what is reported.")
        )
    context = _queue(request, Case.objects.filter(community=page.community))
    return render(request, "communities/moderation/case_list.html", page.context(**context))


@require_GET
def case_board(request: SignedInRequest) -> HttpResponse:
    """The reported texts of every community, for community managers: the text, and nothing else of where it stands."""
    require_platform(request.user, "communities.moderate_everywhere", _("Community managers look at this."))
    return render(request, "communities/moderation/case_board.html", _queue(request, Case.objects.all()))


def _queue(request: SignedInRequest, cases: CaseQuerySet) -> dict[str, Any]:
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    found = cases.visible_to(request.user).filter(state__in=STATES[state])
    order = "-decided_at" if state == "decided" else "opened_at"
    paginator = Paginator(found.for_queue(request.user).order_by(order, "pk"), PAGE)
    shown = paginator.get_page(request.GET.get("page"))
    more = request.GET.copy()
    more["page"] = str(shown.number + 1)
    rows = list(shown.object_list)
    policy = policy_for(Case)
    granted = policy.granted_for(request.user, rows)
    lines = [Line(case, Abilities(policy.table, granted[case.pk]), case.author_id == request.user.pk) for case in rows]
    next_url = f"{request.path}?{more.urlencode()}" if shown.has_next() else ""
    return {"lines": lines, "state": state, "total": paginator.count, "next_url": next_url}


# --- One case


@dataclass(frozen=True)
class Moment:
    """One line of the timeline of a case; `who` is empty where the reader does not learn it."""

    at: datetime
    text: str
    who: str = ""
    word: str = ""


@require_GET
def case_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """What was reported and what came of it, each reader seeing what is theirs to know."""
    return _page(request, _case(request, pk))


def _case(request: SignedInRequest, pk: int) -> Case:
    return get_object_or_404(Case.objects.visible_to(request.user).for_queue(request.user), pk=pk)


def _page(request: SignedInRequest, case: Any, *, status: int = 200, **forms: Any) -> HttpResponse:
    abilities = abilities_for(request.user, case)
    every = list(case.decisions.select_related("by", "answered_by"))
    current = next((one for one in reversed(every) if one.undone_at is None), None)
    target, moderation = case.target, case.moderation
    edited_at = moderation.edited_at(target) if target else None
    is_author = case.author_id == request.user.pk
    sees_names = abilities.work_case
    address = _address(request.user, target)
    reports = list(case.reports.select_related("person__unit", "person__photo")) if sees_names else []
    context: dict[str, Any] = {
        "case": case,
        "abilities": abilities,
        "target": target,
        "noun": moderation.noun,
        "title": target_for(target).title(target) if target and (sees_names or is_author or address) else "",
        "body": _body(case, is_reader=bool(address)) if target and (sees_names or is_author) else "",
        "is_edited_since": edited_at is not None and edited_at > case.opened_at,
        "history": moderation.history(target) if target and edited_at else "",
        "address": address,
        "is_author": is_author,
        "is_in_team": "communities.moderate_community"
        in policy_for(case.community).granted(request.user, case.community),
        "decision": current,
        "sanction": sanction_in_words(case, current) if current and case.is_sanction else "",
        "moments": _moments(case, every, reports, sees_names=sees_names, is_author=is_author),
        "reports": reports,
        "can_undo": bool(abilities.undo_decision and current and decisions.can_undo(current)),
        "contest_until": contests.contest_until(current) if abilities.contest_case and current else None,
    }
    if abilities.decide_case:
        context["form"] = forms.get("form") or _decision_form(case)
    if abilities.contest_case:
        context["contest_form"] = forms.get("contest_form") or ContestForm()
    if abilities.answer_contest:
        context["answer_form"] = forms.get("answer_form") or AnswerForm()
    if abilities.restore_case:
        context["restore_form"] = RestoreForm()
    return render(request, "communities/moderation/case_detail.html", context, status=status)


@require_GET
def case_image(request: SignedInRequest, pk: int, image: int) -> HttpResponseBase:
    """A picture of the reported text, for whoever judges it without being a member of its community."""
    case = _case(request, pk)
    if not abilities_for(request.user, case).work_case:
        raise Http404
    shown = Image.objects.filter(owner_type=case.target_type_id, owner_id=case.target_id)
    return send_image(get_object_or_404(shown, pk=image))


def _body(case: Case, *, is_reader: bool) -> str:
    """The text as it is judged; its pictures come through the case for whoever does not read its community."""
    body = case.moderation.body(case.target)
    return body if is_reader else body.replace('src="/images/', f'src="/cases/{case.pk}/images/')


def _address(user: Any, target: Any) -> str:
    """Where the text stands, for whoever may read it there."""
    if target is None:
        return ""
    policy = policy_for(target)
    return str(target_for(target).address(target)) if policy.reading in policy.granted(user, target) else ""


def _decision_form(case: Case, data: Any = None) -> DecisionForm:
    membership = Membership.objects.members().filter(community=case.community, person=case.author).first()
    return DecisionForm(
        data,
        charter=charter_of(case.community),
        is_plain_member=membership is not None and membership.role == Role.MEMBER,
        is_hidden=bool(case.target and case.target.is_hidden),
    )


def _moments(
    case: Case, every: Iterable[Decision], reports: Iterable[ContentReport], *, sees_names: bool, is_author: bool
) -> list[Moment]:
    """What happened, the first first. A reporter learns what became of the text, and nothing of the author."""
    team = _("The team")
    found = [
        Moment(
            report.at,
            _("reported it: %(reason)s") % {"reason": lower_first(str(report.get_reason_display()))},
            str(report.person),
            report.word,
        )
        for report in reports
    ]
    if case.hidden_by_reports_at and (sees_names or is_author):
        found.append(
            Moment(case.hidden_by_reports_at, _("Hidden until a moderator looks: several people reported it."))
        )
    for one in every:
        found += _of_decision(one, team=team, sees_names=sees_names, is_author=is_author)
    return sorted(found, key=lambda moment: moment.at)


def _of_decision(one: Decision, *, team: str, sees_names: bool, is_author: bool) -> list[Moment]:
    if not sees_names and not is_author:
        if one.undone_at:
            return []
        looked = (
            _("has looked at it, and left it.")
            if one.outcome in (Outcome.DISMISS, Outcome.RESTORE)
            else _("has acted.")
        )
        return [Moment(one.at, looked, team)]
    who = str(one.by or team) if sees_names else team
    text = lower_first(str(one.get_outcome_display()))
    if one.until:
        text = _("%(outcome)s, until %(until)s") % {"outcome": text, "until": in_full(one.until)}
    moments = [Moment(one.at, _("decided: %(outcome)s") % {"outcome": text}, who, one.word)]
    if one.undone_at:
        moments.append(Moment(one.undone_at, _("took the decision back at once."), who))
    if one.contested_at:
        moments.append(Moment(one.contested_at, _("contested the decision."), str(one.case.author), one.contest))
    if one.answered_at:
        said = _("upheld the decision.") if one.is_upheld else _("overturned the decision.")
        by = str(one.answered_by or "") if sees_names else _("The community manager")
        moments.append(Moment(one.answered_at, said, by, one.answer))
    return moments


@require_POST
def case_decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """What becomes of the text and of its author."""
    case = _case(request, pk)
    form = _decision_form(case, request.POST)
    is_valid = form.is_valid()
    if not is_valid and abilities_for(request.user, case).decide_case:
        return _page(request, case, form=form, status=422)

    def act() -> Any:
        if not is_valid:
            return decisions.require_decidable(request.user, case)
        return decisions.decide_case(actor=request.user, case=case, **form.cleaned_data)

    return _act(request, case, act, _("Decided. Those concerned are told."), undo=True)


@require_POST
def case_undo(request: SignedInRequest, pk: int) -> HttpResponse:
    """Takes one's own decision back at once."""
    case = _case(request, pk)
    text = _("The decision is taken back: the case waits again.")
    return _act(request, case, lambda: decisions.undo_decision(actor=request.user, case=case), text)


@require_POST
def case_restore(request: SignedInRequest, pk: int) -> HttpResponse:
    """Takes a sanction back, later."""
    case, form = _case(request, pk), RestoreForm(request.POST)
    word = form.cleaned_data["word"] if form.is_valid() else ""
    text = _("The decision is taken back; the author is told.")
    return _act(request, case, lambda: decisions.restore_case(actor=request.user, case=case, word=word), text)


@require_POST
def case_contest(request: SignedInRequest, pk: int) -> HttpResponse:
    """The author asks a community manager to look again."""
    case, form = _case(request, pk), ContestForm(request.POST)
    if not form.is_valid() and abilities_for(request.user, case).contest_case:
        return _page(request, case, contest_form=form, status=422)
    word = form.cleaned_data.get("word", "")
    text = _("Sent. A community manager looks at it and answers you.")
    return _act(request, case, lambda: contests.contest_decision(actor=request.user, case=case, word=word), text)


@require_POST
def case_answer(request: SignedInRequest, pk: int) -> HttpResponse:
    """A community manager upholds or overturns."""
    case, form = _case(request, pk), AnswerForm(request.POST)
    if not form.is_valid() and abilities_for(request.user, case).answer_contest:
        return _page(request, case, answer_form=form, status=422)
    is_upheld, word = form.cleaned_data.get("verdict") != "overturn", form.cleaned_data.get("word", "")

    def act() -> Any:
        return contests.answer_contest(actor=request.user, case=case, is_upheld=is_upheld, word=word)

    return _act(request, case, act, _("Answered. The author and the moderators are told."))


def _act(
    request: SignedInRequest, case: Case, act: Callable[[], Any], text: str, *, undo: bool = False
) -> HttpResponse:
    response = redirect(case)
    try:
        act()
    except BusinessRuleError as error:
        messages.error(request, str(error))
        return response
    address = reverse("communities:case_undo", args=[case.pk]) if undo else ""
    return toast(request, response, text, undo_url=address)
