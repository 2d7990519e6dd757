"""Every address, app by app; an address does not say which app serves it."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("", include("core.urls")),
    path("", include("notifications.urls")),
    path("", include("rse.pages.urls")),
    path("", include("feed.urls")),
]
