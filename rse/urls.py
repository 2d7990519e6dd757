"""Every address, app by app; an address does not say which app serves it."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
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
