"""A sponsor names somebody to decide in their place for a period, and takes it back. Proposition 43."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.events import DeputyNamed, DeputyWithdrawn
from accounts.models import Deputy, User
from core.actions.audit import record_audit
from core.actions.outbox import publish
from core.errors import BusinessRuleError
from core.platform import require_platform
from core.policies import require

# A longer absence is a change of sponsor.
DAYS_MAX = 366


@transaction.atomic
def name_deputy(*, actor: Any, person: User, starts_on: date, ends_on: date) -> Deputy:
    """Has a person decide in the actor's place, from one day to another, both included.

    Raises BusinessRuleError for who is no agent, for the actor themselves, for days that are past or too many, and
    where the same person stands in already on one of these days.
    """
    require_platform(actor, "accounts.name_deputy", _("Only a sponsor names a deputy."))
    # Two clicks at once would otherwise name the same person twice.
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=actor.pk)
    if person.pk == actor.pk:
        raise BusinessRuleError(_("A deputy is somebody else."))
    if person.is_external or not person.is_current:
        raise BusinessRuleError(_("A deputy is an agent whose account is open."))
    if ends_on < starts_on or ends_on < timezone.localdate():
        raise BusinessRuleError(_("Give a last day that is still to come, after the first."))
    if (ends_on - starts_on).days > DAYS_MAX:
        raise BusinessRuleError(_("A deputy stands in for a year at most."))
    same = Deputy.objects.standing().filter(sponsor=actor.pk, deputy=person)
    if same.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).exists():
        raise BusinessRuleError(_("%(name)s already stands in for you on some of these days.") % {"name": person})
    deputy = Deputy.objects.create(sponsor_id=actor.pk, deputy=person, starts_on=starts_on, ends_on=ends_on)
    _follow(actor, deputy, "accounts.name_deputy")
    publish(DeputyNamed(deputy_id=deputy.pk))
    return deputy


@transaction.atomic
def withdraw_deputy(*, actor: Any, deputy: Deputy) -> None:
    """Ends it now; once more does nothing. What was decided meanwhile stands."""
    current = Deputy.objects.select_for_update(of=("self",), no_key=True).select_related("deputy").get(pk=deputy.pk)
    require(actor, "accounts.withdraw_deputy", current)
    if current.withdrawn_at is not None:
        return
    current.withdrawn_at = timezone.now()
    current.save(update_fields=["withdrawn_at"])
    _follow(actor, current, "accounts.withdraw_deputy")
    publish(DeputyWithdrawn(deputy_id=current.pk))


def _follow(actor: Any, deputy: Deputy, verb: str) -> None:
    days = {"starts_on": deputy.starts_on.isoformat(), "ends_on": deputy.ends_on.isoformat()}
    record_audit(actor=actor, verb=verb, target=deputy.deputy, **days)
