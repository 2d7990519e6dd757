"""Another text for a post or a comment: its form, its draft, and what is shown where somebody saved first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from core.actions.drafts import discard_draft
from core.errors import BusinessRuleError, EditConflict
from core.htmx import render
from core.toasts import toast
from feed.comparison import compare
from feed.models import Comment, Post


def edit_text(
    request: HttpRequest, text: Post | Comment, form: Form, save: Callable[..., Any], *, heading: str
) -> HttpResponse:
    """Shows the form of a text that the person may change, or saves it by `save(actor, version, …)`.

    Where somebody saved meanwhile both texts are shown, with 409, and nothing is overwritten.
    """
    # A draft of an earlier version must not come back over a later one: it would be saved as if it knew it.
    place = f"{text._meta.model_name}:{text.pk}:edit:{text.version}"
    context: dict[str, Any] = {
        "form": form,
        "heading": heading,
        "community": text.community,
        "subject": text if isinstance(text, Post) else text.target,
        "draft_place": place,
        "cancel": text.get_absolute_url(),
    }
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            save(actor=request.user, **form.cleaned_data)
        except EditConflict as conflict:
            context |= _conflict(form, conflict)
            status = 409
        except BusinessRuleError as error:
            form.add_error(None, error.message)
        else:
            discard_draft(actor=request.user, place=place)
            response = HttpResponseRedirect(text.get_absolute_url())
            return toast(request, response, _("Your text is saved. The one before stays in the history."))
    return render(request, "feed/text_edit.html", context, status=status)


def _conflict(form: Any, conflict: EditConflict) -> dict[str, Any]:
    """What the page of a conflict shows; its form holds one's own text, and saves over the other's knowingly."""
    current, mine = conflict.current, form.cleaned_data
    form.data = form.data.copy()
    form.data["version"] = str(current.version)
    return {"conflict": conflict, "current": current, "lines": compare(current.body, mine["body"])}
