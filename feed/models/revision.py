from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models


class RevisionQuerySet(models.QuerySet["Revision"]):
    """Earlier texts."""

    def of(self, target: models.Model) -> RevisionQuerySet:
        """Every text that a post or a comment had, newest first."""
        return self.filter(target_type=ContentType.objects.get_for_model(target), target_id=target.pk).order_by(
            "-number"
        )


class Revision(models.Model):
    """One text that a post or a comment had: each version is kept, so that a mistake costs nothing. Proposition 26."""

    target_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    target_id = models.BigIntegerField()
    target = GenericForeignKey("target_type", "target_id")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = RevisionQuerySet.as_manager()

    class Meta:
        constraints = [
            # Two editors at once would otherwise both write "version 3".
            models.UniqueConstraint(fields=["target_type", "target_id", "number"], name="one_text_a_version"),
        ]

    def __str__(self) -> str:
        return f"{self.number}"
