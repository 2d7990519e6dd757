"""Events: written with what they tell, delivered after the commit, at least once, to idempotent subscribers."""

import logging
import uuid
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from core import wakeup
from core.events import Event, event_classes
from core.models import OutboxEvent
from core.subscribers import When, subscribers_of

log = logging.getLogger(__name__)

# How long a worker may hold a batch before another takes it over.
HOLD = timedelta(seconds=60)
BATCH = 20
# After this many failures a row stays, visible in the administration, and is tried once an hour.
BACKOFF = [timedelta(seconds=s) for s in (1, 5, 30, 120, 600)]


def publish(event: Event) -> None:
    """Writes the event beside what it tells and runs who may refuse; the others are woken after the commit.

    Must be called inside a transaction: an event that outlives a rollback would tell what never happened.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{event.name} was published outside a transaction.")
    row = OutboxEvent.objects.create(name=event.name, payload=event.as_payload())
    for subscriber in subscribers_of(event, When.IN_TRANSACTION):
        subscriber.run(event, row.key)
    transaction.on_commit(wakeup.wake)


def deliver_outbox() -> int:
    """Delivers what waits until nothing is left; gives the number of rows served."""
    served = 0
    while rows := _take():
        for row in rows:
            served += _serve(row)
    return served


def _take() -> list[OutboxEvent]:
    holder, now = uuid.uuid4(), timezone.now()
    waiting = OutboxEvent.objects.filter(not_before__lte=now)
    ids = list(waiting.order_by("pk").values_list("pk", flat=True)[:BATCH])
    # Two workers may read the same ids; the condition lets one of them alone have each row.
    if not ids or not waiting.filter(pk__in=ids).update(holder=holder, not_before=now + HOLD):
        return []
    return list(OutboxEvent.objects.filter(holder=holder).order_by("pk"))


def _serve(row: OutboxEvent) -> bool:
    event = event_classes[row.name](**row.payload)
    failure = ""
    for subscriber in subscribers_of(event, When.AFTER_COMMIT):
        if subscriber.name in row.served:
            continue
        try:
            subscriber.run(event, row.key)
        except Exception as error:  # noqa: BLE001 - one subscriber's failure must not keep the news from the others
            failure = f"{subscriber.name}: {type(error).__name__}"
            log.exception("outbox: %s failed on %s", subscriber.name, row.name)
        else:
            row.served = [*row.served, subscriber.name]
            OutboxEvent.objects.filter(pk=row.pk).update(served=row.served)
    if not failure:
        row.delete()
        return True
    wait = BACKOFF[row.attempts] if row.attempts < len(BACKOFF) else timedelta(hours=1)
    OutboxEvent.objects.filter(pk=row.pk, holder=row.holder).update(
        attempts=row.attempts + 1, not_before=timezone.now() + wait, holder=None, last_error=failure[:200]
    )
    return False
