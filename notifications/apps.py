from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        from django.contrib.sessions.models import Session
        from django.db.models.signals import post_delete

        from core.events import Event
        from core.policies import policies
        from core.subscribers import subscribe
        from notifications.models import Notification
        from notifications.permissions import NotificationPolicy
        from notifications.subscribers import tell_pages, tell_people, tell_session

        policies.register(Notification, NotificationPolicy())
        subscribe(Event, tell_people)
        subscribe(Event, tell_pages)
        post_delete.connect(tell_session, sender=Session)
