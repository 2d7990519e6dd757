"""The outbox: told with the transaction, delivered at least once, to subscribers that may be run twice."""

import threading
import time
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from core import subscribers as registry
from core import wakeup
from core.actions import outbox
from core.actions.outbox import deliver_outbox, publish
from core.events import Event
from core.models import OutboxEvent
from core.subscribers import When, subscribe
from tests.support.together import at_once


@dataclass(frozen=True, kw_only=True)
class BellRang(Event):
    number: int


@dataclass(frozen=True, kw_only=True)
class LoudBellRang(BellRang):
    pass


class Listener:
    """A subscriber that notes what it hears, and fails as often as it is told to."""

    def __init__(self, name: str) -> None:
        self.__qualname__ = name
        self.heard: list[tuple[int, uuid.UUID]] = []
        self.failures = 0
        self.seconds = 0.0

    def __call__(self, event: BellRang, key: uuid.UUID) -> None:
        time.sleep(self.seconds)
        if self.failures:
            self.failures -= 1
            raise ValueError("not today")
        self.heard.append((event.number, key))

    @property
    def numbers(self) -> list[int]:
        return [number for number, _key in self.heard]


@pytest.fixture
def subscribers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry.subscribers, "_entries", {})


@pytest.fixture
def listener(subscribers: None) -> Listener:
    heard = Listener("first")
    subscribe(BellRang, heard)
    return heard


def ring(number: int = 1, event: type[BellRang] = BellRang) -> None:
    with transaction.atomic():
        publish(event(number=number))


@transaction.atomic
def ring_and_fail() -> None:
    publish(BellRang(number=1))
    raise ZeroDivisionError


@pytest.mark.django_db(transaction=True)
def test_event_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError, match="outside a transaction"):
        publish(BellRang(number=1))


@pytest.mark.django_db(transaction=True)
def test_event_goes_with_the_transaction_that_tells_it(listener: Listener) -> None:
    with pytest.raises(ZeroDivisionError):
        ring_and_fail()
    assert deliver_outbox() == 0
    assert listener.heard == []


