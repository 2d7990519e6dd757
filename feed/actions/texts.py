"""What posts and comments have in common: their text, its versions, the images it shows."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.translation import gettext as _

from core import richtext
from core.actions.images import attach_images
from core.errors import BusinessRuleError, EditConflict
from feed.models import Comment, Post, Revision


def clean_body(body: str, *, is_required: bool = True) -> str:
    """The text as it is stored.

    Raises BusinessRuleError where it is empty and must not be, or longer than a text may be.
    """
    clean = richtext.sanitise(body)
    if richtext.is_blank(clean):
        if is_required:
            raise BusinessRuleError(_("Write something before you publish."))
        return ""
    return clean


def show_images(actor: Any, text: Post | Comment) -> None:
    """Gives the text the images that it shows, where the actor brought them."""
    if ids := richtext.image_ids(text.body):
        attach_images(actor=actor, owner=text, ids=ids)


def require_version(text: Post | Comment, version: int) -> None:
    """Raises EditConflict where somebody saved since the editor was opened; `text` must be locked."""
    if text.version != version:
        raise EditConflict(_("This text was changed since you opened it. Nothing was overwritten."), text)


def keep_revision(text: Post | Comment) -> None:
    """Keeps the text that is about to be replaced, and raises the number of the one to come."""
    Revision.objects.create(
        target_type=ContentType.objects.get_for_model(text),
        target_id=text.pk,
        number=text.version,
        title=getattr(text, "title", ""),
        body=text.body,
        author_id=text.author_id,
        created_at=text.edited_at or text.created_at,
    )
    text.version += 1
    text.edited_at = timezone.now()


def label_of(target: Any) -> str:
    """The label of a target's model, as events carry it: `feed.post`."""
    return str(target._meta.label_lower)
