"""What goes out of sight and comes back with a text: its entry, its thread, its place as the accepted answer."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone

from communities.actions.activity import hide_activities, show_activities
from communities.models import Activity
from core.actions.outbox import publish
from feed.events import CommentHidden, CommentShown, PostHidden, PostShown
from feed.models import Comment, Post


@transaction.atomic
def hide_post(post: Post, reason: str) -> None:
    """Takes a post and its thread out of sight of all but its author and the team; part of a decision that may."""
    post = Post.objects.select_for_update(of=("self",)).get(pk=post.pk)
    was_hidden = post.is_hidden
    post.mark_hidden(reason)
    post.pinned_at = None
    post.save(update_fields=["hidden_at", "hidden_reason", "pinned_at"])
    hide_thread(post)
    if not was_hidden:
        publish(PostHidden(post_id=post.pk, community_id=post.community_id, actor_id=None))


@transaction.atomic
def show_post(post: Post) -> None:
    """Brings a hidden post back where it stood, with its thread; part of a decision that may."""
    post = Post.objects.select_for_update(of=("self",)).get(pk=post.pk)
    if post.is_hidden:
        post.mark_shown()
        post.save(update_fields=["hidden_at", "hidden_reason"])
        show_thread(post)
        publish(PostShown(post_id=post.pk, community_id=post.community_id, actor_id=None))


@transaction.atomic
def hide_comment(comment: Comment, reason: str) -> None:
    """Takes a comment out of sight of all but its author and the team; its replies stay. Part of a decision that may.

    A question whose accepted answer is hidden is open again until the answer is back.
    """
    hold_thread(comment)
    comment = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    was_hidden = comment.is_hidden
    comment.mark_hidden(reason)
    if not comment.is_deleted:
        leave_place(comment)
    _save(comment)
    hide_activities(target=comment)
    if not was_hidden:
        _tell(CommentHidden, comment)


@transaction.atomic
def show_comment(comment: Comment) -> None:
    """Brings a hidden comment back where it stood; it is the accepted answer again if it was and none is now."""
    hold_thread(comment)
    comment = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    if comment.is_hidden:
        comment.mark_shown()
        take_back_place(comment)
        _save(comment)
        if not comment.is_deleted:
            show_activities(target=comment)
        _tell(CommentShown, comment)


def _save(comment: Comment) -> None:
    comment.changed_at = timezone.now()
    comment.save(update_fields=["hidden_at", "hidden_reason", "changed_at", "was_accepted"])


def _tell(event: type[CommentHidden | CommentShown], comment: Comment) -> None:
    model = ContentType.objects.get_for_id(comment.target_type_id).model_class()
    label = model._meta.label_lower if model else ""
    publish(event(comment_id=comment.pk, target=label, target_id=comment.target_id, actor_id=None))


# --- The thread of a post


def hide_thread(post: Post) -> None:
    """Takes the entry of a post and what happened in its thread out of feeds and counts."""
    hide_activities(target=post)
    _activities_of_thread(post).update(is_shown=False)


def show_thread(post: Post) -> None:
    """Brings back the entry of a post and what happened in its thread, where the post stands before every reader."""
    if not post.is_deleted and not post.is_hidden:
        show_activities(target=post)
        _activities_of_thread(post).update(is_shown=True)


def _activities_of_thread(post: Post) -> Any:
    """What happened to the comments that stand; those deleted or hidden on their own stay out of sight."""
    standing: Any = Comment.objects.on(post).standing().order_by().values("pk")
    return Activity.objects.of_targets(Comment, standing)


# --- The place of a comment


def hold_thread(comment: Comment) -> None:
    """Locks the post before one of its comments, as whoever accepts an answer does.

    It would otherwise be accepted while it goes, and a card would show what has just been taken away.
    """
    if comment.target_type_id == ContentType.objects.get_for_model(Post).pk:
        Post.objects.select_for_update(no_key=True).filter(pk=comment.target_id).values("pk").first()


def leave_place(comment: Comment) -> None:
    """The comment is the accepted answer no more, and remembers that it was; the caller saves it."""
    was_accepted = bool(Post.objects.filter(accepted_comment=comment).update(accepted_comment=None))
    comment.was_accepted = was_accepted or comment.was_accepted


def take_back_place(comment: Comment) -> None:
    """The comment is the accepted answer again if it was and none is now, once it stands; the caller saves it."""
    if comment.is_deleted or comment.is_hidden:
        return
    if comment.was_accepted and comment.target_type_id == ContentType.objects.get_for_model(Post).pk:
        Post.objects.filter(pk=comment.target_id, accepted_comment=None).update(accepted_comment=comment)
    comment.was_accepted = False
