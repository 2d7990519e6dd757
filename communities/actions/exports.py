from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from communities import limits
from communities.models import Community
from core.actions.acts import count_act
from core.actions.audit import record_audit
from core.errors import BusinessRuleError
from core.policies import require

FORMATS = ("ods", "csv")
Row = tuple[str, str, str, str, str, str, datetime | None]


class UnknownFormat(BusinessRuleError):
    """No list leaves in this format."""


@transaction.atomic
def export_members(*, actor: Any, community: Community, kind: str) -> tuple[list[str], Iterator[Row]]:
    """The head and the rows of the list of members, people with an open account; audited. `kind` is in `FORMATS`."""
    require(actor, "communities.export_members", community)
    if kind not in FORMATS:
        raise UnknownFormat(_("This format is not known."))
    count_act(actor=actor, limit=limits.EXPORT)
    record_audit(actor=actor, verb="communities.members_exported", target=community, format=kind)
    head = [
        _("Last name"),
        _("First name"),
        _("Function"),
        _("Unit or organisation"),
        _("E-mail"),
        _("Role"),
        _("Since"),
    ]
    return head, _rows(community)


def _rows(community: Community) -> Iterator[Row]:
    rows = community.memberships.members().current().select_related("person__unit")
    for row in rows.order_by("person__sort_key", "pk").iterator(chunk_size=2000):
        person = row.person
        place = person.organisation if person.is_external else str(person.unit or "")
        role = row.get_role_display()
        yield (person.last_name, person.first_name, person.function, place, person.email, role, row.joined_at)
