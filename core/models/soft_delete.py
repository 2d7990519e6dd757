from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from core.querysets import VisibleQuerySet

M = TypeVar("M", bound=models.Model)


class SoftDeleteQuerySet(VisibleQuerySet[M]):
    """Adjectives of what can be deleted and come back."""

    def kept(self) -> SoftDeleteQuerySet[M]:
        """What is not deleted."""
        return self.filter(deleted_at=None)

    def restorable(self) -> SoftDeleteQuerySet[M]:
        """What is deleted and can still come back."""
        return self.filter(deleted_at__gt=timezone.now() - timedelta(days=settings.TRASH_DAYS))

    def past_restoring(self) -> SoftDeleteQuerySet[M]:
        """What the daily task removes for good."""
        return self.filter(deleted_at__lte=timezone.now() - timedelta(days=settings.TRASH_DAYS))


class SoftDeletedModel(models.Model):
    """Something that a person may delete without fear: it can be restored for a while. Proposition 26."""

    deleted_at = models.DateTimeField(null=True, editable=False)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )

    class Meta:
        abstract = True

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None

    @property
    def restorable_until(self) -> datetime | None:
        """The moment after which it is gone for good; None when it is not deleted."""
        return self.deleted_at and self.deleted_at + timedelta(days=settings.TRASH_DAYS)

    def mark_deleted(self, actor: Any) -> None:
        """Sets who and when; the caller saves."""
        self.deleted_at = timezone.now()
        self.deleted_by_id = actor.pk

    def mark_restored(self) -> None:
        """Forgets who and when; the caller saves."""
        self.deleted_at = None
        self.deleted_by_id = None
