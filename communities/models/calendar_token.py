from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class CalendarToken(models.Model):
    """The key by which one person's calendar reads their milestones. Its secret is shown once and kept nowhere."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_tokens")
    # SHA-256 of the secret: who reads the database learns no address.
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # A second address that works would outlive the revocation of the one that the person knows.
            models.UniqueConstraint(fields=["person"], condition=Q(revoked_at=None), name="one_calendar_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}"
