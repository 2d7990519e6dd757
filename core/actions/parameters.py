from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.actions.audit import record_audit
from core.errors import BusinessRuleError
from core.models import ParameterValue
from core.parameters import Value, parameters
from core.platform import require_platform


@transaction.atomic
def set_parameters(*, actor: Any, values: Mapping[str, Value]) -> list[str]:
    """Decides several parameters at once; gives the names of those that are no longer the same. Audited.

    Raises LookupError for one that nobody declared, BusinessRuleError for a value that it does not take.
    """
    require_platform(actor, "core.set_parameters", _("Only an administrator decides this."))
    now = ParameterValue.objects.every()
    changed = [name for name, value in values.items() if value != now[name]]
    for name in changed:
        if not parameters[name].accepts(values[name]):
            raise BusinessRuleError(_("“%(label)s” does not take this value.") % {"label": parameters[name].label})
        row, _made = ParameterValue.objects.update_or_create(
            name=name, defaults={"value": values[name], "changed_by_id": actor.pk}
        )
        # Its key is a word, and an audit entry points at numbers: the label names it.
        record_audit(actor=actor, verb="core.parameter_set", target=None, label=name, old=now[name], new=row.value)
    return changed
