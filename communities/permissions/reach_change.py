from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Q

from communities.models import ReachChange
from core.policies import Policy, Standing, allow


class ReachChangePolicy(Policy[ReachChange]):
    """What a person lost and gained is told to them and to nobody else."""

    model = ReachChange
    reading = "communities.view_reach_change"
    table: ClassVar = {"communities.view_reach_change": (allow("self"),)}
    standings: ClassVar = {
        "self": Standing(
            holds=lambda facts: facts["self"],
            objects=lambda user: Q(person=user),
            people=lambda change: Q(pk=change.person_id),
        ),
    }

    def facts(self, user: Any, objects: list[ReachChange]) -> Mapping[Any, Any]:
        return {change.pk: {"self": change.person_id == user.pk} for change in objects}
