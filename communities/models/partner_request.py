from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities.enums import RequestState
from core.querysets import VisibleQuerySet


class PartnerRequestQuerySet(VisibleQuerySet["PartnerRequest"]):
    """What animators ask for external partners."""

    def waiting(self) -> PartnerRequestQuerySet:
        """Those that nobody has answered."""
        return self.filter(state=RequestState.WAITING)

    def for_list(self) -> PartnerRequestQuerySet:
        """What a list of requests shows."""
        return self.select_related("community", "requested_by", "decided_by", "person")


class PartnerRequest(models.Model):
    """An animator asks that an external partner take part for a time, or longer; a community manager answers.

    Propositions 37, 38.
    """

    community = models.ForeignKey("communities.Community", on_delete=models.CASCADE, related_name="partner_requests")
    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=200)
    organisation = models.CharField(_("organisation"), max_length=200)
    reason = models.CharField(_("why"), max_length=500)
    # The last day; the participation ends with it.
    last_day = models.DateField(_("last day"))
    # Whether the partner is a member already, and would stay longer.
    is_extension = models.BooleanField(default=False)
    # Known once there is an account.
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=20, choices=RequestState, default=RequestState.WAITING)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    refusal = models.CharField(_("reason of the refusal"), max_length=500, blank=True)

    objects = PartnerRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            # Two animators who ask at once would have the same partner decided twice.
            models.UniqueConstraint(
                fields=["community", "email"], condition=Q(state="waiting"), name="one_waiting_request_a_partner"
            ),
        ]
        indexes = [models.Index(fields=["email", "state"], name="partner_request_by_email")]

    def __str__(self) -> str:
        return f"{self.name} ({self.organisation})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = self.email.strip().lower()
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("communities:partner_request", args=[self.pk])
