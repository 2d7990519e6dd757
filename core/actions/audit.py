from typing import Any

from django.db.models import Model

from core.models import AuditEntry


def record_audit(*, actor: Any, verb: str, target: Model | None, label: Any = "", **data: Any) -> AuditEntry:
    """Keeps an act of consequence, in the transaction of the act. `data` holds plain values: ids, names of roles.

    `target` is None where the act bears on no object; `label` then says on what.
    """
    return AuditEntry.objects.create(
        actor_id=actor.pk, verb=verb, target=target, target_label=(label or str(target))[:200], data=data
    )
