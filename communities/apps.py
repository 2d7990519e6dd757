from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommunitiesConfig(AppConfig):
    name = "communities"
    verbose_name = _("Communities")

    def ready(self) -> None:
        from communities.models import Community
        from communities.permissions import PLATFORM_PERMISSIONS, CommunityPolicy
        from core.platform import platform_permissions
        from core.policies import policies

        policies.register(Community, CommunityPolicy())
        for permission, roles in PLATFORM_PERMISSIONS.items():
            platform_permissions.register(permission, roles)
