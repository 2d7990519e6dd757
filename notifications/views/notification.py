from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.shortcuts import render as render_template
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.htmx import is_fragment, render
from core.keyset import cursor_from, page_by_id
from notifications.actions.notices import mark_all_read, mark_read
from notifications.models import Notification
from notifications.unread import UNREAD_MAX, unread_count
from notifications.words import Line, lines_of

PAGE = 30


@dataclass(frozen=True)
class Day:
    """The news of one day; `title` is empty where the page already shows that day."""

    title: str
    lines: list[Line] = field(default_factory=list)


@require_GET
def notification_list(request: HttpRequest) -> HttpResponse:
    """What is new for me, day by day, of what I may still see."""
    cursor = cursor_from(request.GET.get("before"))
    rows = Notification.objects.visible_to(request.user).select_related("actor")
    page = page_by_id(rows, cursor, PAGE)
    shown = parse_date(request.GET.get("day", "")) if cursor else None
    context: dict[str, Any] = {"days": _days(lines_of(page.items), shown), "next_url": _next_url(page)}
    if not cursor:
        context["newest"] = page.items[0].pk if page.items else 0
        context["unread"] = unread_count(request.user) if page.items else 0
    return render(request, "notifications/notification_list.html", context, fragment=_fragment(cursor))


@require_GET
def notification_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Marks the news as read and leads to what it is about."""
    notification = _own(request, pk)
    mark_read(actor=request.user, notification=notification)
    return redirect(_line(notification).notice.address)


@require_POST
def notification_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes one piece of news out of the count, without opening it."""
    mark_read(actor=request.user, notification=_own(request, pk))
    if not is_fragment(request):
        return redirect("notifications:notification_list")
    return render_template(request, "notifications/_read.html", {"line": _line(_own(request, pk))})


@require_POST
def notification_read_all(request: HttpRequest) -> HttpResponse:
    """Takes out of the count all that the page showed; what came in the meantime stays."""
    mark_all_read(actor=request.user, until=cursor_from(request.POST.get("until")) or 0)
    return redirect("notifications:notification_list")


@require_GET
def notification_news(request: HttpRequest) -> HttpResponse:
    """The pill that says on the open page that something came, without moving what one reads."""
    after = cursor_from(request.GET.get("after")) or 0
    count = Notification.objects.visible_to(request.user).filter(pk__gt=after)[: UNREAD_MAX + 1].count()
    return render_template(request, "notifications/_news.html", {"newest": after, "count": count})


@require_GET
def badge(request: HttpRequest) -> HttpResponse:
    """The bell with its count, for a page that hears that it moved."""
    return render_template(request, "components/_bell.html")


def _own(request: HttpRequest, pk: int) -> Notification:
    return get_object_or_404(Notification.objects.visible_to(request.user).select_related("actor"), pk=pk)


def _line(notification: Notification) -> Line:
    return lines_of([notification])[0]


def _fragment(cursor: int | None) -> str:
    return "notifications/_days.html" if cursor else ""


def _next_url(page: Any) -> str:
    if page.next is None:
        return ""
    day = timezone.localdate(page.items[-1].created_at)
    query = urlencode({"before": page.next, "day": day.isoformat()})
    return f"{reverse('notifications:notification_list')}?{query}"


def _days(lines: Iterable[Line], shown: date | None) -> list[Day]:
    days = groupby(lines, key=lambda line: timezone.localdate(line.notification.created_at))
    return [Day("" if day == shown else _title(day), list(group)) for day, group in days]


def _title(day: date) -> str:
    today = timezone.localdate()
    if day == today:
        return _("Today")
    if day == today - timedelta(days=1):
        return _("Yesterday")
    return date_format(day, _("l j F") if day.year == today.year else _("l j F Y")).capitalize()
