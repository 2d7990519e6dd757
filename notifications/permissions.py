"""Which notifications exist for a person today: their own, of what they may still see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, Model, OuterRef, Q

from core.kinds import kinds
from core.policies import NOTHING, Policy, Standing, allow, policy_for, users_with
from notifications.models import Notification


def _news_of(user: Any) -> Q:
    """The filter on notifications; one lookup a row, whatever the number of objects that the person may see."""
    visible = NOTHING
    for (model, permission), names in _by_target().items():
        # Asked of the one target of a row: a list of all that the person may see would grow with the product.
        held = model._default_manager.filter(policy_for(model).objects(user, permission), pk=OuterRef("target_id"))
        content_type = ContentType.objects.get_for_model(model)
        visible |= Q(kind__in=names, target_type=content_type) & Q(Exists(held))
    return visible & Q(recipient=user)


def _reader_of(notification: Notification) -> Q:
    """Its recipient, for as long as they may see what it is about."""
    kind, target = kinds.get(notification.kind), notification.target
    if kind is None or not isinstance(target, kind.model):
        return NOTHING
    return Q(pk__in=users_with(kind.needed(), target).filter(pk=notification.recipient_id).values("pk"))


def _by_target() -> dict[tuple[type[Model], str], list[str]]:
    found: dict[tuple[type[Model], str], list[str]] = defaultdict(list)
    for kind in kinds.values():
        found[kind.model, kind.needed()].append(kind.name)
    return found


class NotificationPolicy(Policy[Notification]):
    """News is its recipient's: leaving a community takes its news away."""

    model = Notification
    reading = "notifications.view_notification"
    table: ClassVar = {"notifications.view_notification": (allow("reader"),)}
    standings: ClassVar = {
        "reader": Standing(holds=lambda facts: facts["reader"], objects=_news_of, people=_reader_of),
    }

    def facts(self, user: Any, objects: list[Notification]) -> Mapping[Any, Any]:
        ids = [notification.pk for notification in objects]
        own = set(Notification.objects.filter(_news_of(user), pk__in=ids).values_list("pk", flat=True))
        return {pk: {"reader": pk in own} for pk in ids}
