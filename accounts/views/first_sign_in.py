from __future__ import annotations

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.forms import SignInLinkForm
from core.htmx import render


@login_not_required
@require_http_methods(["GET", "POST"])
def first_sign_in(request: HttpRequest) -> HttpResponse:
    """« Première connexion »: sends a link to an agent of the directory. Every address gets the same answer."""
    if request.user.is_authenticated:
        return redirect("/")
    form = SignInLinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"].lower()
        refused: HttpResponse | None = ratelimit.consume_or_429(request, action="reset_password", key=email)
        if refused is not None:
            return refused
        form.save(request)
        return redirect("accounts:first_sign_in_sent")
    status = 422 if form.errors else 200
    return render(request, "accounts/first_sign_in.html", {"form": form}, status=status)


@login_not_required
def first_sign_in_sent(request: HttpRequest) -> HttpResponse:
    """What happens next, whatever the address was."""
    return render(request, "accounts/first_sign_in_sent.html", {})
