from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.actions.people import change_profile, close_account, reopen_account
from accounts.enums import PlatformRole
from accounts.forms import UNITS_LISTED, PeopleSearchForm, ProfileForm
from accounts.models import RoleGrant, Skill, Unit, User
from accounts.profile_parts import profile_parts
from accounts.requests import SignedInRequest
from accounts.signing_in import recent_proof_required
from core.actions.drafts import discard_draft
from core.errors import BusinessRuleError
from core.htmx import render
from core.keyset import cursor_from
from core.platform import holds_platform_permission, require_platform
from core.policies import abilities_for
from core.toasts import toast

PAGE = 24
# Counting all of a ministry costs more than it tells.
COUNTED = 1000


@dataclass(frozen=True)
class PeoplePage:
    """Some people in the order of their names, and the address of those that follow."""

    items: list[User]
    next_url: str
    is_first: bool


def page_of_people(request: HttpRequest, people: QuerySet[User], size: int = PAGE) -> PeoplePage:
    """The people after the one that `after` names, by name: a page costs the same wherever one stands."""
    after = cursor_from(request.GET.get("after"))
    last = people.filter(pk=after).values_list("sort_key", flat=True).first() if after else None
    if last is not None:
        people = people.filter(Q(sort_key__gt=last) | Q(sort_key=last, pk__gt=after))
    found = list(people.order_by("sort_key", "pk")[: size + 1])
    if len(found) <= size:
        return PeoplePage(found, "", is_first=last is None)
    asked = request.GET.copy()
    asked["after"] = str(found[size - 1].pk)
    return PeoplePage(found[:size], f"{request.path}?{asked.urlencode()}", is_first=last is None)


@require_GET
def person_list(request: SignedInRequest) -> HttpResponse:
    """The directory: by name, unit with what is below it, skill, role."""
    form = PeopleSearchForm(request.GET)
    form.is_valid()
    asked = {name: form.cleaned_data.get(name, "") for name in form.fields}
    people = User.objects.visible_to(request.user).current()
    unit = None
    if asked["q"]:
        people = people.named(asked["q"])
    if asked["unit"]:
        unit = Unit.objects.visible_to(request.user).filter(slug=asked["unit"]).first()
        people = people.in_unit(unit) if unit else people.none()
    if asked["skill"]:
        people = people.skilled_in(asked["skill"])
    if asked["role"]:
        people = people.holding(asked["role"])
    page = page_of_people(request, people.for_list().with_skills())
    if not page.is_first:
        context = {"page": page, "title": _("Directory")}
        return render(request, "accounts/person_list_more.html", context, fragment="accounts/_person_cards.html")
    context = {
        "page": page,
        "count": people[: COUNTED + 1].count(),
        "count_max": COUNTED,
        "asked": asked,
        "is_filtered": any(asked.values()),
        "unit": unit,
        "units": _units_to_choose(request.user, unit),
        "roles": PlatformRole.choices,
        "skill_name": _skill_name(asked["skill"]),
        "can_invite": holds_platform_permission(request.user, "accounts.invite_person"),
    }
    return render(request, "accounts/person_list.html", context, fragment="accounts/_person_results.html")


def _units_to_choose(user: User, chosen: Unit | None) -> list[Unit]:
    """The top of the tree, as deep as a list can be read, and the unit already chosen."""
    units = list(Unit.objects.visible_to(user).filter(depth__lte=3).order_by("path")[: UNITS_LISTED + 1])
    if len(units) > UNITS_LISTED:
        units = [unit for unit in units if unit.depth <= 2]
    if chosen is not None and chosen not in units:
        units.append(chosen)
    return units


def _skill_name(asked: str) -> str:
    """A skill came by its address from a card; the field shows its name."""
    found = Skill.objects.filter(slug=asked).values_list("name", flat=True).first() if asked else None
    return found or asked


