"""Every address, app by app; an address does not say which app serves it."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("accounts.urls")),
    path("accounts/", include("accounts.sign_in_urls")),
    path("admin/", admin.site.urls),
    path("", include("core.urls")),
    path("", include("notifications.urls")),
    path("", include("feed.urls")),
    path("", include("communities.urls")),
    path("", include("rse.pages.urls")),
]
handler400 = "rse.pages.views.errors.bad_request"
handler403 = "rse.pages.views.errors.forbidden"
handler404 = "rse.pages.views.errors.not_found"
handler429 = "rse.pages.views.errors.too_many"
handler500 = "rse.pages.views.errors.server_error"
