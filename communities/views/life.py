"""The turns in the life of a community: its opening, and the question of its usefulness."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import SignedInRequest
from communities.actions.life import answer_usefulness
from communities.actions.stages import confirm_access
from communities.audience import audience_of
from communities.enums import LifeAnswer, Stage
from communities.views.page import CommunityPage, community_view
from core.errors import BusinessRuleError, Forbidden
from core.toasts import toast


@require_GET
@community_view("settings")
def opening(request: SignedInRequest, page: CommunityPage) -> HttpResponse:
    """What is done and what is missing before a community opens."""
    _require_stage(page)
    if page.community.stage != Stage.PREPARATION:
        return redirect(page.community)
    missing = [check for check in page.checklist if not check.is_done]
    context = page.context(checklist=page.checklist, missing=missing, audience=audience_of(page.community))
    return render(request, "communities/life/opening.html", context)


@require_POST
@community_view("settings")
def access_confirm(request: SignedInRequest, page: CommunityPage) -> HttpResponse:
    """Says that who will see the community was read again."""
    confirm_access(actor=request.user, community=page.community)
    return toast(request, redirect("communities:opening", slug=page.community.slug), _("Access confirmed."))


@require_GET
@community_view("settings")
def life_question(request: SignedInRequest, page: CommunityPage) -> HttpResponse:
    """« Is it still useful? », where the mail leads: one click answers."""
    _require_stage(page)
    return render(request, "communities/life/question.html", page.context(question=page.community.asked))


@require_POST
@community_view("settings")
def life_answer(request: SignedInRequest, page: CommunityPage, answer: LifeAnswer) -> HttpResponse:
    """Says that the community is still useful, or has done its work; the latter can be taken back."""
    community = page.community
    try:
        answer_usefulness(actor=request.user, community=community, answer=answer)
    except BusinessRuleError as error:
        messages.error(request, str(error))
        return redirect(community)
    if answer == LifeAnswer.USEFUL:
        return toast(request, redirect(community), _("Thank you: the community goes on."))
    undo = reverse("communities:stage_change", args=[community.slug, Stage.OPEN])
    return toast(request, redirect(community), _("Thank you: the community is read-only from now on."), undo_url=undo)


def _require_stage(page: CommunityPage) -> None:
    if not page.abilities.change_stage:
        raise Forbidden("communities.change_stage", _("Its animators may do this: ask one of them."))
