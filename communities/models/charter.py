from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

RULE_MAX = 300
RULES_MAX = 10
PREAMBLE_MAX = 1_000


class Charter(models.Model):
    """One version of what the members of a community expect of each other, in a few rules. Proposition 27."""

    community = models.ForeignKey("communities.Community", on_delete=models.CASCADE, related_name="charters")
    number = models.PositiveIntegerField()
    preamble = models.TextField(_("preamble"), blank=True)
    # Short sentences; the first one is rule 1.
    rules = models.JSONField(default=list)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-number"]
        constraints = [
            # Two animators who save at once would otherwise both write "version 3".
            models.UniqueConstraint(fields=["community", "number"], name="one_charter_a_version"),
        ]

    def __str__(self) -> str:
        return f"{self.community_id}: {self.number}"

    @property
    def numbered(self) -> list[tuple[int, Any]]:
        """The rules with their numbers, as one cites them."""
        return list(enumerate(self.rules, start=1))

    def rule(self, number: int) -> str:
        """One rule as a decision cites it, « 2. … »; empty where there is none of this number."""
        return f"{number}. {self.rules[number - 1]}" if 0 < number <= len(self.rules) else ""
