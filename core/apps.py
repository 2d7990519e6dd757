from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Ground")

    def ready(self) -> None:
        from core.actions.mail import send_mail
        from core.events import MailQueued
        from core.models import Image
        from core.permissions import ImagePolicy
        from core.policies import policies
        from core.subscribers import subscribe

        def send_queued_mail(event: MailQueued, _key: object) -> None:
            send_mail(event.mail_id)

        subscribe(MailQueued, send_queued_mail)
        policies.register(Image, ImagePolicy())
