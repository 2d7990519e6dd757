from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import Invitation, RoleGrant, Unit, User
from core.admin_site import ReadOnlyAdmin


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    list_display = ("full_name", "email", "unit", "is_external", "ends_on", "is_active", "last_login")
    list_filter = ("is_active", "is_external")
    search_fields = ("search_key", "email")
    list_select_related = ("unit",)
    fields = (
        "first_name", "last_name", "email", "handle", "function", "unit", "manager", "phone", "language", "time_zone",
        "is_external", "organisation", "ends_on", "is_active", "created_at", "last_login",
    )  # fmt: skip


@admin.register(Unit)
class UnitAdmin(ReadOnlyAdmin):
    list_display = ("name", "code", "kind", "depth")
    list_filter = ("kind",)
    search_fields = ("name", "code")
    ordering = ("path",)
    fields = ("code", "name", "slug", "kind")


@admin.register(RoleGrant)
class RoleGrantAdmin(ReadOnlyAdmin):
    list_display = ("person", "role", "unit", "granted_by", "granted_at", "ends_on", "withdrawn_at")
    list_filter = ("role",)
    search_fields = ("person__search_key", "person__email")
    list_select_related = ("person", "unit", "granted_by")


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ("email", "invited_by", "unit", "role", "created_at", "expires_at", "accepted_at", "withdrawn_at")
    search_fields = ("email",)
    exclude = ("token_digest",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invitation]:
        return super().get_queryset(request).select_related("invited_by", "unit")
