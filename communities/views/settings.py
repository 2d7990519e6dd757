"""The settings of one community: what it is, who reads it, where it stands in its life."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import SignedInRequest
from communities.actions.communities import change_community, set_cover
from communities.actions.grants import grant_to_unit, revoke_from_unit
from communities.actions.stages import STAGES, NotReady, change_stage
from communities.enums import Grant, Joining, Stage, Visibility
from communities.forms.communities import CommunitySettingsForm, CoverForm, GrantForm, initial_of
from communities.models import Community, CommunityGroupObjectPermission
from communities.views.page import CommunityPage, community_view
from core.errors import BusinessRuleError, EditConflict, Forbidden
from core.toasts import toast

STAGE_VERBS = {
    Stage.OPEN: gettext_lazy("Open the community"),
    Stage.READ_ONLY: gettext_lazy("Make it read-only"),
    Stage.ARCHIVED: gettext_lazy("Archive it"),
}


@require_http_methods(["GET", "POST"])
@community_view("settings")
def community_settings(request: SignedInRequest, page: CommunityPage) -> HttpResponse:
    """The settings; two people who save at once are shown each other's text, and nothing is lost."""
    _require(page, "change_community")
    form = CommunitySettingsForm(
        request.POST or None, community=page.community, can_steer=page.abilities.steer_community
    )
    status, conflict = 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                changed = change_community(actor=request.user, community=page.community, **form.values())
            except EditConflict as error:
                status, conflict = 409, _differences(form, error.current)
                # Saved again as it stands, it now knowingly replaces what the other person wrote.
                form.data = {**request.POST.dict(), "version": str(error.current.version)}
            except BusinessRuleError as error:
                form.add_error(None, str(error))
            else:
                return toast(
                    request, redirect("communities:community_settings", slug=changed.slug), _("Settings saved.")
                )
    return _settings(request, page, form=form, conflict=conflict, status=status)


def _settings(
    request: SignedInRequest,
    page: CommunityPage,
    *,
    form: CommunitySettingsForm | None = None,
    grant_form: GrantForm | None = None,
    conflict: list[tuple[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    community = page.community
    context = page.context(
        form=form or CommunitySettingsForm(community=community, can_steer=page.abilities.steer_community),
        grant_form=grant_form or GrantForm(),
        grants=page.unit_grants,
        conflict=conflict,
        next_stages=[
            {"stage": stage, "verb": STAGE_VERBS[stage], "effect": _stage_effect(community, stage)}
            for stage in STAGES[Stage(community.stage)]
        ],
    )
    return render(request, "communities/community_settings.html", context, status=status)


def _differences(form: CommunitySettingsForm, current: Community) -> list[tuple[str, str]]:
    stands = initial_of(current)
    return [
        (str(field.label), str(form.fields[name].prepare_value(stands[name]) or "–"))
        for name, field in form.fields.items()
        if name != "version" and str(form.data.get(name, "")) != str(form.fields[name].prepare_value(stands[name]))
    ]


def _stage_effect(community: Community, stage: Stage) -> str:
    if stage == Stage.READ_ONLY:
        return _("It stays readable; nobody joins or writes any more.")
    if stage == Stage.ARCHIVED:
        return _("It stays readable as a memory; nobody joins or writes any more.")
    if community.visibility == Visibility.CONFIDENTIAL:
        return _("Its members and those who are invited see it.")
    if community.joining == Joining.OPEN:
        return _("Every agent sees it, reads it and may join.")
    return _("Every agent finds it; its members read it.")


@require_POST
@community_view("settings")
def stage_change(request: SignedInRequest, page: CommunityPage, stage: Stage) -> HttpResponse:
    """Opening, read-only, archived; archiving can be undone from its confirmation."""
    old = Stage(page.community.stage)
    back = redirect("communities:community_settings", slug=page.community.slug)
    try:
        change_stage(actor=request.user, community=page.community, stage=stage)
    except NotReady as error:
        return _refusal(request, redirect("communities:opening", slug=page.community.slug), error)
    except BusinessRuleError as error:
        return _refusal(request, back, error)
    undo = reverse("communities:stage_change", args=[page.community.slug, old]) if old in STAGES[stage] else ""
    text = _("Stage of the community: %(stage)s.") % {"stage": stage.label}
    return toast(request, back, text, undo_url=undo)


@require_POST
@community_view("settings")
def cover_change(request: SignedInRequest, page: CommunityPage) -> HttpResponse:
    """A picture for the community, or none."""
    _require(page, "change_community")
    back = redirect("communities:community_settings", slug=page.community.slug)
    form = CoverForm(request.POST, request.FILES)
    file = form.cleaned_data["cover"] if form.is_valid() else None
    if file is None and "remove" not in request.POST:
        messages.error(request, _("Choose a picture first."))
        return back
    try:
        set_cover(actor=request.user, community=page.community, file=file, size=file.size if file else 0)
    except BusinessRuleError as error:
        return _refusal(request, back, error)
    return toast(request, back, _("Picture changed.") if file else _("Picture removed."))


@require_POST
@community_view("settings")
def grant_create(request: SignedInRequest, page: CommunityPage) -> HttpResponse:
    """Lets the agents of a unit read, or join without asking."""
    _require(page, "change_community")
    form = GrantForm(request.POST)
    if not form.is_valid():
        return _settings(request, page, grant_form=form, status=422)
    unit = form.cleaned_data["grant_unit"]
    permission = Grant(form.cleaned_data["permission"])
    grant_to_unit(actor=request.user, community=page.community, unit=unit, permission=permission)
    words = {"unit": unit.name, "what": permission.label}
    text = _("The agents of “%(unit)s” may: %(what)s.") % words
    return toast(request, redirect("communities:community_settings", slug=page.community.slug), text)


@require_POST
@community_view("settings")
def grant_revoke(request: SignedInRequest, page: CommunityPage, pk: int) -> HttpResponse:
    """Takes a grant back."""
    _require(page, "change_community")
    row = CommunityGroupObjectPermission.objects.filter(pk=pk, content_object=page.community)
    grant = row.select_related("group__unit", "permission").first()
    back = redirect("communities:community_settings", slug=page.community.slug)
    if grant is not None:
        unit, permission = grant.group.unit, Grant(grant.permission.codename)
        revoke_from_unit(actor=request.user, community=page.community, unit=unit, permission=permission)
        toast(request, back, _("“%(unit)s” no longer has this access.") % {"unit": unit.name})
    return back


def _require(page: CommunityPage, ability: str) -> None:
    if not page.abilities[ability]:
        raise Forbidden(f"communities.{ability}", _("Its animators may do this: ask one of them."))


def _refusal(request: SignedInRequest, response: HttpResponse, error: BusinessRuleError) -> HttpResponse:
    messages.error(request, str(error))
    return response
