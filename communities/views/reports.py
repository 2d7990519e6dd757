"""Reports to the sponsor: their list, each of them, on the screen and on paper. Propositions 41, 43."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import SignedInRequest
from communities.actions import reports
from communities.enums import ReportAnswer, Stage
from communities.facts import Figure, read_facts
from communities.facts.frozen import thaw
from communities.forms.reports import AnswerForm, ReportForm
from communities.models import Community, SponsorReport
from communities.views import figures
from communities.views.page import CommunityPage, PageView, community_view
from core.errors import BusinessRuleError, EditConflict
from core.paper import PaperFailed, paper_response
from core.policies import Abilities, abilities_for
from core.toasts import toast

THANKS = {
    ReportAnswer.CONTINUE: gettext_lazy("Your answer is sent: continue."),
    ReportAnswer.CORRECT: gettext_lazy("Your answer is sent: the animators will correct."),
    ReportAnswer.CLOSE: gettext_lazy("Your answer is sent: animators and community manager agree on how to close."),
}


def report_view(view: PageView) -> PageView:
    """Gives the view a report of the community with what the person may do with it; 404 for whoever may not read it."""

    @community_view("dashboard")
    @wraps(view)
    def wrapped(request: SignedInRequest, page: CommunityPage, pk: int, **kwargs: Any) -> Any:
        found = SponsorReport.objects.visible_to(request.user).for_page()
        report = found.filter(pk=pk, community=page.community.pk).first()
        if report is None:
            raise Http404
        # The one that carries its counts.
        report.community = page.community
        return view(request, page, report, abilities_for(request.user, report), **kwargs)

    return wrapped


@require_GET
@community_view("dashboard")
def report_list(request: SignedInRequest, page: CommunityPage) -> HttpResponse:
    """Every report of the community that the person may read, the last one first."""
    if not (page.abilities.animate_community or page.abilities.sponsor_community or page.abilities.steer_community):
        raise Http404
    found = list(SponsorReport.objects.visible_to(request.user).filter(community=page.community).for_page())
    rows = [{"report": row, "period": figures.span(reports.period_of(row)), "is_late": _is_late(row)} for row in found]
    for row in found:
        row.community = page.community
    if not page.abilities.view_dashboard:
        page.tab = "reports"
    return render(request, "communities/report/report_list.html", page.context(rows=rows))


@require_GET
@report_view
def report_detail(
    request: SignedInRequest, page: CommunityPage, report: SponsorReport, abilities: Abilities
) -> HttpResponse:
    """One report: read by whoever answers for the community, completed by its animators, answered by its sponsor."""
    return _page(request, page, report, abilities)


@require_POST
@report_view
def report_write(
    request: SignedInRequest, page: CommunityPage, report: SponsorReport, abilities: Abilities
) -> HttpResponse:
    """Keeps the word of the animators, or sends the report: the button that was pressed says which."""
    form = ReportForm(request.POST)
    status, conflict = 422, ""
    if form.is_valid():
        is_sending = "send" in request.POST
        act = reports.send_report if is_sending else reports.write_word
        try:
            act(actor=request.user, report=report, **form.cleaned_data)
        except EditConflict as error:
            status, conflict = 409, error.current.word
            # Sent again as it stands, it now knowingly replaces what the other person wrote.
            form.data = {**request.POST.dict(), "version": str(error.current.version)}
        except BusinessRuleError as error:
            form.add_error("word" if abilities.write_report else None, str(error))
        else:
            text = (
                _("The report is sent: your sponsor is told.")
                if is_sending
                else _("Your word is kept. Nothing is sent.")
            )
            return toast(request, redirect(report), text)
    return _page(request, page, report, abilities, form=form, conflict=conflict, status=status)


@require_POST
@report_view
def report_answer(
    request: SignedInRequest, page: CommunityPage, report: SponsorReport, abilities: Abilities
) -> HttpResponse:
    """The sponsor's answer."""
    form = AnswerForm(request.POST)
    if form.is_valid():
        answer = form.cleaned_data["answer"]
        try:
            reports.answer_report(actor=request.user, report=report, answer=answer, word=form.cleaned_data["word"])
        except BusinessRuleError as error:
            if not abilities.answer_report:
                messages.error(request, str(error))
                return redirect(report)
            form.add_error("word", str(error))
        else:
            return toast(request, redirect(report), THANKS[answer])
    return _page(request, page, report, abilities, answer_form=form, status=422)


