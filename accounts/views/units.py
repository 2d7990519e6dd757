from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.actions.units import change_unit, create_unit, moves_with
from accounts.enums import UnitKind
from accounts.forms import UnitChangeForm, UnitForm
from accounts.mobility import moves_in_figures
from accounts.models import Unit, User
from accounts.requests import SignedInRequest
from accounts.views.people import page_of_people
from core.errors import BusinessRuleError
from core.htmx import render
from core.platform import holds_platform_permission, require_platform
from core.toasts import toast


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
        "can_change": holds_platform_permission(request.user, "accounts.manage_directory"),
    }
    return render(request, "accounts/unit_detail.html", context)


def _for_administrators(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_agent:
            raise Http404
        require_platform(request.user, "accounts.manage_directory", _("Only an administrator changes units."))
        return view(request, *args, **kwargs)

    return guarded


@require_http_methods(["GET", "POST"])
@_for_administrators
def unit_create(request: SignedInRequest) -> HttpResponse:
    """Adds a unit; the page of a unit leads here with itself filled in as what holds it."""
    parent = Unit.objects.filter(slug=request.GET.get("parent", "")).first()
    form = UnitForm(request.POST or None, initial={"parent": parent, "kind": UnitKind.SERVICE})
    if form.is_bound and form.is_valid():
        try:
            unit = create_unit(actor=request.user, **form.cleaned_data)
        except BusinessRuleError as error:
            form.add_error("code", str(error))
        else:
            return toast(request, redirect(unit), _("“%(unit)s” is in the directory.") % {"unit": unit})
    context = {"form": form, "parent": parent, "cancel": parent.get_absolute_url() if parent else ""}
    return render(request, "accounts/unit_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@_for_administrators
def unit_change(request: SignedInRequest, slug: str) -> HttpResponse:
    """Another name or another place for a unit, with all that it holds."""
    unit = get_object_or_404(Unit.objects.visible_to(request.user), slug=slug)
    form = UnitChangeForm(request.POST or None, initial={"name": unit.name, "parent": Unit.objects.get_parent(unit)})
    context = {"form": form, "unit": unit, "cancel": unit.get_absolute_url()}
    if form.is_bound and form.is_valid():
        name, parent = form.cleaned_data["name"], form.cleaned_data["parent"]
        changes = _in_words(unit, name, parent)
        if changes and not form.cleaned_data["is_confirmed"]:
            return render(request, "accounts/change_confirm.html", context | {"changes": changes, "title": unit})
        try:
            change_unit(actor=request.user, unit=unit, name=name, parent=parent)
        except BusinessRuleError as error:
            form.add_error("parent", str(error))
        else:
            return toast(request, redirect(unit), _("“%(unit)s” is up to date.") % {"unit": name})
    return render(request, "accounts/unit_form.html", context, status=422 if form.errors else 200)


def _in_words(unit: Unit, name: str, parent: Unit | None) -> list[str]:
    """What would be different afterwards, a sentence each; none where nothing would."""
    changes, old = [], Unit.objects.get_parent(unit)
    if name != unit.name:
        changes.append(_("“%(old)s” becomes “%(new)s”; its code and its address stay.") % {"old": unit, "new": name})
    if parent != old:
        top = _("the top of the directory")
        changes.append(
            _("“%(unit)s” goes from “%(old)s” to “%(new)s”.") % {"unit": name, "old": old or top, "new": parent or top}
        )
        below, agents = Unit.objects.get_descendant_count(unit), User.objects.current().in_unit(unit).count()
        changes.append(
            ngettext("%(count)d unit below moves with it.", "%(count)d units below move with it.", below)
            % {"count": below}
        )
        changes.append(
            ngettext("It concerns %(count)d agent.", "It concerns %(count)d agents.", agents) % {"count": agents}
        )
        changes += moves_in_figures(moves_with(unit, parent))
    return changes
