from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.querysets import VisibleQuerySet


class DeputyQuerySet(VisibleQuerySet["Deputy"]):
    """Who stands in for whom."""

    def standing(self) -> DeputyQuerySet:
        """Those of today and those still to come."""
        return self.filter(ends_on__gte=timezone.localdate(), withdrawn_at=None)

    def active(self) -> DeputyQuerySet:
        """Those of today, for sponsors whose own account is open."""
        today = timezone.localdate()
        is_open = Q(sponsor__ends_on=None) | Q(sponsor__ends_on__gte=today)
        return self.filter(
            is_open, sponsor__is_active=True, starts_on__lte=today, ends_on__gte=today, withdrawn_at=None
        )


class Deputy(models.Model):
    """A person whom a sponsor names to decide in their place for a period. Proposition 43."""

    sponsor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="deputies", verbose_name=_("in place of")
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="deputy_for", verbose_name=_("deputy")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    named_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, editable=False)

    objects = DeputyQuerySet.as_manager()

    class Meta:
        verbose_name = _("deputy")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="deputy_ends_after_start"),
            # Standing in for oneself would say nothing and hide who decided.
            models.CheckConstraint(condition=~Q(deputy=F("sponsor")), name="deputy_is_another"),
        ]

    def __str__(self) -> str:
        return f"{self.deputy} for {self.sponsor}"
