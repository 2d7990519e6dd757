"""Redis and the worker are taken away; what people do goes on, and everything arrives once they are back."""

import sqlite3
import threading
import time

import psycopg
import pytest

from tests.faults.conftest import Product, wait_for

pytestmark = pytest.mark.faults

PATIENCE = 2.0  # seconds that a person waits at most


def test_answer_reaches_an_open_page_within_a_second_or_so(product: Product) -> None:
    with product.page() as page:
        delays = []
        for _ in range(5):
            product.answer()
            started = time.monotonic()
            page.wait("comment.added")
            delays.append(time.monotonic() - started)
    # The median, so that a busy machine is not taken for a slow product.
    assert sorted(delays)[2] < 1.5, delays
    product.assert_all_delivered_once()


def test_redis_frozen(product: Product) -> None:
    with product.page() as page:
        with product.running.frozen("Redis"):
            for _ in range(3):
                assert product.answer() < PATIENCE
                assert product.ask() < PATIENCE
            assert product.post("newcomer", "/communities/achats-durables/join/") < PATIENCE
            assert page.wait("late", 10)["late"], "the page says that news comes late"
            with product.page("newcomer"):
                pass
            assert product.answer() < PATIENCE
        page.wait("catch_up", 15)
        product.assert_all_delivered_once()
        product.answer()
        page.wait("comment.added")
    product.assert_all_delivered_once()
    product.post("newcomer", "/communities/achats-durables/leave/")


def test_redis_refused_and_started_anew(product: Product) -> None:
    with product.page() as page:
        product.kill("Redis")
        for _ in range(3):
            assert product.answer() < PATIENCE
            assert product.ask() < PATIENCE
        assert product.post("newcomer", "/communities/achats-durables/join/") < PATIENCE
        assert page.wait("late", 10)["late"]
        product.start("Redis")
        page.wait("catch_up", 15)
        product.assert_all_delivered_once()
        product.answer()
        page.wait("comment.added")
    product.assert_all_delivered_once()
    product.post("newcomer", "/communities/achats-durables/leave/")


def test_worker_killed_in_the_middle(product: Product) -> None:
    for number in range(10):
        product.answer()
        if number == 5:
            product.kill("worker")
    assert product.counts()["waiting"] > 0
    product.start("worker")
    product.assert_all_delivered_once()


def test_worker_killed_while_it_delivers_is_replaced_and_everything_arrives_once(product: Product) -> None:
    if not product.running.database_url:
        pytest.skip("SQLite has one writer: nobody could be stopped in the middle")
    with psycopg.connect(product.running.database_url) as holder:
        # Whoever tells people waits for this lock: the worker is caught between two of its writes.
        holder.execute("LOCK TABLE notifications_notification IN SHARE MODE")
        for _ in range(4):
            assert product.answer() < PATIENCE
        wait_for(lambda: product.waits_for_a_lock("notifications_notification"), 15, product.trouble)
        product.kill("worker")
    counts = product.counts()
    assert counts["waiting"] > 0
    assert counts["notices"] < counts["comments"]
    product.start("worker")
    product.assert_all_delivered_once()


def test_sqlite_locked_by_another_process_waits_then_succeeds(product: Product) -> None:
    if product.running.database_url:
        pytest.skip("SQLite's own")
    path = product.running.data / "rse.sqlite3"
    ready = threading.Event()

    def hold() -> None:
        database = sqlite3.connect(path, isolation_level=None)
        database.execute("BEGIN EXCLUSIVE")
        ready.set()
        time.sleep(3)
        database.execute("COMMIT")
        database.close()

    holder = threading.Thread(target=hold)
    holder.start()
    ready.wait()
    assert 2 < product.answer() < 10
    holder.join()
    product.assert_all_delivered_once()
    assert product.rows("PRAGMA integrity_check") == [("ok",)]
