from __future__ import annotations

from typing import ClassVar

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from notifications.models import Notification


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    """What was told to whom, to find out why somebody was or was not told; it holds no words."""

    list_display: ClassVar = ["id", "kind", "recipient", "created_at", "read_at"]
    list_filter: ClassVar = ["kind"]
    list_select_related: ClassVar = ["recipient"]
    search_fields: ClassVar = ["recipient__search_key", "event_key"]
