"""Invitations to have an account: bound to one address, accepted once, worth what their sender is at that moment."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import letters
from accounts.actions.people import create_person
from accounts.actions.roles import grant_role
from accounts.enums import PlatformRole
from accounts.events import InvitationAccepted, InvitationSent
from accounts.models import Invitation, RoleGrant, Unit, User
from core.actions.acts import count_act
from core.actions.audit import record_audit
from core.actions.letters import queue_letter
from core.actions.outbox import publish
from core.errors import BusinessRuleError, Forbidden
from core.limits import Limit
from core.platform import holds_platform_permission, require_platform
from core.policies import require
from core.system import SYSTEM

# A stolen session must not write to a whole ministry.
INVITATIONS = Limit("accounts.invite", 60)


class InvitationOver(BusinessRuleError):
    """The invitation was accepted, withdrawn, is past its day, or its sender may not invite so any more."""


def digest_of(token: str) -> str:
    """What is kept of a token: whoever reads the table cannot accept in another's place."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite_person(
    *,
    actor: User,
    email: str,
    unit: Unit | None = None,
    role: str = "",
    message: str = "",
    is_external: bool = False,
    organisation: str = "",
    ends_on: date | None = None,
) -> Invitation:
    """Writes to somebody who may open an account. Propositions 4, 11.

    The answer is the same whether the address has an account or not: its owner alone learns of it, by mail.

    Raises:
        Forbidden: the actor invites nobody.
        BusinessRuleError: more than the actor may give, or too many invitations in an hour.
    """
    require_platform(actor, "accounts.invite_person")
    check_rights(actor, unit=unit, role=role, is_external=is_external)
    if is_external and (not organisation.strip() or ends_on is None):
        raise BusinessRuleError(_("An external partner has an organisation and a last day."))
    if ends_on is not None and ends_on < timezone.localdate():
        raise BusinessRuleError(_("Give a last day that is still to come."))
    count_act(actor=actor, limit=INVITATIONS)
    email, token = email.strip().lower(), secrets.token_urlsafe(32)
    # Inviting again replaces: the link of the earlier mail stops working.
    Invitation.objects.pending().filter(email=email, invited_by=actor).update(withdrawn_at=timezone.now())
    invitation = Invitation.objects.create(
        email=email,
        token_digest=digest_of(token),
        invited_by=actor,
        unit=unit,
        role=role,
        message=message.strip(),
        is_external=is_external,
        organisation=organisation.strip() if is_external else "",
        ends_on=ends_on if is_external else None,
        expires_at=timezone.now() + timedelta(days=settings.INVITATION_DAYS),
    )
    _write(invitation, token)
    record_audit(actor=actor, verb="accounts.invite_person", target=invitation, role=role)
    publish(InvitationSent(invitation_id=invitation.pk))
    return invitation


def _write(invitation: Invitation, token: str) -> None:
    inviter = invitation.invited_by
    existing = User.objects.filter(email=invitation.email).first()
    if existing is not None and not existing.is_current:
        return
    if existing is not None:
        queue_letter(
            to=existing.email,
            language=existing.language,
            write=lambda: letters.already_here(inviter=inviter),
            reason="invitation",
        )
        return
    address = reverse("accounts:invitation_accept", args=[token])
    queue_letter(
        to=invitation.email,
        language=settings.LANGUAGE_CODE,
        write=lambda: letters.invitation(
            inviter=inviter, message=invitation.message, address=address, expires_at=invitation.expires_at
        ),
        reason="invitation",
    )


