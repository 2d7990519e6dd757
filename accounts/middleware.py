"""What a person's account decides for each of their requests."""

import zoneinfo
from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation

GetResponse = Callable[[HttpRequest], HttpResponse]


def preferences(get_response: GetResponse) -> GetResponse:
    """Answers in the person's language and time zone, and ends a session whose account is no longer open."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated:
            translation.activate(user.language)
            request.LANGUAGE_CODE = user.language
            try:
                timezone.activate(zoneinfo.ZoneInfo(user.time_zone))
            except (zoneinfo.ZoneInfoNotFoundError, ValueError):
                timezone.deactivate()
        try:
            return get_response(request)
        finally:
            timezone.deactivate()

    return middleware


# Where an administrator without a second factor may go: setting it up, proving who they are, signing out.
OPEN_WITHOUT_MFA = ("/accounts/", "/static/", "/preferences/")


def administrators_need_mfa(get_response: GetResponse) -> GetResponse:
    """Sends an administrator who has no second factor to where one is set up, before any other page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if (
            settings.MFA_REQUIRED_OF_ADMINISTRATORS
            and user.is_authenticated
            and not request.path.startswith(OPEN_WITHOUT_MFA)
            and user.is_staff
            and not is_mfa_enabled(user)
        ):
            return redirect("mfa_index")
        return get_response(request)

    return middleware
