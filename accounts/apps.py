from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        from accounts.events import SignInLinkAsked
        from accounts.kinds import KINDS
        from accounts.models import Deputy, Invitation, Unit, User
        from accounts.permissions import PLATFORM_PERMISSIONS, DeputyPolicy, InvitationPolicy, UnitPolicy, UserPolicy
        from accounts.subscribers import send_link
        from core.kinds import kinds
        from core.platform import platform_permissions
        from core.policies import policies
        from core.subscribers import subscribe

        policies.register(User, UserPolicy())
        policies.register(Unit, UnitPolicy())
        policies.register(Invitation, InvitationPolicy())
        policies.register(Deputy, DeputyPolicy())
        for kind in KINDS:
            kinds.register(kind.name, kind())
        for permission, roles in PLATFORM_PERMISSIONS.items():
            platform_permissions.register(permission, roles)
        subscribe(SignInLinkAsked, send_link)
