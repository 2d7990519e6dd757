"""Sockets, and where one process does it all (`make run`) pages too."""

from a2wsgi import WSGIMiddleware
from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator

from rse.wsgi import application as pages

# The apps are ready once the WSGI application is made: what follows imports models.
from rse.sockets import websocket_urlpatterns  # isort: skip

# Django's own ASGI handler serves pages at half the rate and holds streamed files in memory: pages stay WSGI.
application = ProtocolTypeRouter(
    {
        "http": WSGIMiddleware(pages, workers=10),  # type: ignore[arg-type]
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns))),
    }
)
