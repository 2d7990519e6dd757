from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        from accounts.events import SignInLinkAsked
        from accounts.models import Invitation, Unit, User
        from accounts.permissions import PLATFORM_PERMISSIONS, InvitationPolicy, UnitPolicy, UserPolicy
        from accounts.subscribers import send_link
        from core.platform import platform_permissions
        from core.policies import policies
        from core.subscribers import subscribe

        policies.register(User, UserPolicy())
        policies.register(Unit, UnitPolicy())
        policies.register(Invitation, InvitationPolicy())
        for permission, roles in PLATFORM_PERMISSIONS.items():
            platform_permissions.register(permission, roles)
        subscribe(SignInLinkAsked, send_link)
