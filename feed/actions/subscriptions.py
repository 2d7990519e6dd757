from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model

from communities.models import Community
from core.policies import require
from core.system import System
from core.targets import target_for
from feed.enums import SubscriptionState
from feed.models import Post, Subscription


def begin_following(person: Any, target: Model) -> None:
    """Whoever writes in a thread follows it, unless they have muted it; part of the action that wrote."""
    if isinstance(person, System):
        return
    Subscription.objects.get_or_create(
        target_type=ContentType.objects.get_for_model(target),
        target_id=target.pk,
        person=person,
        defaults={"state": SubscriptionState.FOLLOWING},
    )


@transaction.atomic
def stop_following(*, person: Any, communities: Collection[int]) -> int:
    """Ends what a person follows in communities that they read no more; nothing is said. Gives how many threads."""
    readable = Community.objects.readable_by(person).filter(pk__in=communities)
    posts = Post.objects.filter(community__in=communities).exclude(community__in=readable.values("pk"))
    rows = Subscription.objects.filter(
        person=person,
        state=SubscriptionState.FOLLOWING,
        target_type=ContentType.objects.get_for_model(Post),
        target_id__in=posts.values("pk"),
    )
    return rows.delete()[0]


@transaction.atomic
def set_subscription(*, actor: Any, target: Model, state: SubscriptionState | None) -> Subscription | None:
    """Follows a thread, mutes it, or neither (`None`)."""
    require(actor, target_for(target).follow, target)
    key = {"target_type": ContentType.objects.get_for_model(target), "target_id": target.pk, "person": actor}
    if state is None:
        Subscription.objects.filter(**key).delete()
        return None
    return Subscription.objects.update_or_create(**key, defaults={"state": state})[0]
