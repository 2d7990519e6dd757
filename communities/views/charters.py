from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.requests import SignedInRequest
from communities.actions.charters import see_charter, write_charter
from communities.charters import charter_of
from communities.forms.charter import CharterForm
from communities.models import Charter
from communities.views.page import CommunityPage, community_view
from core.errors import BusinessRuleError, EditConflict, Forbidden
from core.keyset import cursor_from
from core.redirects import address_back
from core.toasts import toast


@require_GET
@community_view("about")
def charter_detail(request: SignedInRequest, page: CommunityPage) -> HttpResponse:
    """The charter of a community and its versions, for whoever finds the community."""
    versions = list(page.community.charters.select_related("author"))
    charter = versions[0] if versions else charter_of(page.community)
    if asked := cursor_from(request.GET.get("version")):
        found = [version for version in versions if version.number == asked]
        if not found:
            raise Http404
        charter = found[0]
    context = page.context(
        charter=charter, versions=versions, is_current=not versions or charter.number == versions[0].number
    )
    return render(request, "communities/charter/charter_detail.html", context)


@require_http_methods(["GET", "POST"])
@community_view("about")
def charter_edit(request: SignedInRequest, page: CommunityPage) -> HttpResponse:
    """Another version of the charter, by the animators; `version` in the address begins from an earlier one."""
    if not page.abilities.animate_community:
        raise Forbidden("communities.animate_community", _("The animators of the community write its charter."))
    current = charter_of(page.community)
    form = CharterForm(request.POST or None, initial=_initial(request, page, current))
    context: dict[str, Any] = {"form": form, "charter": current}
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            write_charter(actor=request.user, community=page.community, **form.cleaned_data)
        except EditConflict as conflict:
            # Saved again, it is saved over the other's knowingly: their text stands beside the form.
            form.data = {**form.data.dict(), "number": str(conflict.current.number)}  # type: ignore[attr-defined]
            context |= {"conflict": conflict, "current": conflict.current}
            status = 409
        except BusinessRuleError as error:
            form.add_error("rules", str(error))
        else:
            response = redirect("communities:charter_detail", slug=page.community.slug)
            return toast(request, response, _("The charter is published; members are told."))
    return render(request, "communities/charter/charter_form.html", page.context(**context), status=status)


def _initial(request: SignedInRequest, page: CommunityPage, current: Charter) -> dict[str, Any]:
    asked = cursor_from(request.GET.get("version"))
    shown = get_object_or_404(page.community.charters, number=asked) if asked else current
    return CharterForm.initial_of(shown) | {"number": current.number}


@require_POST
@community_view()
def charter_read(request: SignedInRequest, page: CommunityPage) -> HttpResponse:
    """« J'ai lu »: the version on screen is the one that the member has seen."""
    number = cursor_from(request.POST.get("number")) or 0
    see_charter(person=request.user, community=page.community, number=number)
    return redirect(address_back(request, page.community.get_absolute_url()))
