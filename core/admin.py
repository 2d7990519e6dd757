"""What administrators look at when something did not arrive. Read only: these rows are moved by the product alone."""

from __future__ import annotations

from django.contrib import admin

from core.admin_site import ReadOnlyAdmin
from core.models import AuditEntry, Mail, OutboxEvent


@admin.register(OutboxEvent)
class OutboxEventAdmin(ReadOnlyAdmin):
    """Events that wait; one that failed says which subscriber did, and when it is tried again."""

    list_display = ("id", "name", "created_at", "attempts", "not_before", "last_error")
    list_filter = ("name",)


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin):
    """Mails that wait or left, without their words: they may hold links that open an account."""

    list_display = ("id", "to", "reason", "state", "created_at", "sent_at", "attempts", "last_error")
    list_filter = ("state", "reason")
    search_fields = ("to",)
    exclude = ("text", "html")


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what of consequence."""

    list_display = ("at", "actor", "verb", "target_label")
    list_filter = ("verb",)
    list_select_related = ("actor",)
    search_fields = ("target_label", "actor__search_key")