def check_rights(actor: User, *, unit: Unit | None, role: str, is_external: bool) -> None:
    """Holds an invitation to what its sender may give at this moment; called when it is sent and when it is accepted.

    Raises:
        Forbidden: they invite nobody any more.
        BusinessRuleError: a role without being administrator, or a unit that is not theirs to invite for.
    """
    require_platform(actor, "accounts.invite_person")
    if role and role not in PlatformRole.values:
        raise BusinessRuleError(_("This role does not exist."))
    if role and not holds_platform_permission(actor, "accounts.grant_role"):
        raise BusinessRuleError(_("Only an administrator gives a role with an invitation."))
    if role and is_external:
        raise BusinessRuleError(_("An external partner takes part in communities and has no role on the platform."))
    if is_external and unit is not None:
        raise BusinessRuleError(_("An external partner belongs to an organisation, not to a unit."))
    if holds_platform_permission(actor, "accounts.invite_anyone"):
        return
    if is_external:
        raise BusinessRuleError(_("You invite agents of your unit and of those below it, not external partners."))
    if unit is None or not units_to_invite_for(actor).filter(pk=unit.pk).exists():
        raise BusinessRuleError(_("Choose your unit or one below it."))


def units_to_invite_for(actor: User) -> Any:
    """The units whose agents a person may invite: all of them, or an ambassador's and what is below."""
    if holds_platform_permission(actor, "accounts.invite_anyone"):
        return Unit.objects.all()
    grants = RoleGrant.objects.active().filter(person=actor, role=PlatformRole.AMBASSADOR).select_related("unit")
    roots = [unit for grant in grants if (unit := grant.unit or actor.unit)]
    found = Unit.objects.none()
    for root in roots:
        found = found | Unit.objects.at_or_below(root)
    return found


@transaction.atomic
def withdraw_invitation(*, actor: User, invitation: Invitation) -> None:
    """Makes the link of an invitation worthless; once more does nothing.

    Raises:
        BusinessRuleError: it was accepted meanwhile.
    """
    require(actor, "accounts.withdraw_invitation", invitation)
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if invitation.accepted_at is not None:
        raise BusinessRuleError(_("This invitation was accepted: the account is open."))
    if invitation.withdrawn_at is None:
        invitation.withdrawn_at = timezone.now()
        invitation.save(update_fields=["withdrawn_at"])
        record_audit(actor=actor, verb="accounts.withdraw_invitation", target=invitation)


def invitation_of(token: str) -> Invitation:
    """The invitation that a token opens.

    Raises:
        InvitationOver: none does, for whatever reason: a stranger learns nothing from it.
    """
    pending = Invitation.objects.pending().select_related("invited_by", "unit")
    invitation = pending.filter(token_digest=digest_of(token)).first()
    if invitation is None or User.objects.filter(email=invitation.email).exists():
        raise InvitationOver(_("This invitation can no longer be used."))
    sender = invitation.invited_by
    try:
        check_rights(sender, unit=invitation.unit, role=invitation.role, is_external=invitation.is_external)
    except (Forbidden, BusinessRuleError):
        raise InvitationOver(_("This invitation can no longer be used.")) from None
    if invitation.ends_on is not None and invitation.ends_on < timezone.localdate():
        raise InvitationOver(_("This invitation can no longer be used."))
    return invitation


@transaction.atomic
def accept_invitation(*, token: str, first_name: str, last_name: str, password: str) -> User:
    """Opens the account that an invitation promises, with its address, unit and role and nothing that was sent along.

    Raises:
        InvitationOver: it can no longer be used.
    """
    # The second of two acceptances waits here, and finds the invitation used.
    Invitation.objects.select_for_update(of=("self",)).filter(token_digest=digest_of(token)).first()
    invitation = invitation_of(token)
    person = create_person(
        actor=SYSTEM,
        email=invitation.email,
        first_name=first_name,
        last_name=last_name,
        password=password,
        unit=invitation.unit,
        is_external=invitation.is_external,
        organisation=invitation.organisation,
        ends_on=invitation.ends_on,
        language=translation.get_language() or settings.LANGUAGE_CODE,
    )
    if invitation.role:
        grant_role(actor=invitation.invited_by, person=person, role=invitation.role, unit=invitation.unit)
        person.refresh_from_db()
    invitation.accepted_at, invitation.accepted_by = timezone.now(), person
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    record_audit(actor=person, verb="accounts.accept_invitation", target=invitation)
    queue_letter(
        to=person.email,
        language=person.language,
        write=lambda: letters.welcome(person=person),
        reason="account-open",
    )
    publish(InvitationAccepted(invitation_id=invitation.pk))
    return person
