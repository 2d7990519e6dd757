from __future__ import annotations

from django.contrib import admin

from core.admin_site import ReadOnlyAdmin
from feed.models import Comment, Post


@admin.register(Post)
class PostAdmin(ReadOnlyAdmin):
    """Posts by their facts; what they say is for the members of their community."""

    list_display = ("pk", "community", "author", "kind", "created_at", "edited_at", "deleted_at")
    list_filter = ("kind",)
    fields = ("community", "author", "kind", "created_at", "edited_at", "version", "deleted_at", "deleted_by")
    list_select_related = ("community", "author")


@admin.register(Comment)
class CommentAdmin(ReadOnlyAdmin):
    """Comments by their facts."""

    list_display = ("pk", "community", "author", "created_at", "edited_at", "deleted_at")
    fields = ("community", "author", "created_at", "edited_at", "version", "deleted_at", "deleted_by")
    list_select_related = ("community", "author")
