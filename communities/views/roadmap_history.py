"""What a roadmap said before, what changed, and what leaves it as a file. Proposition 26."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import SignedInRequest
from communities.actions.roadmap_exports import export_roadmap, roadmap_on_paper
from communities.models import Roadmap
from communities.roadmap_comparison import compare_roadmaps
from communities.roadmap_content import empty_content
from communities.views.page import CommunityPage, community_view
from communities.views.roadmap import address_of, require_reading
from core.errors import BusinessRuleError
from core.exports import FORMATS, export
from core.keyset import cursor_from
from core.paper import PDF, paper_response

# Versions that one page lists; older ones by their number in the address.
LISTED = 50


@require_GET
@community_view("roadmap")
def roadmap_history(request: SignedInRequest, page: CommunityPage) -> HttpResponse:
    """Every version, and what changed from one to another."""
    require_reading(page)
    roadmap = Roadmap.objects.filter(community=page.community).first()
    if roadmap is None:
        return redirect(address_of(page.community))
    newer = cursor_from(request.GET.get("to")) or roadmap.version
    older = cursor_from(request.GET.get("from"))
    older = newer - 1 if older is None else older
    if older > newer:
        older, newer = newer, older
    wanted = {row.number: row for row in roadmap.revisions.filter(number__in=[older, newer])}
    before = wanted[older].snapshot if older in wanted else empty_content()
    after = wanted[newer].snapshot if newer in wanted else before
    context = page.context(
        roadmap=roadmap,
        revisions=list(roadmap.revisions.select_related("actor").defer("snapshot")[:LISTED]),
        older=older,
        newer=newer,
        changes=compare_roadmaps(before, after),
    )
    return render(request, "communities/roadmap/roadmap_history.html", context)


@require_POST
@community_view("roadmap")
def roadmap_export(request: SignedInRequest, page: CommunityPage, kind: str) -> HttpResponseBase:
    """The roadmap as a spreadsheet or on paper; `kind` is `ods`, `csv` or `pdf`."""
    require_reading(page)
    title = _("Roadmap of %(community)s") % {"community": page.community.name}
    try:
        if kind in FORMATS:
            head, rows = export_roadmap(actor=request.user, community=page.community, kind=kind)
            return export(kind, title, head, rows)
        if kind != PDF:
            raise Http404
        data = roadmap_on_paper(actor=request.user, community=page.community)
        return paper_response("roadmap.typ", data, title=title)
    except BusinessRuleError as error:
        messages.error(request, str(error))
        return redirect(address_of(page.community))
