from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone

REASON_MAX = 500


class HideableModel(models.Model):
    """Something that moderation may take out of sight, apart from deletion: its author and moderators still read it."""

    hidden_at = models.DateTimeField(null=True, editable=False)
    # The rule of the charter that it breaks, as its author reads it; empty: nobody has decided yet.
    hidden_reason = models.CharField(max_length=REASON_MAX, blank=True, editable=False, default="", db_default="")

    class Meta:
        abstract = True

    @property
    def is_hidden(self) -> bool:
        return self.hidden_at is not None

    def mark_hidden(self, reason: Any) -> None:
        """Sets since when and why; the caller saves."""
        self.hidden_at = self.hidden_at or timezone.now()
        self.hidden_reason = str(reason)[:REASON_MAX]

    def mark_shown(self) -> None:
        """Forgets since when and why; the caller saves."""
        self.hidden_at = None
        self.hidden_reason = ""
