from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.actions.activity import hide_activities, record_activity, show_activities
from communities.enums import Verb
from core.actions.acts import count_act
from core.actions.audit import record_audit
from core.actions.outbox import publish
from core.errors import BusinessRuleError
from core.once import once
from core.policies import require
from core.targets import target_for
from feed.actions.sight import hold_thread, leave_place, take_back_place
from feed.actions.subscriptions import begin_following
from feed.actions.texts import clean_body, keep_revision, label_of, require_version, show_images
from feed.events import CommentChanged, CommentDeleted, CommentEdited, CommentPublished, CommentRestored
from feed.limits import COMMENT
from feed.models import Comment


@transaction.atomic
def publish_comment(*, actor: Any, target: Model, body: str, parent: Comment | None = None, nonce: str = "") -> Comment:
    """Answers under a target, or under a comment of it, one level deep; who answers follows the thread.

    A reply to a reply stands beside it, under the same comment. `nonce` makes a form sent twice one comment.

    Raises:
        Forbidden: the actor may not comment there, or the comment answered to is gone.
        BusinessRuleError: nothing is said, or the actor wrote too much lately.
    """
    require(actor, target_for(target).comment, target)
    if parent is not None:
        parent = parent.parent or parent
        require(actor, "feed.reply_comment", parent)
        if (parent.target_type_id, parent.target_id) != (_type(target).pk, target.pk):
            raise BusinessRuleError(_("The comment that you answer to is not in this thread."))

    def make() -> Comment:
        count_act(actor=actor, limit=COMMENT)
        comment = Comment.objects.create(
            target_type=_type(target),
            target_id=target.pk,
            community=getattr(target, "community", None),
            parent=parent,
            author=actor,
            body=clean_body(body),
        )
        show_images(actor, comment)
        begin_following(actor, target)
        record_activity(community=comment.community, actor=actor, verb=Verb.COMMENTED, target=comment)
        _tell(CommentPublished, actor, comment)
        return comment

    place = f"{label_of(target)}:{target.pk}:{parent.pk if parent else 0}"
    return once(actor, nonce, make, place=place)[0]


def _type(target: Model) -> ContentType:
    return ContentType.objects.get_for_model(target)


def _tell(event: type[CommentChanged], actor: Any, comment: Comment) -> None:
    model = ContentType.objects.get_for_id(comment.target_type_id).model_class()
    publish(event(comment_id=comment.pk, target=label_of(model), target_id=comment.target_id, actor_id=actor.pk))


def _locked(comment: Comment) -> Comment:
    # Two who change one comment at once would otherwise each write over the other.
    return Comment.objects.select_for_update(of=("self",)).select_related("community").get(pk=comment.pk)


@transaction.atomic
def edit_comment(*, actor: Any, comment: Comment, version: int, body: str) -> Comment:
    """Replaces the text of a comment; the one before stays in its history. Proposition 26.

    Raises:
        EditConflict: somebody saved since the editor was opened on `version`; nothing was overwritten.
        BusinessRuleError: nothing is left of the text.
    """
    comment = _locked(comment)
    require(actor, "feed.change_comment", comment)
    require_version(comment, version)
    clean = clean_body(body)
    if clean == comment.body:
        return comment
    keep_revision(comment)
    comment.body = clean
    comment.changed_at = timezone.now()
    comment.save(update_fields=["body", "version", "edited_at", "changed_at"])
    show_images(actor, comment)
    _tell(CommentEdited, actor, comment)
    return comment


@transaction.atomic
def delete_comment(*, actor: Any, comment: Comment) -> Comment:
    """Takes a comment out of sight at once; it can come back for a while. Its replies stay. Proposition 26.

    A question whose accepted answer goes is open again until the answer is back.
    """
    hold_thread(comment)
    comment = _locked(comment)
    require(actor, "feed.delete_comment", comment)
    comment.mark_deleted(actor)
    comment.changed_at = comment.deleted_at or timezone.now()
    leave_place(comment)
    comment.save(update_fields=["deleted_at", "deleted_by", "changed_at", "was_accepted"])
    hide_activities(target=comment)
    if actor.pk != comment.author_id:
        record_audit(actor=actor, verb="comment.deleted", target=comment)
    _tell(CommentDeleted, actor, comment)
    return comment


@transaction.atomic
def restore_comment(*, actor: Any, comment: Comment) -> Comment:
    """Brings a deleted comment back where it stood; it is the accepted answer again if it was and none is now.

    Raises BusinessRuleError once the time to restore it is over.
    """
    hold_thread(comment)
    comment = _locked(comment)
    if not comment.is_deleted:
        require(actor, "feed.view_comment", comment)
        return comment
    require(actor, "feed.restore_comment", comment)
    until = comment.restorable_until
    if until is None or until <= timezone.now():
        raise BusinessRuleError(_("The time to restore this is over: it is gone for good."))
    comment.mark_restored()
    comment.changed_at = timezone.now()
    take_back_place(comment)
    comment.save(update_fields=["deleted_at", "deleted_by", "changed_at", "was_accepted"])
    if not comment.is_hidden:
        show_activities(target=comment)
    if actor.pk != comment.author_id:
        record_audit(actor=actor, verb="comment.restored", target=comment)
    _tell(CommentRestored, actor, comment)
    return comment
