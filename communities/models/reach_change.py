from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse

from core.querysets import VisibleQuerySet


class ReachChangeQuerySet(VisibleQuerySet["ReachChange"]):
    """What changes of unit took and gave."""


class ReachChange(models.Model):
    """What came to a person by their unit and is lost or gained with it. Proposition 37.

    The names are those of the day: whoever no longer finds a community is told what it was called, and nothing of what
    becomes of it.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reach_changes")
    at = models.DateTimeField(auto_now_add=True)
    # The event that it follows from: delivered twice, it tells once.
    event_key = models.UUIDField()
    lost = models.JSONField(default=list)
    gained = models.JSONField(default=list)

    objects = ReachChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "event_key"], name="one_reach_change_an_event"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: -{len(self.lost)} +{len(self.gained)}"

    def get_absolute_url(self) -> str:
        return reverse("communities:reach_change", args=[self.pk])
