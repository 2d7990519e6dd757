from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        from accounts.models import User
        from accounts.permissions import PLATFORM_PERMISSIONS, UserPolicy
        from core.platform import platform_permissions
        from core.policies import policies

        policies.register(User, UserPolicy())
        for permission, roles in PLATFORM_PERMISSIONS.items():
            platform_permissions.register(permission, roles)
