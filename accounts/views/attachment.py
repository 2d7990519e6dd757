"""Where an agent works and who their manager is: changed by administrators, once they have read what follows."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actions.people import attach_person, move_of
from accounts.forms import AttachmentForm
from accounts.mobility import move_in_words
from accounts.models import Unit, User
from accounts.requests import SignedInRequest
from accounts.views.people import for_administrators
from core.errors import BusinessRuleError
from core.htmx import render
from core.toasts import toast


@require_http_methods(["GET", "POST"])
@for_administrators
def person_attachment(request: SignedInRequest, person: User) -> HttpResponse:
    """Another unit or another manager for an agent."""
    if person.is_external:
        raise Http404
    initial = {"unit": person.unit, "manager": person.manager}
    form = AttachmentForm(request.POST or None, user=request.user, person=person, initial=initial)
    context = {"form": form, "person": person, "cancel": person.get_absolute_url()}
    if form.is_bound and form.is_valid():
        unit, manager = form.cleaned_data["unit"], form.cleaned_data["manager"]
        changes = _in_words(request.user, person, unit, manager)
        if changes and not form.cleaned_data["is_confirmed"]:
            return render(request, "accounts/change_confirm.html", context | {"changes": changes, "title": person})
        try:
            attach_person(actor=request.user, person=person, unit=unit, manager=manager)
        except BusinessRuleError as error:
            form.add_error(None, str(error))
        else:
            text = _("The attachment of %(name)s is up to date.") % {"name": person}
            return toast(request, redirect(person), text)
    status = 422 if form.errors else 200
    return render(request, "accounts/attachment_form.html", context, status=status)


def _in_words(viewer: User, person: User, unit: Unit | None, manager: User | None) -> list[str]:
    """What would be different afterwards, a sentence each; none where nothing would."""
    nobody, changes = _("nobody"), []
    if unit != person.unit:
        changes.append(
            _("Unit: “%(old)s” becomes “%(new)s”.") % {"old": person.unit or _("no unit"), "new": unit or _("no unit")}
        )
        changes += move_in_words(viewer, person, move_of(person, unit))
    if manager != person.manager:
        changes.append(
            _("Manager: %(old)s becomes %(new)s.") % {"old": person.manager or nobody, "new": manager or nobody}
        )
        if manager is not None and unit is not None:
            changes.append(
                _("Whoever agents of “%(unit)s” name as their manager is shown as its head.") % {"unit": unit}
            )
    return changes
