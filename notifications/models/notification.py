from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.querysets import VisibleQuerySet


class NotificationQuerySet(VisibleQuerySet["Notification"]):
    """News to people."""

    def unread(self) -> NotificationQuerySet:
        """What its recipient has not opened or marked as read."""
        return self.filter(read_at=None)


class Notification(models.Model):
    """One piece of news to one person. Holds no words: they are written when it is shown, under the reader's rights."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=60)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    target_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    target_id = models.BigIntegerField()
    target = GenericForeignKey("target_type", "target_id")
    event_key = models.UUIDField()
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            # An event delivered twice (a worker killed in between) is told once.
            models.UniqueConstraint(fields=["recipient", "kind", "event_key"], name="one_notice_an_event"),
        ]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notifications_of_person"),
            # The bell of every page counts these alone, however many were read before.
            models.Index(fields=["recipient", "-id"], name="notifications_unread", condition=Q(read_at=None)),
            models.Index(fields=["created_at"], name="notifications_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.recipient_id}"
