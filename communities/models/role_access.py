from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import PlatformRole
from communities.enums import Grant


class RoleAccess(models.Model):
    """What the agents who hold a platform role may do in a community: read, or join without asking. Proposition 37."""

    community = models.ForeignKey("communities.Community", on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(_("role"), max_length=30, choices=PlatformRole)
    permission = models.CharField(max_length=30, choices=Grant)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    granted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            # Two clicks would otherwise leave a second row behind when the access is withdrawn.
            models.UniqueConstraint(fields=["community", "role", "permission"], name="one_access_a_role"),
        ]
        indexes = [models.Index(fields=["role", "permission"], name="role_access_by_role")]

    def __str__(self) -> str:
        return f"{self.community_id}: {self.role} {self.permission}"
