"""Events: written with what they tell, delivered after the commit, at least once, to idempotent subscribers."""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from core import wakeup
from core.events import Event, event_classes
from core.models import OutboxEvent
from core.subscribers import When, subscribers_of

log = logging.getLogger(__name__)

# After the last wait a row stays, visible in the administration, and is tried again at that rhythm.
WAITS = [timedelta(seconds=s) for s in (1, 5, 30, 120, 600, 3600)]
# Rows that one run serves, so that a long queue does not keep the other tasks of a worker waiting.
BATCH = 200
# Where nothing has served a row for this long, news comes late and the pages say so.
LATE_AFTER = timedelta(seconds=30)


def publish(event: Event) -> None:
    """Writes the event beside what it tells and runs who may refuse; the others are woken after the commit.

    Must be called inside a transaction: an event that outlives a rollback would tell what never happened.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{event.name} was published outside a transaction.")
    row = OutboxEvent.objects.create(name=event.name, payload=event.as_payload())
    for subscriber in subscribers_of(event, When.IN_TRANSACTION):
        subscriber.run(event, row.key)
    transaction.on_commit(wakeup.wake_outbox)


def deliver_outbox() -> int:
    """Delivers what is due; gives the number of rows served."""
    served = 0
    for _ in range(BATCH):
        row = OutboxEvent.objects.all().take(_hold())
        if row is None:
            return served
        served += _serve(row)
    wakeup.wake_outbox()
    return served


def is_late() -> bool:
    """Whether events wait that nobody has tried to deliver: Redis or the worker is away."""
    return OutboxEvent.objects.filter(created_at__lt=timezone.now() - LATE_AFTER, attempts=0).exists()


def _hold() -> timedelta:
    """How long a worker may take over one subscriber of one row before another worker takes the row."""
    return timedelta(seconds=settings.OUTBOX_HOLD)


def _serve(row: OutboxEvent) -> bool:
    """Runs every subscriber that the row still waits for; False where one failed or another worker has the row."""
    try:
        event = event_classes[row.name](**row.payload)
    except (LookupError, TypeError) as error:
        # Written by another version of the code: it waits for that version to come back.
        log.error("outbox: %s is not understood", row.name)  # noqa: TRY400 - the trace says nothing more
        row.put_off(f"{type(error).__name__}: {row.name}", WAITS)
        return False
    failure = ""
    for subscriber in subscribers_of(event, When.AFTER_COMMIT):
        if subscriber.name in row.served:
            continue
        if not row.keep(_hold()):
            return False
        try:
            subscriber.run(event, row.key)
        except Exception as error:  # noqa: BLE001 - one subscriber's failure must not keep the news from the others
            failure = f"{subscriber.name}: {type(error).__name__}"
            log.exception("outbox: %s failed on %s", subscriber.name, row.name)
        else:
            row.served = [*row.served, subscriber.name]
            _remember(row)
    if failure:
        row.put_off(failure, WAITS)
        return False
    OutboxEvent.objects.filter(pk=row.pk, not_before=row.not_before).delete()
    return True


def _remember(row: OutboxEvent) -> None:
    try:
        OutboxEvent.objects.filter(pk=row.pk).update(served=row.served)
    except DatabaseError:
        # The subscriber is run once more at the next delivery, which changes nothing.
        log.exception("outbox: could not note who was served of %s", row.name)
