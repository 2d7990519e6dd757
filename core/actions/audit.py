from typing import Any

from django.db.models import Model

from core.models import AuditEntry


def record_audit(*, actor: Any, verb: str, target: Model, **data: Any) -> AuditEntry:
    """Keeps an act of consequence, in the transaction of the act. `data` holds plain values: ids, names of roles."""
    return AuditEntry.objects.create(
        actor_id=actor.pk, verb=verb, target=target, target_label=str(target)[:200], data=data
    )
