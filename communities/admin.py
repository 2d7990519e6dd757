"""Communities as the administration reads them; every change goes through an action, on the community's own pages."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from communities.models import Community, FormerSlug, Membership


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Looks, and touches nothing. Whoever comes through the door of the administration looks."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(getattr(request.user, "is_staff", False))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Community)
class CommunityAdmin(ReadOnlyAdmin):
    """The card and the settings of each community; no contents."""

    list_display = ("name", "kind", "visibility", "joining", "stage", "unit", "is_pilot")
    list_filter = ("stage", "kind", "visibility", "joining", "is_pilot")
    list_select_related = ("unit",)
    search_fields = ("search_key",)


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    """Who stands where with which community; what they wrote to the team stays with the team."""

    list_display = ("community", "person", "role", "state", "changed_at")
    list_filter = ("state", "role")
    list_select_related = ("community", "person")
    exclude = ("motivation", "reason")


admin.site.register(FormerSlug, ReadOnlyAdmin)
