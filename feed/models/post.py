from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import richtext
from core.addresses import address_of
from core.models import HideableModel, SoftDeletedModel
from core.text import fold
from feed.enums import PostKind
from feed.models.texts import TextQuerySet


class PostQuerySet(TextQuerySet["Post"]):
    """Posts."""

    def pinned(self) -> PostQuerySet:
        """Those that stand first in their community, the last one pinned before the others."""
        return self.filter(pinned_at__isnull=False, deleted_at=None, hidden_at=None).order_by("-pinned_at")

    def open_questions(self) -> PostQuerySet:
        """Questions that wait for an answer, newest first."""
        return self.filter(kind=PostKind.QUESTION, accepted_comment=None, deleted_at=None, hidden_at=None).order_by(
            "-pk"
        )

    def for_cards(self) -> PostQuerySet:
        """What the head of a card shows, in one query."""
        return self.select_related(
            "author__unit", "author__photo", "community", "accepted_comment__author", "accepted_by"
        )


class Post(HideableModel, SoftDeletedModel):
    """A message, a question or an announcement, said in one community."""

    community = models.ForeignKey("communities.Community", on_delete=models.CASCADE, related_name="posts")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        # The memory of a community does not go with an account: it is closed, not deleted.
        on_delete=models.PROTECT,
        related_name="posts",
    )
    kind = models.CharField(_("kind"), max_length=20, choices=PostKind, default=PostKind.MESSAGE)
    title = models.CharField(_("title"), max_length=200, blank=True)
    body = models.TextField(_("text"))
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True)
    # Raised at each edit: a second editor is shown what the first wrote instead of overwriting it.
    version = models.PositiveIntegerField(default=1)
    pinned_at = models.DateTimeField(null=True)
    accepted_comment = models.ForeignKey(
        "feed.Comment", on_delete=models.SET_NULL, null=True, blank=True, related_name="answers"
    )
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    search_key = models.CharField(max_length=300, editable=False, db_index=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["community", "kind", "-id"], name="posts_of_kind"),
            models.Index(fields=["author", "deleted_at"], name="posts_deleted_by_author"),
            # How many somebody wrote lately, before they may write another.
            models.Index(fields=["author", "-id"], name="posts_of_author"),
            models.Index(
                fields=["community", "-pinned_at"],
                name="posts_pinned",
                condition=Q(pinned_at__isnull=False, deleted_at__isnull=True),
            ),
            models.Index(
                fields=["community", "-id"],
                name="questions_open",
                condition=Q(kind=PostKind.QUESTION, accepted_comment__isnull=True, deleted_at__isnull=True),
            ),
            models.Index(
                fields=["community", "deleted_at"], name="posts_deleted", condition=Q(deleted_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.title or richtext.excerpt(self.body, 80)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.set_keys()
        super().save(*args, **kwargs)

    def set_keys(self) -> None:
        """Works out what finding reads; bulk writers call it themselves."""
        self.search_key = fold(self.title)[:300]

    def get_absolute_url(self) -> str:
        return address_of("feed:post_detail", self.pk)

    @property
    def is_question(self) -> bool:
        return self.kind == PostKind.QUESTION

    @property
    def is_answered(self) -> bool:
        return self.accepted_comment_id is not None
