"""How often one person may do what reaches many: enough for anyone at work, too little for a flood."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.enums import MembershipState
from communities.models import Membership
from core.errors import BusinessRuleError
from core.models import AuditEntry
from core.system import System

SPAN: Final = timedelta(hours=1)
INVITATIONS: Final = 100
EXPORTS: Final = 20


def require_room_to_invite(actor: Any) -> None:
    """Raises BusinessRuleError beyond `INVITATIONS` that wait for an answer and were sent within `SPAN`."""
    if not isinstance(actor, System):
        waiting = Membership.objects.filter(decided_by=actor, state=MembershipState.INVITED)
        _require(waiting.filter(changed_at__gt=timezone.now() - SPAN), INVITATIONS)


def require_room_to_export(actor: Any) -> None:
    """Raises BusinessRuleError beyond `EXPORTS` within `SPAN`."""
    if not isinstance(actor, System):
        exports = AuditEntry.objects.filter(actor=actor, verb="communities.members_exported")
        _require(exports.filter(at__gt=timezone.now() - SPAN), EXPORTS)


def _require(rows: QuerySet[Any], limit: int) -> None:
    if rows[limit - 1 : limit].exists():
        raise BusinessRuleError(_("You have done this very often within the hour. Try again later."))
