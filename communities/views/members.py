"""Who is in a community: everyone reads the list, the team decides who comes in and who goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.requests import SignedInRequest
from accounts.signing_in import recent_proof_required
from communities.actions import exports, roles
from communities.actions.membership import arrivals, departures, invitations
from communities.enums import MembershipState, Role
from communities.facts.members import NEW_FOR
from communities.forms.members import InviteForm, MemberFilterForm, ReasonForm, RoleForm
from communities.models import Membership
from communities.views.page import CommunityPage, PageView, community_view
from core.errors import BusinessRuleError, Forbidden
from core.exports import export
from core.htmx import is_fragment
from core.htmx import render as render_fragment
from core.text import without_particles
from core.toasts import toast

PAGE = 50
WAITING_MAX = 100


@dataclass(frozen=True)
class MemberRow:
    """A member, and what the person before the page may do with them."""

    membership: Membership
    is_self: bool
    can_remove: bool
    higher: list[Role]
    lower: list[Role]

    @property
    def person(self) -> User:
        return self.membership.person

    @property
    def last_day(self) -> datetime | None:
        """The day on which a participation bounded in time is over."""
        return self.membership.last_moment

    @property
    def has_actions(self) -> bool:
        return bool(self.can_remove or self.higher or self.lower)


@community_view("members")
def community_members(request: SignedInRequest, page: CommunityPage) -> HttpResponse:
    """The members; for the team also requests, invitations and bans."""
    if not page.abilities.view_members:
        raise Forbidden("communities.view_members", _("Its members alone see who is there."))
    number = request.GET.get("page")
    if is_fragment(request):
        fragment = "_member_rows" if number else "_member_list"
        return render(request, f"communities/{fragment}.html", _list(request, page))
    return _page(request, page)


def _page(
    request: SignedInRequest, page: CommunityPage, *, invite_form: InviteForm | None = None, status: int = 200
) -> HttpResponse:
    context = _list(request, page) | _team(request, page)
    if page.abilities.invite_member:
        context["invite_form"] = invite_form or InviteForm(user=request.user, auto_id="invite_%s")
    return render(request, "communities/community_members.html", context, status=status)


def _list(request: SignedInRequest, page: CommunityPage) -> dict[str, Any]:
    form = MemberFilterForm(request.GET)
    # A value that means nothing narrows nothing, and is not worth a reproach.
    form.errors.clear()
    rows = page.community.memberships.members().current()
    if role := form.cleaned_data.get("role"):
        rows = rows.filter(_narrowed(role))
    for word in without_particles(form.cleaned_data.get("q", "")).split():
        rows = rows.filter(person__search_key__contains=word)
    is_narrowed = bool(role or form.cleaned_data.get("q"))
    paginator = Paginator(_with_people(rows), PAGE)
    if not is_narrowed:
        # The band has counted them already.
        paginator.count = page.community.member_count  # type: ignore[attr-defined]
    found = paginator.get_page(request.GET.get("page"))
    more = request.GET.copy()
    more["page"] = str(found.number + 1)
    return page.context(
        form=form,
        rows=[_row(page, row, request.user) for row in found.object_list],
        total=paginator.count,
        is_narrowed=is_narrowed,
        next_url=f"{request.path}?{more.urlencode()}" if found.has_next() else "",
    )


def _narrowed(role: str) -> Q:
    if role == "new":
        return Q(joined_at__gte=timezone.now() - NEW_FOR)
    return Q(person__is_external=True) if role == "external" else Q(role=role)


def _team(request: SignedInRequest, page: CommunityPage) -> dict[str, Any]:
    """What waits for the team, and who stays out: nothing for others, so that not even a count is told."""
    abilities, everyone = page.abilities, page.community.memberships.current()
    waiting: dict[str, Any] = {"requests": [], "invitations": [], "banned": [], "invite_form": None}
    if abilities.admit_member and page.community.request_count:  # type: ignore[attr-defined]
        asking = everyone.filter(state=MembershipState.REQUESTED)
        waiting["requests"] = list(_with_people(asking).order_by("changed_at", "pk")[:WAITING_MAX])
    if abilities.remove_member:
        states = [MembershipState.INVITED, MembershipState.BANNED]
        rows = list(_with_people(everyone.filter(state__in=states)).order_by("-changed_at", "pk")[: 2 * WAITING_MAX])
        waiting["invitations"] = [row for row in rows if row.state == MembershipState.INVITED]
        waiting["banned"] = [row for row in rows if row.state == MembershipState.BANNED]
    return waiting


def _with_people(rows: QuerySet[Membership]) -> QuerySet[Membership]:
    return rows.select_related("person__unit", "person__photo").order_by("person__sort_key", "pk")


def _row(page: CommunityPage, row: Membership, user: Any) -> MemberRow:
    abilities, own = page.abilities, page.membership
    is_self = row.person_id == user.pk
    rank = Role(own.role).rank if own and own.is_member else -1
    theirs = Role(row.role).rank
    higher = [role for role in Role if role.rank > theirs] if abilities.appoint_member else []
    may_lower = is_self or (abilities.appoint_member and (row.role != Role.ANIMATOR or abilities.steer_community))
    return MemberRow(
        membership=row,
        is_self=is_self,
        can_remove=abilities.remove_member and not is_self and rank > theirs,
        higher=[] if row.person.is_external else higher,
        lower=[role for role in Role if role.rank < theirs] if may_lower else [],
    )


# --- What the team does


@community_view("members")
def member_actions(request: SignedInRequest, page: CommunityPage, handle: str) -> HttpResponse:
    """What may be done with one member; the menu of the list is filled with it."""
    membership = _membership(page, handle)
    row = _row(page, membership, request.user)
    if not row.has_actions or not membership.is_member:
        raise Http404
    fragment = "communities/_member_actions.html"
    return render_fragment(request, "communities/member_actions.html", page.context(row=row), fragment=fragment)


@require_POST
@community_view("members")
def request_accept(request: SignedInRequest, page: CommunityPage, handle: str) -> HttpResponse:
    """Lets a person in who asked."""
    person = _person(page, handle)
    text = _("%(person)s is now a member.") % {"person": person.full_name}
    return _act(request, page, person, arrivals.accept_request, text)


@require_POST
@community_view("members")
def request_refuse(request: SignedInRequest, page: CommunityPage, handle: str) -> HttpResponse:
    """Does not let a person in, with the reason that they will read."""
    person = _person(page, handle)
    text = _("The request of %(person)s is refused; they are told why.") % {"person": person.full_name}
    return _act(request, page, person, arrivals.refuse_request, text, reason=_reason(request))


@require_POST
@community_view("members")
def invitation_create(request: SignedInRequest, page: CommunityPage) -> HttpResponse:
    """Invites somebody who has an account."""
    if not page.abilities.invite_member:
        raise Forbidden("communities.invite_member", _("Its animators invite: ask one of them."))
    form = InviteForm(request.POST, user=request.user, auto_id="invite_%s")
    if not form.is_valid():
        return _page(request, page, invite_form=form, status=422)
    person = form.cleaned_data["person"]
    text = _("%(person)s is invited.") % {"person": person.full_name}
    return _act(request, page, person, invitations.invite_member, text, role=form.cleaned_data["role"])


@require_POST
@community_view("members")
def invitation_withdraw(request: SignedInRequest, page: CommunityPage, handle: str) -> HttpResponse:
    """Takes an invitation back."""
    person = _person(page, handle)
    text = _("The invitation of %(person)s is withdrawn.") % {"person": person.full_name}
    return _act(request, page, person, invitations.withdraw_invitation, text)


@require_POST
@community_view("members")
def member_remove(request: SignedInRequest, page: CommunityPage, handle: str) -> HttpResponse:
    """Takes a member out, with an undo in the confirmation."""
    row = _membership(page, handle)
    text = _("%(person)s is no longer a member.") % {"person": row.person.full_name}
    undo = reverse("communities:membership_undo", args=[row.pk])
    return _act(request, page, row.person, departures.remove_member, text, undo, reason=_reason(request))


@require_POST
@community_view("members")
def member_ban(request: SignedInRequest, page: CommunityPage, handle: str) -> HttpResponse:
    """Keeps a person out, with a reason."""
    person = _person(page, handle)
    text = _("%(person)s is banned; the list below lifts the ban.") % {"person": person.full_name}
    return _act(request, page, person, departures.ban_member, text, reason=_reason(request))


@require_POST
@community_view("members")
def member_unban(request: SignedInRequest, page: CommunityPage, handle: str) -> HttpResponse:
    """Opens the door again."""
    person = _person(page, handle)
    text = _("The ban of %(person)s is lifted: they may come back.") % {"person": person.full_name}
    return _act(request, page, person, departures.unban_member, text)


@require_POST
@community_view("members")
def member_role(request: SignedInRequest, page: CommunityPage, handle: str) -> HttpResponse:
    """Another role for a member: appointing, or stepping down."""
    row, form = _membership(page, handle), RoleForm(request.POST)
    if not form.is_valid():
        raise Http404
    role = Role(form.cleaned_data["role"])
    change = roles.appoint_member if role.rank > Role(row.role).rank else roles.step_down_member
    text = _("%(person)s: %(role)s.") % {"person": row.person.full_name, "role": role.label}
    return _act(request, page, row.person, change, text, role=role)


def _for_exporting(view: PageView) -> PageView:
    @wraps(view)
    def guarded(request: SignedInRequest, page: CommunityPage, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not page.abilities.export_members:
            raise Forbidden("communities.export_members", _("Its animators export the list: ask one of them."))
        return view(request, page, *args, **kwargs)

    return guarded


@require_POST
@community_view("members")
@_for_exporting
@recent_proof_required
def member_export(request: SignedInRequest, page: CommunityPage, kind: str) -> HttpResponseBase:
    """The list as a file. A POST, because it is recorded."""
    try:
        head, rows = exports.export_members(actor=request.user, community=page.community, kind=kind)
    except exports.UnknownFormat:
        raise Http404 from None
    except BusinessRuleError as error:
        messages.error(request, str(error))
        return redirect("communities:community_members", slug=page.community.slug)
    title = _("Members of %(community)s") % {"community": page.community.name}
    return export(kind, title, head, rows)


def _membership(page: CommunityPage, handle: str) -> Membership:
    """How a person of this community stands with it; whoever has nothing to do with it does not exist here."""
    row = page.community.memberships.filter(person__handle=handle).select_related("person").first()
    if row is None or not page.abilities.view_members:
        raise Http404
    if not row.is_member and not page.abilities.remove_member:
        raise Http404
    return row


def _person(page: CommunityPage, handle: str) -> User:
    person: User = _membership(page, handle).person
    return person


def _reason(request: SignedInRequest) -> str:
    """What was said of a refusal, a removal or a ban; the action says where it may not be left out."""
    form = ReasonForm(request.POST)
    return str(form.cleaned_data["reason"]) if form.is_valid() else ""


def _act(
    request: SignedInRequest,
    page: CommunityPage,
    person: User,
    act: Callable[..., Any],
    text: str,
    undo: str = "",
    **what: Any,
) -> HttpResponse:
    """Does one thing with one person, and shows the list as it is then; what could not be done is said there."""
    response = redirect("communities:community_members", slug=page.community.slug)
    try:
        act(actor=request.user, community=page.community, person=person, **what)
    except BusinessRuleError as error:
        messages.error(request, str(error))
        return response
    return toast(request, response, text, undo_url=undo)
