"""The settings of one community: what it is, who reads it, where it stands in its life."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.enums import PlatformRole
from accounts.models import Unit
from accounts.requests import SignedInRequest
from communities.actions.communities import change_community, set_cover
from communities.actions.grants import grant_to_role, grant_to_units, revoke_from_role, revoke_from_unit
from communities.actions.stages import STAGES, NotReady, change_stage
from communities.audience import HOLDERS, audience_of
from communities.effects import Effect, effect_of_access, effect_of_grants
from communities.enums import Grant, Joining, Stage, Visibility
from communities.forms.communities import CommunitySettingsForm, CoverForm, GrantForm, access_of, initial_of
from communities.models import Community, CommunityGroupObjectPermission, RoleAccess
from communities.views.page import CommunityPage, community_view
from core.errors import BusinessRuleError, EditConflict, Forbidden
from core.htmx import is_fragment
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
    status, conflict, effect = 200, None, None
    if "look" in request.POST:
        # Looks at what another access would bring; nothing is saved, and no other field is asked for.
        if form.is_valid() or not form.errors.keys() & {"access", "way"}:
            values = access_of(form.cleaned_data)
            effect = effect_of_access(page.community, *values)
        form.errors.clear()
    elif request.method == "POST":
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
    return _settings(request, page, form=form, conflict=conflict, effect=effect, status=status)


def _settings(
    request: SignedInRequest,
    page: CommunityPage,
    *,
    form: CommunitySettingsForm | None = None,
    grant_form: GrantForm | None = None,
    conflict: list[tuple[str, str]] | None = None,
    effect: Effect | None = None,
    grant_effect: Effect | None = None,
    status: int = 200,
) -> HttpResponse:
    community = page.community
    if effect is not None and is_fragment(request):
        return render(request, "communities/_access_effect.html", {"effect": effect, "effect_id": "access-effect"})
    context = page.context(
        form=form or CommunitySettingsForm(community=community, can_steer=page.abilities.steer_community),
        grant_form=grant_form or GrantForm(),
        grants=page.grants,
        audience=audience_of(community),
        effect=effect,
        grant_effect=grant_effect,
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
    """Lets the agents of units, or the holders of a role, read or join; `look` says before what changes for whom."""
    _require(page, "change_community")
    form = GrantForm(request.POST)
    if not form.is_valid():
        return _settings(request, page, grant_form=form, status=422)
    units, role, permission = (form.cleaned_data[name] for name in ("units", "role", "permission"))
    if "look" in request.POST:
        effect = effect_of_grants(page.community, units, role, permission, is_given=True)
        return _settings(request, page, grant_form=form, grant_effect=effect)
    with transaction.atomic():
        grant_to_units(actor=request.user, community=page.community, units=units, permission=permission)
        if role:
            grant_to_role(actor=request.user, community=page.community, role=role, permission=permission)
    names = [f"“{unit.name}”" for unit in units] + ([str(HOLDERS[role])] if role else [])
    text = _("Access given to %(whom)s: %(what)s.") % {"whom": ", ".join(names), "what": permission.label}
    return toast(request, redirect("communities:community_settings", slug=page.community.slug), text)


@require_http_methods(["GET", "POST"])
@community_view("settings")
def grant_revoke(request: SignedInRequest, page: CommunityPage, pk: int) -> HttpResponse:
    """Takes the grant of a unit back; the page says before what changes for whom."""
    _require(page, "change_community")
    row = CommunityGroupObjectPermission.objects.filter(pk=pk, content_object=page.community)
    grant = row.select_related("group__unit", "permission").first()
    if grant is None:
        return redirect("communities:community_settings", slug=page.community.slug)
    unit, permission = grant.group.unit, Grant(grant.permission.codename)
    if request.method == "GET":
        return _asked_before_revoking(request, page, unit.name, [unit], None, permission)
    revoke_from_unit(actor=request.user, community=page.community, unit=unit, permission=permission)
    return _revoked(request, page, f"“{unit.name}”")


@require_http_methods(["GET", "POST"])
@community_view("settings")
def role_revoke(request: SignedInRequest, page: CommunityPage, pk: int) -> HttpResponse:
    """Takes back what was given to the holders of a role."""
    _require(page, "change_community")
    row = RoleAccess.objects.filter(pk=pk, community=page.community).first()
    if row is None:
        return redirect("communities:community_settings", slug=page.community.slug)
    role, permission = PlatformRole(row.role), Grant(row.permission)
    name = str(HOLDERS[role])
    if request.method == "GET":
        return _asked_before_revoking(request, page, name, [], role, permission)
    revoke_from_role(actor=request.user, community=page.community, role=role, permission=permission)
    return _revoked(request, page, name)


def _asked_before_revoking(
    request: SignedInRequest,
    page: CommunityPage,
    name: str,
    units: list[Unit],
    role: PlatformRole | None,
    permission: Grant,
) -> HttpResponse:
    effect = effect_of_grants(page.community, units, role, permission, is_given=False)
    context = page.context(name=name, what=permission.label, effect=effect)
    return render(request, "communities/grant_confirm_revoke.html", context)


def _revoked(request: SignedInRequest, page: CommunityPage, name: str) -> HttpResponse:
    text = _("Access taken back: %(whom)s.") % {"whom": name}
    return toast(request, redirect("communities:community_settings", slug=page.community.slug), text)


def _require(page: CommunityPage, ability: str) -> None:
    if not page.abilities[ability]:
        raise Forbidden(f"communities.{ability}", _("Its animators may do this: ask one of them."))


def _refusal(request: SignedInRequest, response: HttpResponse, error: BusinessRuleError) -> HttpResponse:
    messages.error(request, str(error))
    return response
