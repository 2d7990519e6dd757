"""The doors of the demonstration: its persons sign in with one click."""

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.models import User
from core.redirects import address_back
from rse.demo.people import DOORS


@login_not_required
@require_POST
def come_in(request: HttpRequest) -> HttpResponse:
    """Signs in as one of the persons of the sign-in page; does not exist outside demonstration mode."""
    email = request.POST.get("person", "")
    if not settings.DEMO or email not in {door.email for door in DOORS}:
        raise Http404
    login(request, get_object_or_404(User.objects.current(), email=email), settings.AUTHENTICATION_BACKENDS[0])
    return redirect(address_back(request, reverse("home")))
