from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import PlatformRole
from core.querysets import VisibleQuerySet


class InvitationQuerySet(VisibleQuerySet["Invitation"]):
    """Invitations to have an account."""

    def pending(self) -> InvitationQuerySet:
        """Those that can still be accepted."""
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=timezone.now())


class Invitation(models.Model):
    """Bound to one address, accepted once, before a date, and never worth more than its sender is at that moment."""

    email = models.EmailField(_("e-mail address"))
    # Only a digest: whoever reads the table cannot accept in another's place.
    token_digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="invitations_sent")
    unit = models.ForeignKey("accounts.Unit", on_delete=models.CASCADE, null=True, blank=True, verbose_name=_("unit"))
    role = models.CharField(_("role"), max_length=30, choices=PlatformRole, blank=True)
    message = models.TextField(_("a word"), max_length=1000, blank=True)
    is_external = models.BooleanField(_("external partner"), default=False)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    ends_on = models.DateField(_("last day of the account"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.email

    @property
    def is_pending(self) -> bool:
        """Whether it can still be accepted."""
        return self.accepted_at is None and self.withdrawn_at is None and self.expires_at > timezone.now()
