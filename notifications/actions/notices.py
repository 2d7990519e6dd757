"""From an event to the people it concerns: in the product, and by mail where it cannot wait."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.actions.mail import queue_mail
from core.events import Event
from core.kinds import Kind
from core.letters import Letter
from core.policies import users_with
from notifications.models import Notification

BATCH = 1000
DAYS_KEPT = 180


def deliver_notices(kind: Kind, event: Event, key: UUID) -> list[int]:
    """Tells whom the event concerns, except who did it and who may not see what it is about; gives their ids.

    `key` is the event's: delivered twice, it tells each person once, and writes them once.
    """
    target = kind.target(event)
    if target is None:
        return []
    actor = kind.actor(event)
    people = kind.recipients(event, target).filter(pk__in=users_with(kind.needed(), target).values("pk"))
    if actor is not None:
        people = people.exclude(pk=actor.pk)
    told = list(people.order_by("pk").distinct().only("pk", "email", "language", "first_name"))
    for start in range(0, len(told), BATCH):
        _tell(kind, event, key, target, actor, told[start : start + BATCH])
    return [person.pk for person in told]


@transaction.atomic
def _tell(kind: Kind, event: Event, key: UUID, target: Model, actor: Any, people: list[Any]) -> None:
    content_type, data, now = ContentType.objects.get_for_model(target), kind.data(event), timezone.now()
    Notification.objects.bulk_create(
        [
            Notification(
                recipient=person,
                kind=kind.name,
                actor_id=actor and actor.pk,
                target_type=content_type,
                target_id=target.pk,
                event_key=key,
                data=data,
                created_at=now,
            )
            for person in people
        ],
        ignore_conflicts=True,
    )
    if kind.is_transactional:
        for person in people:
            with translation.override(person.language):
                letter = _letter(kind, target, actor, data, person)
                queue_mail(
                    to=person.email,
                    subject=letter.subject,
                    text=letter.as_text(),
                    html=letter.as_html(),
                    reason=kind.name[:60],
                    key=f"{key}:{kind.name}:{person.pk}",
                )


def _letter(kind: Kind, target: Model, actor: Any, data: dict[str, Any], person: Any) -> Letter:
    notice = kind.notice(target, actor, data)
    return Letter(
        subject=notice.text,
        paragraphs=[_("Hello %(first_name)s,") % {"first_name": person.first_name}, notice.text],
        quote=notice.detail,
        action=(notice.action or _("Open"), notice.address),
        why=_("You receive this mail because it concerns you: %(kind)s.") % {"kind": kind.label},
    )


def mark_read(*, actor: Any, notification: Notification) -> None:
    """Takes a person's own piece of news out of the count; a second time changes nothing."""
    Notification.objects.filter(pk=notification.pk, recipient=actor).unread().update(read_at=timezone.now())


def mark_all_read(*, actor: Any, until: int) -> None:
    """Marks as read all that the person was shown: what came after `until`, the newest id on the page, stays unread."""
    Notification.objects.filter(recipient=actor, pk__lte=until).unread().update(read_at=timezone.now())


def purge_notifications() -> None:
    """Removes news that nobody looks at any more."""
    Notification.objects.filter(created_at__lt=timezone.now() - timedelta(days=DAYS_KEPT)).delete()
