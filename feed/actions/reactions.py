from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from communities.actions.activity import record_activity
from communities.enums import Verb
from communities.models import Activity
from core.actions.outbox import publish
from core.policies import require
from core.targets import target_for
from feed.actions.texts import label_of
from feed.enums import ReactionKind
from feed.events import ReactionsChanged
from feed.models import Comment, Reaction


@transaction.atomic
def set_reaction(*, actor: Any, target: Model, kind: ReactionKind | None) -> Reaction | None:
    """Says in one click what a person thinks of a target, one reaction a person; `None` takes it back."""
    require(actor, target_for(target).react, target)
    key = {"target_type": ContentType.objects.get_for_model(target), "target_id": target.pk, "person": actor}
    reaction, is_new = None, False
    if kind is None:
        gone, _rows = Reaction.objects.filter(**key).delete()
        if not gone:
            return None
        Activity.objects.of_target(target).filter(actor=actor, verb=Verb.REACTED).delete()
    else:
        reaction, is_new = Reaction.objects.update_or_create(**key, defaults={"kind": kind})
    if is_new:
        record_activity(community=getattr(target, "community", None), actor=actor, verb=Verb.REACTED, target=target)
    thread: Any = target
    if isinstance(target, Comment):
        Comment.objects.filter(pk=target.pk).update(changed_at=timezone.now())
        thread = target.target
    publish(
        ReactionsChanged(
            target=label_of(target),
            target_id=target.pk,
            thread=label_of(thread),
            thread_id=thread.pk,
            actor_id=actor.pk,
        )
    )
    return reaction
