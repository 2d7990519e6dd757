from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        from core.events import Event
        from core.subscribers import subscribe
        from notifications.subscribers import tell_pages, tell_people

        subscribe(Event, tell_people)
        subscribe(Event, tell_pages)
