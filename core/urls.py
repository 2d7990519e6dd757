from django.urls import path

from core.views.health import health

urlpatterns = [
    path("healthz", health, name="health"),
]
