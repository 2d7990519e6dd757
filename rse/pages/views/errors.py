"""Error pages: what happened, what was kept, what to do now, and a reference number."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long, or came from elsewhere."""
    return render(request, "errors/csrf.html", {"reference": request.id}, status=403)  # type: ignore[attr-defined]
