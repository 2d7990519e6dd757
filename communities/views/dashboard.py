"""The animators' dashboard: what to do next, then how the community goes. Proposition 53."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.requests import SignedInRequest
from communities.facts import Period, read_facts
from communities.views import figures
from communities.views.page import CommunityPage, community_view
from core.exports import FORMATS, export

# Twelve weeks: about a quarter, so that a report and the dashboard speak alike. The periods that one may choose do not
# overlap: the difference of two of them would speak of whoever was active in the days that they do not share.
DAYS = 84
CHOICES = 4


@dataclass(frozen=True)
class PeriodChoice:
    """A period as a filter offers it."""

    number: int
    label: str
    is_current: bool


@require_GET
@community_view("dashboard")
def dashboard_detail(request: SignedInRequest, page: CommunityPage) -> HttpResponse:
    """Next actions first, then figures; only what this person may do is proposed to them."""
    _require(page)
    number = _chosen(request)
    period = recent_period(number)
    reading = read_facts(page.community, period)
    context = {
        "period": figures.span(period),
        "before": figures.span(period.before),
        "number": number,
        "choices": [PeriodChoice(n, figures.span(recent_period(n)), n == number) for n in range(CHOICES)],
        "actions": [action for action in reading.actions if page.abilities[action.ability]],
        "tiles": figures.tiles(reading.figures, period),
        "chart": figures.chart(reading.figures, period),
        "has_reports": bool(page.community.sponsor_id)
        and (page.abilities.animate_community or page.abilities.steer_community),
    }
    return render(request, "communities/dashboard/dashboard_detail.html", page.context(**context))


@require_GET
@community_view("dashboard")
def dashboard_export(request: SignedInRequest, page: CommunityPage, kind: str) -> HttpResponseBase:
    """The same figures as a file."""
    _require(page)
    if kind not in FORMATS:
        raise Http404
    period = recent_period(_chosen(request))
    head, rows = figures.table(read_facts(page.community, period).figures, period)
    title = _("Figures of %(community)s") % {"community": page.community.name}
    return export(kind, title, head, rows)


def recent_period(number: int = 0) -> Period:
    """The twelve weeks that end today, or those before them, so many times back."""
    end = timezone.localdate() - timedelta(days=DAYS * number)
    return Period(end - timedelta(days=DAYS - 1), end)


def _chosen(request: SignedInRequest) -> int:
    text = request.GET.get("period", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 2 and int(text) < CHOICES else 0


def _require(page: CommunityPage) -> None:
    # Figures that one may not see do not exist: the address answers as one that is not there.
    if not page.abilities.view_dashboard:
        raise Http404
