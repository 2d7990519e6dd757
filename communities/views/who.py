"""Who can see a community, and why: for those who lead it, and for each person about themselves."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.requests import SignedInRequest
from communities.audience import audience_of
from communities.forms.members import WhoForm
from communities.grounds import given_by, rights_of
from communities.views.page import CommunityPage, community_view
from communities.ways import ways_of
from core.errors import Forbidden
from core.htmx import render


@require_GET
@community_view("settings")
def community_who(request: SignedInRequest, page: CommunityPage) -> HttpResponse:
    """Each way to the community with its count; and, for one person, what they may do and why. Proposition 38."""
    if not page.abilities.change_community:
        hint = _("Its animators see this. You may see why you read it yourself.")
        raise Forbidden("communities.change_community", hint)
    form = WhoForm(request.GET if "person" in request.GET else None, user=request.user)
    person = form.cleaned_data["person"] if form.is_bound and form.is_valid() else None
    status = 422 if form.is_bound and form.errors else 200
    given = given_by(page.community)
    context = page.context(
        form=form,
        person=person,
        rights=rights_of(person, page.community, given) if person else [],
        ways=ways_of(page.community, given),
        audience=audience_of(page.community),
    )
    return render(request, "communities/community_who.html", context, status=status)


@require_GET
@community_view()
def community_why(request: SignedInRequest, page: CommunityPage) -> HttpResponse:
    """What one may do here oneself, and by which rule. Proposition 38."""
    rights = rights_of(request.user, page.community, is_own=True)
    context = page.context(rights=rights, audience=audience_of(page.community))
    return render(request, "communities/community_why.html", context)
