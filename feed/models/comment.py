from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import richtext
from core.models import HideableModel, SoftDeletedModel
from feed.models.texts import TextQuerySet


class CommentQuerySet(TextQuerySet["Comment"]):
    """Comments."""

    def on(self, target: models.Model) -> CommentQuerySet:
        """The comments on one target, oldest first."""
        return self.filter(target_type=ContentType.objects.get_for_model(target), target_id=target.pk).order_by("pk")

    def for_list(self) -> CommentQuerySet:
        """What a thread shows of each comment."""
        return self.select_related("author__unit", "author__photo")


class Comment(HideableModel, SoftDeletedModel):
    """What a person says under a target; a reply stands under a comment, one level deep."""

    target_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    target_id = models.BigIntegerField()
    target = GenericForeignKey("target_type", "target_id")
    # The community of the target, for its moderators; empty where the target has none.
    community = models.ForeignKey("communities.Community", on_delete=models.CASCADE, null=True, related_name="+")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="replies")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="comments")
    body = models.TextField(_("text"))
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True)
    # Moves with every change that an open page must fetch: edited, deleted, restored, accepted, reacted to.
    changed_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)
    # It was the accepted answer when it was deleted or hidden: back, it is again, unless another was chosen since.
    was_accepted = models.BooleanField(default=False, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["target_type", "target_id", "id"], name="comments_of_target"),
            models.Index(fields=["author", "deleted_at"], name="comments_deleted_by_author"),
            # How many somebody wrote lately, before they may write another.
            models.Index(fields=["author", "-id"], name="comments_of_author"),
            models.Index(
                fields=["community", "deleted_at"], name="comments_deleted", condition=Q(deleted_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return richtext.excerpt(self.body, 80)

    def get_absolute_url(self) -> str:
        target: Any = self.target
        return f"{target.get_absolute_url()}#comment-{self.pk}"
