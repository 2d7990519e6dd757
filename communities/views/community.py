"""The pages of one community: its first page, what it is about; and creating one."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from communities.actions.communities import create_community
from communities.audience import audience_of
from communities.forms.communities import CommunityCreateForm
from communities.forms.members import RequestForm
from communities.home import home_view
from communities.views.page import CommunityPage, community_view
from core.errors import BusinessRuleError, Forbidden
from core.once import new_nonce
from core.platform import require_platform
from core.toasts import toast


@community_view("feed")
def community_detail(request: SignedInRequest, page: CommunityPage) -> HttpResponse:
    """The first page of a community; whoever may find it and not read it is shown the way in."""
    if not page.abilities.view_community:
        return _door(request, page)
    views = home_view.values()
    if views:
        return views[0](request, page)
    return redirect("communities:community_about", slug=page.community.slug)


def _door(request: SignedInRequest, page: CommunityPage) -> HttpResponse:
    context = page.context(form=RequestForm(), animators=page.animators, charter=page.charter)
    return render(request, "communities/community_door.html", context)


@community_view("about")
def community_about(request: SignedInRequest, page: CommunityPage) -> HttpResponse:
    """What the community is for, who leads it, who reads what."""
    if not (page.abilities.view_community or page.abilities.change_community):
        raise Forbidden("communities.view_community", _("This is for its members. Its first page shows the way in."))
    context = page.context(
        animators=page.animators,
        tags=list(page.community.tags.all()),
        charter=page.charter,
        # The units of the administration are not shown to a partner.
        grants=page.grants if request.user.is_agent else [],
        audience=audience_of(page.community),
    )
    return render(request, "communities/community_about.html", context)


@require_http_methods(["GET", "POST"])
def community_create(request: SignedInRequest) -> HttpResponse:
    """Creating a community directly, for community managers and administrators."""
    require_platform(request.user, "communities.add_community", _("Ask a community manager to create one."))
    form = CommunityCreateForm(request.POST or None, user=request.user)
    nonce = request.POST.get("nonce") or new_nonce()
    if request.method == "POST" and form.is_valid():
        try:
            community = create_community(actor=request.user, nonce=nonce, **form.values())
        except BusinessRuleError as error:
            form.add_error(None, str(error))
        else:
            text = _("“%(name)s” is created, in preparation: its team alone sees it.") % {"name": community.name}
            return toast(request, redirect("communities:community_settings", slug=community.slug), text)
    status = 422 if form.is_bound else 200
    context = {"form": form, "nonce": nonce}
    return render(request, "communities/community_form.html", context, status=status)
