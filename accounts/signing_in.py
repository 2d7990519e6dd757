"""Signing somebody in through allauth, and asking them to show again that it is them."""

from collections.abc import Callable
from typing import Any, TypeVar

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from accounts.models import User

R = TypeVar("R", bound=HttpResponseBase)


def sign_in(request: HttpRequest, person: User) -> HttpResponse:
    """Signs in a person who has just chosen their password, and leads them to the home page."""
    record_authentication(request, person, method="password", email=person.email)
    response: HttpResponse = perform_login(request, Login(user=person, email=person.email))
    return response


def recent_proof_required(view: Callable[..., R]) -> Callable[..., R]:
    """Asks for the password or the second factor again before an act of consequence.

    Changing roles, closing and opening accounts, taking a list of people out of the product.

    In demonstration mode nobody is asked.
    """
    guarded: Any = reauthentication_required(view, enabled=lambda request: not settings.DEMO)
    return guarded  # type: ignore[no-any-return]
