from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import PlatformRole


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    """Roles granted, yesterday's included."""

    def active(self) -> RoleGrantQuerySet:
        """Grants that hold today."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=timezone.localdate()), withdrawn_at=None)


class RoleGrant(models.Model):
    """A platform role given to a person: by whom, when, for which unit, until when. Propositions 4, 31, 49, 54."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(_("role"), max_length=30, choices=PlatformRole)
    unit = models.ForeignKey(
        "accounts.Unit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="role_grants",
        verbose_name=_("for the unit"),
    )
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField(auto_now_add=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        ordering = ["-granted_at"]
        indexes = [models.Index(fields=["person", "role"], name="role_grant_by_person")]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.person}"
