from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.actions.activity import record_activity
from communities.enums import Verb
from communities.models import Community
from core.actions.acts import count_act
from core.actions.audit import record_audit
from core.actions.outbox import publish
from core.errors import BusinessRuleError
from core.once import once
from core.policies import require
from feed.actions.sight import hide_thread, show_thread
from feed.actions.subscriptions import begin_following
from feed.actions.texts import clean_body, keep_revision, require_version, show_images
from feed.enums import PostKind
from feed.events import PostDeleted, PostEdited, PostPinned, PostPublished, PostRestored
from feed.limits import POST
from feed.models import Comment, Post

PINNED_MAX = 3


@transaction.atomic
def publish_post(
    *, actor: Any, community: Community, kind: str, title: str = "", body: str = "", nonce: str = ""
) -> Post:
    """Says something in a community; its author follows what comes of it. Propositions 19, 22.

    `nonce` is what the form carried: sent twice, it makes one post and both get it.

    Raises:
        Forbidden: the actor may not write there, or not announce.
        BusinessRuleError: nothing is said, a question has no title, or the actor wrote too much lately.
    """
    require(actor, "communities.add_post", community)
    if kind == PostKind.ANNOUNCEMENT:
        require(actor, "communities.add_announcement", community)

    def make() -> Post:
        count_act(actor=actor, limit=POST)
        words = " ".join(title.split())
        if kind != PostKind.MESSAGE and not words:
            raise BusinessRuleError(_("Give it a title: it is what your colleagues will read first."))
        post = Post.objects.create(
            community=community,
            author=actor,
            kind=PostKind(kind),
            title=words,
            body=clean_body(body, is_required=kind != PostKind.QUESTION),
        )
        show_images(actor, post)
        begin_following(actor, post)
        entry = record_activity(community=community, actor=actor, verb=Verb.PUBLISHED, target=post, is_entry=True)
        publish(PostPublished(post_id=post.pk, community_id=community.pk, entry_id=entry.pk, actor_id=actor.pk))
        return post

    return once(actor, nonce, make, place=f"community:{community.pk}")[0]


def _locked(post: Post) -> Post:
    # Two who change one post at once would otherwise each write over the other.
    return Post.objects.select_for_update(of=("self",)).select_related("community").get(pk=post.pk)


@transaction.atomic
def edit_post(*, actor: Any, post: Post, version: int, title: str, body: str) -> Post:
    """Replaces the text of a post; the one before stays in its history. Proposition 26.

    `version` is the one that the editor was opened on.

    Raises:
        EditConflict: somebody saved since; nothing was overwritten.
        BusinessRuleError: nothing is left of the text.
    """
    post = _locked(post)
    require(actor, "feed.change_post", post)
    require_version(post, version)
    words = " ".join(title.split())
    if post.kind != PostKind.MESSAGE and not words:
        raise BusinessRuleError(_("Give it a title: it is what your colleagues will read first."))
    clean = clean_body(body, is_required=post.kind != PostKind.QUESTION)
    if (words, clean) == (post.title, post.body):
        return post
    keep_revision(post)
    post.title, post.body = words, clean
    post.save(update_fields=["title", "body", "search_key", "version", "edited_at"])
    show_images(actor, post)
    publish(PostEdited(post_id=post.pk, community_id=post.community_id, actor_id=actor.pk))
    return post


@transaction.atomic
def delete_post(*, actor: Any, post: Post) -> Post:
    """Takes a post and its thread out of sight at once; it can come back for a while. Proposition 26."""
    post = _locked(post)
    require(actor, "feed.delete_post", post)
    post.mark_deleted(actor)
    post.pinned_at = None
    post.save(update_fields=["deleted_at", "deleted_by", "pinned_at"])
    hide_thread(post)
    if actor.pk != post.author_id:
        record_audit(actor=actor, verb="post.deleted", target=post)
    publish(PostDeleted(post_id=post.pk, community_id=post.community_id, actor_id=actor.pk))
    return post


@transaction.atomic
def restore_post(*, actor: Any, post: Post) -> Post:
    """Brings a deleted post back where it stood, with its thread.

    Raises BusinessRuleError once the time to restore it is over. Restoring what is there changes nothing: an undo
    clicked twice is not an error.
    """
    post = _locked(post)
    if not post.is_deleted:
        require(actor, "feed.view_post", post)
        return post
    require(actor, "feed.restore_post", post)
    _require_restorable(post)
    post.mark_restored()
    post.save(update_fields=["deleted_at", "deleted_by"])
    show_thread(post)
    if actor.pk != post.author_id:
        record_audit(actor=actor, verb="post.restored", target=post)
    publish(PostRestored(post_id=post.pk, community_id=post.community_id, actor_id=actor.pk))
    return post


def _require_restorable(text: Post | Comment) -> None:
    until = text.restorable_until
    if until is None or until <= timezone.now():
        raise BusinessRuleError(_("The time to restore this is over: it is gone for good."))


@transaction.atomic
def pin_post(*, actor: Any, post: Post) -> Post:
    """Keeps a post first in its community.

    Raises BusinessRuleError beyond `PINNED_MAX`: where everything stands first, nothing does.
    """
    # The community and not the post: two animators who pin at once would otherwise both find room.
    Community.objects.select_for_update().get(pk=post.community_id)
    post = _locked(post)
    require(actor, "feed.pin_post", post)
    if post.pinned_at is not None:
        return post
    if Post.objects.filter(community=post.community_id).pinned().count() >= PINNED_MAX:
        raise BusinessRuleError(_("Three posts are pinned already. Unpin one first: what stands first must stay few."))
    post.pinned_at = timezone.now()
    return _save_pin(actor, post)


@transaction.atomic
def unpin_post(*, actor: Any, post: Post) -> Post:
    """Lets a post stand at its date again."""
    post = _locked(post)
    require(actor, "feed.pin_post", post)
    if post.pinned_at is None:
        return post
    post.pinned_at = None
    return _save_pin(actor, post)


def _save_pin(actor: Any, post: Post) -> Post:
    post.save(update_fields=["pinned_at"])
    publish(PostPinned(post_id=post.pk, community_id=post.community_id, actor_id=actor.pk))
    return post
