"""External partners: asked for by an animator, approved by a community manager, for a time. Propositions 37, 38."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.actions.invitations import invite_person
from accounts.actions.people import prolong_account
from accounts.models import User
from communities import events, limits
from communities.actions.locks import lock_community
from communities.actions.membership.invitations import accept_invitation, invite_member
from communities.actions.membership.standing import REASON_MAX, NotPossibleNow, S
from communities.enums import RequestState, Stage
from communities.models import Community, Membership, PartnerRequest
from core.actions.acts import count_act
from core.actions.audit import record_audit
from core.actions.outbox import publish
from core.errors import BusinessRuleError, Forbidden
from core.models import ParameterValue
from core.policies import may, require

HINT = _("Its animators ask for partners, where the community is open to them.")


def end_of(day: date) -> datetime:
    """The moment at which a last day is over where the administration is, change of hour or not."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=ZoneInfo(settings.TIME_ZONE))


def longest_stay() -> int:
    """For how many days from today a partner may be asked for, at most."""
    return ParameterValue.objects.number("communities.partner_days")


@transaction.atomic
def request_partner(
    *, actor: User, community: Community, email: str, name: str, organisation: str, reason: str, last_day: date
) -> PartnerRequest:
    """Asks that a partner take part until a day included, or stay longer; with or without an account.

    Raises BusinessRuleError for an agent, somebody banned, a day that is past or too far, and a request that waits.
    """
    community = lock_community(community)
    require(actor, "communities.invite_partner", community, HINT)
    if not all(text.strip() for text in (email, name, organisation, reason)):
        raise BusinessRuleError(_("Say who the partner is, where they come from and why they come."))
    _check_day(last_day)
    person = User.objects.filter(email=email.strip().lower()).first()
    membership = Membership.objects.filter(community=community, person=person).first() if person else None
    if person is not None:
        _check_person(person, membership, last_day)
    count_act(actor=actor, limit=limits.PARTNER)
    request = PartnerRequest(
        community=community,
        email=email,
        name=name.strip()[:200],
        organisation=organisation.strip()[:200],
        reason=reason.strip()[:REASON_MAX],
        last_day=last_day,
        person=person,
        is_extension=bool(membership and membership.is_member),
        requested_by=actor,
    )
    try:
        with transaction.atomic():
            request.save()
    except IntegrityError:
        raise BusinessRuleError(_("A request for this partner waits for an answer already.")) from None
    publish(events.PartnerRequested(request_id=request.pk, actor_id=actor.pk))
    return request


def _check_day(last_day: date) -> None:
    today, longest = timezone.localdate(), longest_stay()
    if last_day < today:
        raise BusinessRuleError(_("Give a last day that is still to come."))
    if last_day > today + timedelta(days=longest):
        words = ngettext(
            "A partner comes for %(count)d day at most; the participation can be prolonged before its end.",
            "A partner comes for %(count)d days at most; the participation can be prolonged before its end.",
            longest,
        )
        raise BusinessRuleError(words % {"count": longest})


def _check_person(person: User, membership: Membership | None, last_day: date) -> None:
    if person.is_agent:
        raise BusinessRuleError(_("This address is that of an agent: invite them as a member."))
    if not person.is_active:
        raise BusinessRuleError(_("This account is closed."))
    if membership is None:
        return
    if membership.state == S.BANNED:
        raise BusinessRuleError(_("This person was banned. Lift the ban first."))
    if membership.is_member and membership.ends_at and membership.ends_at >= end_of(last_day):
        raise BusinessRuleError(_("This partner already takes part until then."))


@transaction.atomic
def withdraw_partner_request(*, actor: User, request: PartnerRequest) -> None:
    """Asks no longer; once more does nothing."""
    request = _locked(request)
    if _is_answered(request, RequestState.WITHDRAWN, actor):
        return
    _check_waiting(request)
    require(actor, "communities.withdraw_partner_request", request)
    _answer(request, RequestState.WITHDRAWN, actor)


@transaction.atomic
def refuse_partner_request(*, actor: User, request: PartnerRequest, reason: str) -> None:
    """Does not let a partner in; the animator reads `reason`, which may not be empty. Audited."""
    request = _locked(request)
    if _is_answered(request, RequestState.REFUSED, actor):
        return
    _check_waiting(request)
    _check_decider(actor, request)
    if not reason.strip():
        raise BusinessRuleError(_("Say why: the person will read it."))
    request.refusal = reason.strip()[:REASON_MAX]
    _answer(request, RequestState.REFUSED, actor)
    record_audit(actor=actor, verb="communities.partner_refused", target=request.community, request=request.pk)
    publish(events.PartnerRefused(request_id=request.pk, actor_id=actor.pk))


