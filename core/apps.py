from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Ground")

    def ready(self) -> None:
        from core.models import Image
        from core.permissions import ImagePolicy
        from core.policies import policies

        policies.register(Image, ImagePolicy())
