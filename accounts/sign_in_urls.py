"""allauth's addresses, less those of what this service does not do: signing up, changing one's own address."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path


@login_not_required
def not_here(request: HttpRequest, **kwargs: str) -> HttpResponse:
    """An address belongs to the directory: changing it oneself would take another's place in it."""
    raise Http404


# allauth's own code still turns these names into addresses.
urlpatterns = [
    path("signup/", not_here, name="account_signup"),
    path("email/", not_here, name="account_email"),
    path("confirm-email/", not_here, name="account_email_verification_sent"),
    path("confirm-email/<str:key>/", not_here, name="account_confirm_email"),
    path("login/code/confirm/", not_here, name="account_confirm_login_code"),
    path("", include("allauth.urls")),
]