@pytest.mark.django_db(transaction=True)
def test_commit_wakes_the_worker_and_a_rollback_does_not(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[str] = []
    monkeypatch.setattr(wakeup, "wake", woken.append)
    with pytest.raises(ZeroDivisionError):
        ring_and_fail()
    assert woken == []
    ring()
    assert woken == ["core.tasks.deliver_outbox"]


@pytest.mark.django_db
def test_row_is_gone_once_everyone_was_served(listener: Listener) -> None:
    ring(1)
    ring(2)
    assert deliver_outbox() == 2
    assert listener.numbers == [1, 2]
    assert not OutboxEvent.objects.exists()


@pytest.mark.django_db
def test_subscriber_hears_the_subclasses_of_its_event(listener: Listener) -> None:
    ring(7, LoudBellRang)
    deliver_outbox()
    assert listener.numbers == [7]


@pytest.mark.django_db
def test_subscriber_in_the_transaction_may_refuse(subscribers: None) -> None:
    refusing = Listener("refusing")
    refusing.failures = 1
    subscribe(BellRang, refusing, When.IN_TRANSACTION)
    with pytest.raises(ValueError, match="not today"):
        ring()
    assert not OutboxEvent.objects.exists()


@pytest.mark.django_db
def test_failing_subscriber_is_tried_again_alone_with_the_same_key(listener: Listener) -> None:
    failing = Listener("failing")
    failing.failures = 1
    subscribe(BellRang, failing)
    ring()
    key = OutboxEvent.objects.get().key
    assert deliver_outbox() == 0
    row = OutboxEvent.objects.get()
    assert (row.attempts, failing.numbers, listener.numbers) == (1, [], [1])
    assert "ValueError" in row.last_error
    assert "not today" not in row.last_error, "the message of an exception may quote what somebody wrote"
    with time_machine.travel(timezone.now() + timedelta(seconds=2)):
        assert deliver_outbox() == 1
    assert listener.heard == [(1, key)]
    assert failing.heard == [(1, key)]


@pytest.mark.django_db
def test_poison_event_does_not_block_the_others(listener: Listener) -> None:
    OutboxEvent.objects.create(name="core.NeverHeardOf", payload={})
    OutboxEvent.objects.create(name=BellRang.name, payload={"digit": 3})
    ring(4)
    assert deliver_outbox() == 1
    assert listener.numbers == [4]
    assert {row.attempts for row in OutboxEvent.objects.all()} == {1}


@pytest.mark.django_db
def test_waits_grow_to_an_hour_and_stay_there(listener: Listener) -> None:
    row = OutboxEvent.objects.create(name="core.NeverHeardOf", payload={})
    waits = []
    for _ in range(8):
        with time_machine.travel(row.not_before, tick=False):
            deliver_outbox()
            row.refresh_from_db()
            waits.append((row.not_before - timezone.now()).total_seconds())
    assert waits == [1, 5, 30, 120, 600, 3600, 3600, 3600]


@pytest.mark.django_db
def test_row_of_a_killed_worker_comes_back(listener: Listener, settings: Any) -> None:
    ring()
    assert OutboxEvent.objects.all().take(timedelta(seconds=settings.OUTBOX_HOLD)) is not None
    assert deliver_outbox() == 0, "another worker holds it"
    with time_machine.travel(timezone.now() + timedelta(seconds=settings.OUTBOX_HOLD + 1)):
        assert deliver_outbox() == 1
    assert listener.numbers == [1]


@pytest.mark.django_db
def test_worker_that_lost_its_row_leaves_it_to_the_other(listener: Listener) -> None:
    ring()
    slow = OutboxEvent.objects.all().take(timedelta(0))
    assert slow is not None
    time.sleep(0.01)
    quick = OutboxEvent.objects.all().take(timedelta(seconds=60))
    assert quick is not None
    assert not outbox._serve(slow)
    assert listener.numbers == []
    assert outbox._serve(quick)
    assert listener.numbers == [1]


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_rows_and_serve_each_once(listener: Listener) -> None:
    for number in range(30):
        ring(number)
    listener.seconds = 0.005
    counts = at_once([deliver_outbox, deliver_outbox])
    assert sum(count for count in counts if isinstance(count, int)) == 30, counts
    assert sorted(listener.numbers) == list(range(30))
    assert not OutboxEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_slow_event_keeps_one_worker_and_not_the_other_events(listener: Listener) -> None:
    slow = Listener("slow")
    slow.seconds = 1.0
    subscribe(LoudBellRang, slow)
    ring(0, LoudBellRang)
    for number in range(1, 6):
        ring(number)
    worker = threading.Thread(target=at_once, args=([deliver_outbox],))
    worker.start()
    time.sleep(0.2)
    started = time.monotonic()
    assert deliver_outbox() == 5
    assert time.monotonic() - started < 0.7
    worker.join()
    assert slow.numbers == [0]


@pytest.mark.django_db
def test_run_is_bounded_and_calls_for_the_next(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[str] = []
    monkeypatch.setattr(wakeup, "wake", woken.append)
    monkeypatch.setattr(outbox, "BATCH", 3)
    for number in range(4):
        ring(number)
    assert deliver_outbox() == 3
    assert woken == ["core.tasks.deliver_outbox"]


@pytest.mark.django_db
def test_outbox_is_late_only_when_nobody_tried(listener: Listener) -> None:
    ring()
    assert not outbox.is_late()
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        assert outbox.is_late()
        listener.failures = 1
        deliver_outbox()
        assert not outbox.is_late(), "one event that fails does not make the others late"


@pytest.mark.django_db
def test_delivery_costs_the_same_whatever_waits(listener: Listener) -> None:
    def cost() -> int:
        ring()
        with connection.execute_wrapper(counting := Counting()):
            deliver_outbox()
        return counting.number

    few = cost()
    OutboxEvent.objects.bulk_create(
        OutboxEvent(name="core.NeverHeardOf", payload={}, not_before=timezone.now() + timedelta(hours=1))
        for _ in range(200)
    )
    assert cost() == few


class Counting:
    number = 0

    def __call__(self, execute: Any, *arguments: Any) -> Any:
        self.number += 1
        return execute(*arguments)
