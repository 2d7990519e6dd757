"""Where the live sockets of the apps answer, all under /ws/."""

from django.urls import URLPattern

websocket_urlpatterns: list[URLPattern] = []