@require_POST
@report_view
def report_paper(
    request: SignedInRequest, page: CommunityPage, report: SponsorReport, abilities: Abilities
) -> HttpResponse:
    """The same page as an accessible PDF; counted and audited as every export."""
    try:
        reports.note_export(actor=request.user, report=report)
    except BusinessRuleError as error:
        messages.error(request, str(error))
        return redirect(report)
    shown = _figures(report)
    title = _("Report: %(community)s") % {"community": report.community.name}
    period = reports.period_of(report)
    data = {
        "title": title,
        "subtitle": figures.span(period),
        "made": _("Made on %(day)s") % {"day": date_format(timezone.localdate(), "DATE_FORMAT")},
        "purpose": report.community.purpose,
        "facts": _facts(report),
        "word": _paragraphs(report.word),
        "answer": report.get_answer_display() if report.is_answered else "",
        "answer_word": _paragraphs(report.answer_word),
        "answered": _answered(report),
        "figures": [
            {"label": t.label, "value": t.value, "few": t.is_withheld, "trend": t.trend, "definition": t.definition}
            for t in figures.tiles(shown, period)
        ],
        "words": {
            "word": _("Word of the animators"),
            "figures": _("Figures"),
            "figures_head": [_("Indicator"), _("Period"), _("Compared with the period before")],
            "answer": _("Answer of the sponsor"),
            "definitions": _("What the figures mean"),
            "privacy": _("A figure that would speak of fewer than five people is not shown."),
        },
    }
    try:
        return paper_response("report.typ", data, title=title)
    except PaperFailed as error:
        messages.error(request, str(error))
        return redirect(report)


def _page(
    request: SignedInRequest,
    page: CommunityPage,
    report: SponsorReport,
    abilities: Abilities,
    *,
    form: ReportForm | None = None,
    answer_form: AnswerForm | None = None,
    conflict: str = "",
    status: int = 200,
) -> HttpResponse:
    period = reports.period_of(report)
    tiles = figures.tiles(_figures(report), period)
    if form is None and abilities.write_report:
        form = ReportForm(initial={"word": report.word, "version": report.version})
    if answer_form is None and abilities.answer_report:
        answer_form = AnswerForm()
    context = {
        "report": report,
        "community": report.community,
        "abilities": abilities,
        "period": figures.span(period),
        "before": figures.span(period.before) if any(tile.trend for tile in tiles) else "",
        "tiles": tiles,
        "form": form if abilities.write_report else None,
        "answer_form": answer_form if abilities.answer_report else None,
        "conflict": conflict,
        "is_late": _is_late(report),
        "facts": _facts(report),
        "answered": _answered(report),
        # Nothing closes by itself: whoever may is shown where.
        "can_close": report.answer == ReportAnswer.CLOSE
        and page.community.stage != Stage.ARCHIVED
        and page.abilities.change_stage,
    }
    return render(request, "communities/report/report_detail.html", context, status=status)


def _figures(report: SponsorReport) -> dict[str, Figure]:
    """Those that were sent; as long as nothing is, those of today."""
    if report.is_prepared:
        return read_facts(report.community, reports.period_of(report)).figures
    return thaw(report.facts)


def _paragraphs(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _is_late(report: SponsorReport) -> bool:
    return report.is_late(timezone.localdate())


def _facts(report: SponsorReport) -> list[str]:
    """Who sent it to whom, and when an answer is expected."""
    community: Community = report.community
    found = []
    if community.sponsor:
        found.append(_("Sponsor: %(person)s") % {"person": community.sponsor.full_name})
    if report.sent_at:
        words = {"person": str(report.sent_by or ""), "day": date_format(timezone.localtime(report.sent_at), "j F Y")}
        found.append((_("Sent by %(person)s on %(day)s") if report.sent_by else _("Sent on %(day)s")) % words)
    return found


def _answered(report: SponsorReport) -> str:
    if not report.answered_at:
        return ""
    day = date_format(timezone.localtime(report.answered_at), "j F Y")
    if report.answered_by is None:
        return day
    words = {"person": report.answered_by.full_name, "day": day}
    if report.answered_by_id != report.community.sponsor_id:
        return _("%(person)s, deputy of the sponsor, on %(day)s") % words
    return _("%(person)s, on %(day)s") % words
