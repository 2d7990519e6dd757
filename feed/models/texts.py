from __future__ import annotations

from typing import TypeVar

from django.db import models

from core.models import SoftDeleteQuerySet

M = TypeVar("M", bound=models.Model)


class TextQuerySet(SoftDeleteQuerySet[M]):
    """Adjectives of what posts and comments have in common."""

    def standing(self) -> TextQuerySet[M]:
        """What every reader is shown: neither deleted nor hidden by moderation."""
        return self.filter(deleted_at=None, hidden_at=None)
