from __future__ import annotations

from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q

from communities.models import Activity
from core.actions.images import remove_images_of
from feed.models import Comment, Post, Reaction, Revision, Subscription

BATCH = 200


def purge_texts() -> int:
    """Removes for good what can no longer be restored, with all that hangs on it; gives how many texts went.

    In batches, each a transaction of its own: killed at any moment and started again, it goes on where it was.
    """
    gone = 0
    while posts := list(Post.objects.past_restoring().order_by("pk")[:BATCH]):
        with transaction.atomic():
            gone += _remove(_comments_of(posts)) + _remove(posts)
    while comments := list(Comment.objects.past_restoring().order_by("pk")[:BATCH]):
        with transaction.atomic():
            # Answers to what goes are other people's: from now on they stand in the thread by themselves.
            Comment.objects.filter(parent__in=comments).update(parent=None)
            gone += _remove(comments)
    return gone


def _comments_of(posts: Iterable[Post]) -> list[Comment]:
    of_posts = ContentType.objects.get_for_model(Post)
    return list(Comment.objects.filter(target_type=of_posts, target_id__in=[post.pk for post in posts]))


def _remove(texts: list[Post] | list[Comment]) -> int:
    if not texts:
        return 0
    model = type(texts[0])
    ids = [text.pk for text in texts]
    bound = Q(target_type=ContentType.objects.get_for_model(model), target_id__in=ids)
    for hanging in (Reaction, Subscription, Revision, Activity):
        hanging._default_manager.filter(bound).delete()
    for text in texts:
        remove_images_of(owner=text)
    model._default_manager.filter(pk__in=ids).delete()
    return len(ids)
