from __future__ import annotations

from django.contrib import admin

from core.admin_site import ReadOnlyAdmin
from notifications.models import Notification


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    """What was told to whom, to find out why somebody was or was not told; it holds no words."""

    list_display = ("id", "kind", "recipient", "created_at", "read_at")
    list_filter = ("kind",)
    list_select_related = ("recipient",)
    search_fields = ("recipient__search_key", "event_key")
