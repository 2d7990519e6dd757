from __future__ import annotations

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from accounts.models import Unit, User
from accounts.views.people import page_of_people
from core.htmx import render


@require_GET
def unit_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A unit: what holds it, what it holds, its agents, and who heads it."""
    unit = get_object_or_404(Unit.objects.visible_to(request.user), slug=slug)
    seen = User.objects.visible_to(request.user).current()
    page = page_of_people(request, seen.filter(unit=unit).for_list().with_skills())
    if not page.is_first:
        context = {"page": page, "title": unit.name}
        return render(request, "accounts/person_list_more.html", context, fragment="accounts/_person_cards.html")
    current = Q(agents__in=User.objects.current())
    context = {
        "unit": unit,
        "above": unit.path_from_root()[:-1],
        "below": list(
            Unit.objects.filter(path__startswith=unit.path, depth=unit.depth + 1)
            .annotate(agent_count=Count("agents", filter=current))
            .order_by("path")
        ),
        "heads": list(User.objects.visible_to(request.user).heading(unit).for_list()[:6]),
        "agent_count": seen.filter(unit=unit).count(),
        "whole_count": seen.in_unit(unit).count(),
        "page": page,
    }
    return render(request, "accounts/unit_detail.html", context)
