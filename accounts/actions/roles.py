"""Platform roles: granted and withdrawn, with who, when, for which unit and until when. Propositions 4, 31, 49, 54."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.people import end_sessions, keep_an_administrator
from accounts.enums import PlatformRole
from accounts.events import RoleGranted, RoleWithdrawn
from accounts.models import RoleGrant, Unit, User
from core.actions.audit import record_audit
from core.actions.outbox import publish
from core.errors import BusinessRuleError
from core.platform import require_platform


@transaction.atomic
def grant_role(
    *, actor: Any, person: User, role: str, unit: Unit | None = None, ends_on: date | None = None
) -> RoleGrant:
    """Gives a person a role, until the day `ends_on` included; their sessions end, so that none has yesterday's rights.

    Raises:
        BusinessRuleError: the person is external, their account is closed, or they hold this role already.
    """
    require_platform(actor, "accounts.grant_role")
    if role not in PlatformRole.values:
        raise BusinessRuleError(_("This role does not exist."))
    # Two administrators at once would otherwise grant the same role twice.
    person = User.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    if person.is_external:
        raise BusinessRuleError(_("An external partner takes part in communities and has no role on the platform."))
    if not person.is_current:
        raise BusinessRuleError(_("The account of %(name)s is closed.") % {"name": person})
    if ends_on is not None and ends_on < timezone.localdate():
        raise BusinessRuleError(_("Give a last day that is still to come."))
    if RoleGrant.objects.active().filter(person=person, role=role, unit=unit).exists():
        raise BusinessRuleError(_("%(name)s already has this role.") % {"name": person})
    grant = RoleGrant.objects.create(person=person, role=role, unit=unit, ends_on=ends_on, granted_by_id=actor.pk)
    _follow(actor, grant, "accounts.grant_role")
    publish(RoleGranted(grant_id=grant.pk))
    return grant


@transaction.atomic
def withdraw_role(*, actor: Any, grant: RoleGrant) -> None:
    """Takes a role back; once more does nothing.

    Raises:
        BusinessRuleError: nobody would be administrator any more.
    """
    require_platform(actor, "accounts.grant_role")
    grant = _locked(grant)
    if grant.withdrawn_at is not None:
        return
    if grant.role == PlatformRole.ADMINISTRATOR:
        keep_an_administrator(without=grant.person)
    grant.withdrawn_at, grant.withdrawn_by_id = timezone.now(), actor.pk
    grant.save(update_fields=["withdrawn_at", "withdrawn_by"])
    _follow(actor, grant, "accounts.withdraw_role")
    publish(RoleWithdrawn(grant_id=grant.pk))


@transaction.atomic
def restore_role(*, actor: Any, grant: RoleGrant) -> None:
    """Undoes a withdrawal.

    Raises:
        BusinessRuleError: the person was given the role anew meanwhile, or cannot hold one any more.
    """
    require_platform(actor, "accounts.grant_role")
    grant = _locked(grant)
    if grant.withdrawn_at is None:
        return
    person = grant.person
    if person.is_external or not person.is_current:
        raise BusinessRuleError(_("The account of %(name)s is closed.") % {"name": person})
    if RoleGrant.objects.active().filter(person=person, role=grant.role, unit=grant.unit).exists():
        raise BusinessRuleError(_("%(name)s already has this role.") % {"name": person})
    grant.withdrawn_at = grant.withdrawn_by = None
    grant.save(update_fields=["withdrawn_at", "withdrawn_by"])
    _follow(actor, grant, "accounts.restore_role")
    publish(RoleGranted(grant_id=grant.pk))


def _locked(grant: RoleGrant) -> RoleGrant:
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=grant.person_id)
    return RoleGrant.objects.select_related("person", "unit").get(pk=grant.pk)


def _follow(actor: Any, grant: RoleGrant, verb: str) -> None:
    data = {
        "role": grant.role,
        "unit": grant.unit.code if grant.unit else "",
        "ends_on": grant.ends_on.isoformat() if grant.ends_on else "",
    }
    record_audit(actor=actor, verb=verb, target=grant.person, **data)
    end_sessions(person=grant.person)
