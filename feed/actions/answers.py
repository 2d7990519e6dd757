from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.actions.activity import record_activity
from communities.enums import Verb
from communities.models import Activity
from core.actions.outbox import publish
from core.errors import BusinessRuleError
from core.policies import require
from feed.events import AnswerAccepted, AnswerWithdrawn
from feed.models import Comment, Post


def _locked(post: Post) -> Post:
    # The asker and an animator who choose at once would otherwise leave one of two answers by chance.
    return Post.objects.select_for_update(of=("self",)).select_related("community").get(pk=post.pk)


@transaction.atomic
def accept_answer(*, actor: Any, post: Post, comment: Comment) -> Post:
    """Marks a comment as the answer to a question; it stands first from now on, in the place of an earlier one.

    Raises:
        Forbidden: the actor neither asked nor animates.
        BusinessRuleError: the comment is not in this thread, or it is gone.
    """
    post = _locked(post)
    require(actor, "feed.accept_answer", post)
    if not Comment.objects.on(post).standing().filter(pk=comment.pk).exists():
        raise BusinessRuleError(_("This answer is not there any more."))
    if post.accepted_comment_id == comment.pk:
        return post
    earlier = post.accepted_comment_id
    post.accepted_comment, post.accepted_by = comment, actor
    post.save(update_fields=["accepted_comment", "accepted_by"])
    _touch(earlier, comment.pk)
    Activity.objects.of_target(post).filter(verb=Verb.ACCEPTED).delete()
    record_activity(community=post.community, actor=actor, verb=Verb.ACCEPTED, target=post)
    publish(AnswerAccepted(post_id=post.pk, community_id=post.community_id, comment_id=comment.pk, actor_id=actor.pk))
    return post


@transaction.atomic
def withdraw_answer(*, actor: Any, post: Post) -> Post:
    """Opens a question again: the answer was not one."""
    post = _locked(post)
    require(actor, "feed.accept_answer", post)
    earlier = post.accepted_comment_id
    if earlier is None:
        return post
    post.accepted_comment = post.accepted_by = None
    post.save(update_fields=["accepted_comment", "accepted_by"])
    _touch(earlier)
    Activity.objects.of_target(post).filter(verb=Verb.ACCEPTED).delete()
    publish(AnswerWithdrawn(post_id=post.pk, community_id=post.community_id, comment_id=earlier, actor_id=actor.pk))
    return post


def _touch(*comments: int | None) -> None:
    """An open page that lost its connection asks for the comments changed since."""
    ids = [pk for pk in comments if pk is not None]
    of_posts = ContentType.objects.get_for_model(Post)
    Comment.objects.filter(pk__in=ids, target_type=of_posts).update(changed_at=timezone.now())
