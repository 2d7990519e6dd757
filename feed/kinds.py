from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core import richtext
from core.kinds import Kind, Notice
from feed.enums import SubscriptionState
from feed.events import AnswerAccepted, CommentPublished
from feed.models import Comment, Subscription


class CommentOnFollowedThread(Kind):
    """Somebody answered where I wrote, or where I asked to be told."""

    name = "feed.comment"
    event = CommentPublished
    model = Comment
    related = ("target",)
    label = gettext_lazy("An answer in a thread that I follow")

    def target(self, event: CommentPublished) -> Comment | None:
        return Comment.objects.standing().filter(pk=event.comment_id).first()

    def permission(self) -> str:
        return "feed.hear_comment"

    def actor(self, event: CommentPublished) -> User | None:
        return User.objects.filter(pk=event.actor_id).first()

    def recipients(self, event: CommentPublished, target: Comment) -> QuerySet[User]:
        followers = Subscription.objects.filter(
            target_type=target.target_type_id, target_id=target.target_id, state=SubscriptionState.FOLLOWING
        )
        return User.objects.filter(pk__in=followers.values("person"))

    def notice(self, target: Comment, actor: User | None, data: dict[str, Any]) -> Notice:
        words = {"person": actor or _("Somebody"), "title": target.target}
        text = _("%(person)s answered in “%(title)s”") % words
        return Notice(text, target.get_absolute_url(), detail=richtext.excerpt(target.body, 140))


class AnswerWasAccepted(Kind):
    """What I answered was chosen as the answer."""

    name = "feed.accepted"
    event = AnswerAccepted
    model = Comment
    related = ("target",)
    label = gettext_lazy("My answer is accepted")

    def target(self, event: AnswerAccepted) -> Comment | None:
        return Comment.objects.standing().filter(pk=event.comment_id).first()

    def permission(self) -> str:
        return "feed.hear_comment"

    def actor(self, event: AnswerAccepted) -> User | None:
        return User.objects.filter(pk=event.actor_id).first()

    def recipients(self, event: AnswerAccepted, target: Comment) -> QuerySet[User]:
        muted = Subscription.objects.filter(
            target_type=target.target_type_id, target_id=target.target_id, state=SubscriptionState.MUTED
        )
        return User.objects.filter(pk=target.author_id).exclude(pk__in=muted.values("person"))

    def notice(self, target: Comment, actor: User | None, data: dict[str, Any]) -> Notice:
        words = {"person": actor or _("Somebody"), "title": target.target}
        text = _("%(person)s accepted your answer to “%(title)s”") % words
        return Notice(text, target.get_absolute_url(), detail=richtext.excerpt(target.body, 140))
