from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Ground")

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from core.models import Draft, Image
        from core.permissions import DraftPolicy, ImagePolicy
        from core.policies import policies
        from core.prepared import forget_shapes

        policies.register(Image, ImagePolicy())
        post_migrate.connect(forget_shapes, dispatch_uid="core.prepared")
        policies.register(Draft, DraftPolicy())
