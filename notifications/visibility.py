"""Which notifications exist for a person today: those whose target they may still see."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, Model, OuterRef, Q

from core.kinds import kinds
from core.policies import NOTHING, policy_for


def visible_notifications(user: Any) -> Q:
    """The filter on notifications; one lookup a row, whatever the number of objects that the person may see."""
    visible = NOTHING
    for (model, permission), names in _by_target().items():
        # Asked of the one target of a row: a list of all that the person may see would grow with the product.
        held = model._default_manager.filter(policy_for(model).objects(user, permission), pk=OuterRef("target_id"))
        content_type = ContentType.objects.get_for_model(model)
        visible |= Q(kind__in=names, target_type=content_type) & Q(Exists(held))
    return visible


def _by_target() -> dict[tuple[type[Model], str], list[str]]:
    found: dict[tuple[type[Model], str], list[str]] = defaultdict(list)
    for kind in kinds.values():
        found[kind.model, kind.needed()].append(kind.name)
    return found
