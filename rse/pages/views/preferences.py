"""Theme and language, chosen in the person's menu; both work without a script."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.views.decorators.http import require_POST

from accounts.actions.preferences import set_language
from core.redirects import address_back
from rse.pages.shell import THEMES

A_YEAR = 365 * 24 * 3600


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keeps the theme in a cookie, so that the next page comes in it from the server and nothing flashes."""
    chosen = request.POST.get("theme", "")
    if chosen not in THEMES:
        return HttpResponseBadRequest()
    response = _back(request)
    _keep(response, "theme", chosen)
    return response


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keeps the language with the account, and in a cookie for the pages before sign-in."""
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        return HttpResponseBadRequest()
    if request.user.is_authenticated:
        set_language(actor=request.user, language=chosen)
    response = _back(request)
    _keep(response, settings.LANGUAGE_COOKIE_NAME, chosen)
    return response


def _back(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(address_back(request, "/"))


def _keep(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=A_YEAR, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )
