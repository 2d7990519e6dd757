"""The pages of the footer: help, accessibility, personal data, contact. Prose, so one template a language."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from core.draft_kinds import DRAFT_DAYS

TITLES = {
    "help": _("Help"),
    "accessibility": _("Accessibility"),
    "personal-data": _("Personal data"),
    "contact": _("Contact"),
}


@login_not_required
@require_safe
def information(request: HttpRequest, name: str) -> HttpResponse:
    """One page of the footer, in the shell for who is signed in and without it for who is not."""
    language = "en" if (translation.get_language() or "fr").startswith("en") else "fr"
    return render(
        request,
        "pages/page.html",
        {
            "base": "base.html" if request.user.is_authenticated else "base_public.html",
            "name": name,
            "title": TITLES[name],
            "text": f"pages/{language}/{name}.html",
            "contact_email": settings.CONTACT_EMAIL,
            "dpo_email": settings.DPO_EMAIL,
            "trash_days": settings.TRASH_DAYS,
            "draft_days": DRAFT_DAYS,
        },
    )