@transaction.atomic
def approve_partner_request(*, actor: User, request: PartnerRequest) -> None:
    """Lets a partner in until the day asked for: with an invitation to the community, or to have an account.

    Audited. Raises BusinessRuleError where what was right when it was asked no longer is.
    """
    request = _locked(request)
    if _is_answered(request, RequestState.APPROVED, actor):
        return
    _check_waiting(request)
    _check_decider(actor, request)
    if request.last_day < timezone.localdate():
        raise BusinessRuleError(_("The last day asked for is past: refuse, and say so."))
    if not may(request.requested_by, "communities.invite_partner", request.community):
        raise BusinessRuleError(
            _("The community no longer takes partners, or whoever asked no longer animates it: refuse, and say so.")
        )
    _answer(request, RequestState.APPROVED, actor)
    request.person = User.objects.filter(email=request.email).first()
    request.save(update_fields=["person"])
    record_audit(
        actor=actor,
        verb="communities.partner_approved",
        target=request.community,
        request=request.pk,
        last_day=request.last_day.isoformat(),
    )
    if request.person is None:
        _invite_to_have_an_account(actor, request)
    else:
        _check_person(request.person, None, request.last_day)
        prolong_account(actor=actor, person=request.person, ends_on=request.last_day)
        _let_in(request, request.person)
    publish(events.PartnerApproved(request_id=request.pk, actor_id=actor.pk))


def _invite_to_have_an_account(actor: User, request: PartnerRequest) -> None:
    # Another community may have asked for the same partner: one account serves both, until the later of the two days.
    others = PartnerRequest.objects.filter(email=request.email, state=RequestState.APPROVED, person=None)
    last_day = max(others.values_list("last_day", flat=True), default=request.last_day)
    words = {"person": request.requested_by.full_name, "community": request.community.name}
    invite_person(
        actor=actor,
        email=request.email,
        is_external=True,
        organisation=request.organisation,
        ends_on=max(last_day, request.last_day),
        message=str(_("%(person)s expects you in “%(community)s”.") % words),
    )


def _let_in(request: PartnerRequest, person: User) -> Membership:
    """Prolongs who is a member, invites who is not."""
    ends_at = end_of(request.last_day)
    membership = Membership.objects.members().filter(community=request.community_id, person=person).first()
    if membership is None:
        return invite_member(actor=request.requested_by, community=request.community, person=person, ends_at=ends_at)
    membership.ends_at, membership.warned_days = ends_at, None
    membership.save(update_fields=["ends_at", "warned_days", "changed_at"])
    publish(
        events.PartnerProlonged(
            community_id=request.community_id,
            person_id=person.pk,
            actor_id=request.decided_by_id,
            last_day=request.last_day.isoformat(),
        )
    )
    return membership


@transaction.atomic
def seat_partner(*, person: User) -> None:
    """Makes a partner whose account has just opened a member of the communities for which they were approved.

    Part of the acceptance of their invitation, which holds only where one of these communities still takes them: raises
    BusinessRuleError otherwise.
    """
    if not person.is_external:
        return
    approved = PartnerRequest.objects.filter(email=person.email, state=RequestState.APPROVED, person=None)
    waiting = list(approved.filter(last_day__gte=timezone.localdate()).for_list().order_by("pk"))
    seated = False
    for request in waiting:
        community = request.community
        if not may(request.requested_by, "communities.invite_partner", community):
            continue
        PartnerRequest.objects.filter(pk=request.pk).update(person=person)
        _let_in(request, person)
        if community.stage == Stage.OPEN:
            accept_invitation(actor=person, community=community)
        seated = True
    if waiting and not seated:
        raise BusinessRuleError(_("This invitation no longer holds: whoever sent it may not invite any more."))


def _check_decider(actor: User, request: PartnerRequest) -> None:
    """Raises Forbidden for whoever may not decide, or animates the community that asks."""
    hint = _("Another community manager answers your own.")
    require(actor, "communities.decide_partner_request", request, hint)
    if may(actor, "communities.animate_community", request.community):
        raise Forbidden("communities.decide_partner_request", hint)


def _is_answered(request: PartnerRequest, state: RequestState, actor: User) -> bool:
    """Whether this very person has already given this answer: a second click; anybody else is told who was quicker."""
    return request.state == state and request.decided_by_id == actor.pk


def _locked(request: PartnerRequest) -> PartnerRequest:
    # The community first, as everywhere: two who decide at once wait for each other.
    lock_community(request.community)
    return PartnerRequest.objects.for_list().get(pk=request.pk)


def _check_waiting(request: PartnerRequest) -> None:
    if request.state != RequestState.WAITING:
        raise NotPossibleNow(_("This request has been answered meanwhile."))


def _answer(request: PartnerRequest, state: RequestState, actor: User) -> None:
    request.state, request.decided_by, request.decided_at = state, actor, timezone.now()
    request.save(update_fields=["state", "decided_by", "decided_at", "refusal"])