@require_GET
def person_detail(request: HttpRequest, handle: str) -> HttpResponse:
    """A profile: who they are, where they work, what they know, and what other apps say of them."""
    viewer: Any = request.user
    person = _person(request, handle)
    seen = User.objects.visible_to(viewer).current().for_list()
    parts = [
        {"name": name, "template": part.template, "data": part.load(viewer, person)}
        for name, part in profile_parts.items()
    ]
    context = {
        "person": person,
        "abilities": abilities_for(viewer, person),
        "is_self": person.pk == viewer.pk,
        "unit_path": person.unit.path_from_root() if person.unit and viewer.is_agent else [],
        "manager": seen.filter(pk=person.manager_id).first() if person.manager_id else None,
        "reports": list(seen.filter(manager=person).order_by("sort_key", "pk")[:31]),
        "grants": list(RoleGrant.objects.active().filter(person=person).select_related("unit")),
        "shows_contact": viewer.is_agent or person.pk == viewer.pk,
        "can_grant": holds_platform_permission(viewer, "accounts.grant_role") and not person.is_external,
        "parts": [part for part in parts if part["data"]],
    }
    return render(request, "accounts/person_detail.html", context)


def _person(request: HttpRequest, handle: str) -> User:
    """The person of an address, closed accounts for administrators alone; 404 for whoever may not see them."""
    viewer: Any = request.user
    people = User.objects.visible_to(viewer)
    if holds_platform_permission(viewer, "accounts.manage_directory"):
        people = people | User.objects.visible_to(viewer, "accounts.administer_user")
    return get_object_or_404(people.for_list().with_skills().select_related("manager"), handle=handle)


@require_http_methods(["GET", "POST"])
def profile_edit(request: SignedInRequest) -> HttpResponse:
    """One's own profile. What the directory says (names, unit, manager) is not asked here."""
    person = User.objects.for_list().with_skills().get(pk=request.user.pk)
    initial = {
        "function": person.function,
        "phone": person.phone,
        "skills": ", ".join(row.tag.name for row in person.agent_skills.all()),
        "language": person.language,
        "time_zone": person.time_zone,
    }
    form = ProfileForm(request.POST or None, request.FILES or None, person=person, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        photo = data.pop("photo")
        try:
            change_profile(
                actor=request.user, person=person, photo=photo, photo_size=photo.size if photo else 0, **data
            )
        except BusinessRuleError as error:
            form.add_error("photo" if photo else None, str(error))
        else:
            discard_draft(actor=request.user, place="profile")
            return toast(request, redirect(person), _("Your profile is up to date."))
    status = 422 if form.errors else 200
    return render(request, "accounts/profile_form.html", {"form": form, "person": person}, status=status)


def for_administrators(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Gives the view the person in place of the handle: 404 for whom one may not see, 403 without the directory."""

    @wraps(view)
    def guarded(request: HttpRequest, handle: str, *args: Any, **kwargs: Any) -> HttpResponse:
        person = _person(request, handle)
        require_platform(request.user, "accounts.manage_directory", _("Only an administrator changes accounts."))
        return view(request, person, *args, **kwargs)

    return guarded


@require_POST
@for_administrators
@recent_proof_required
def account_close(request: HttpRequest, person: User) -> HttpResponse:
    """Closes an account; the confirmation takes it back."""
    try:
        close_account(actor=request.user, person=person)
    except BusinessRuleError as error:
        return _refused(request, person, error)
    undo = reverse("accounts:account_reopen", args=[person.handle])
    return toast(request, redirect(person), _("The account of %(name)s is closed.") % {"name": person}, undo_url=undo)


@require_POST
@for_administrators
@recent_proof_required
def account_reopen(request: HttpRequest, person: User) -> HttpResponse:
    """Opens a closed account again."""
    try:
        reopen_account(actor=request.user, person=person)
    except BusinessRuleError as error:
        return _refused(request, person, error)
    return toast(request, redirect(person), _("The account of %(name)s is open again.") % {"name": person})


def _refused(request: HttpRequest, person: User, error: BusinessRuleError) -> HttpResponse:
    messages.error(request, str(error))
    return redirect(person)
