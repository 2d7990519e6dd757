"""Where the live sockets of the apps answer, all under /ws/."""

from django.urls import URLPattern, path

from notifications.consumers import LiveConsumer

websocket_urlpatterns: list[URLPattern] = [path("ws/", LiveConsumer.as_asgi())]
