from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from core.models import Mail


@login_not_required
@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """Every mail of the demonstration, so that nobody needs a mail server to try an invitation."""
    _demonstration_only()
    return render(request, "core/outbox.html", {"mails": Mail.objects.all()[:50]})


@login_not_required
@require_GET
def outbox_mail(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail as its reader sees it, in a page of its own."""
    _demonstration_only()
    return render(request, "core/outbox_mail.html", {"mail": get_object_or_404(Mail, pk=pk)})


def _demonstration_only() -> None:
    if not settings.DEMO:
        raise Http404
