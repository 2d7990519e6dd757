from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model

from core.policies import require
from core.system import System
from core.targets import target_for
from feed.enums import SubscriptionState
from feed.models import Subscription


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
def set_subscription(*, actor: Any, target: Model, state: SubscriptionState | None) -> Subscription | None:
    """Follows a thread, mutes it, or neither (`None`)."""
    require(actor, target_for(target).follow, target)
    key = {"target_type": ContentType.objects.get_for_model(target), "target_id": target.pk, "person": actor}
    if state is None:
        Subscription.objects.filter(**key).delete()
        return None
    return Subscription.objects.update_or_create(**key, defaults={"state": state})[0]
