"""The queryset that every model with rights stands on."""

from __future__ import annotations

from typing import Any, Self, TypeVar

from django.db.models import Model, QuerySet

from core.policies import policy_for

M = TypeVar("M", bound=Model)


class VisibleQuerySet(QuerySet[M]):
    """A queryset that can be narrowed to what a person may see. What is outside does not exist for them."""

    def visible_to(self, user: Any, permission: str | None = None) -> Self:
        """The objects for which the person holds `permission`, by default the one to read."""
        policy = policy_for(self.model)
        return self.filter(policy.objects(user, permission or policy.reading))
