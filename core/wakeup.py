"""Wakes the worker without ever making a request wait for Redis.

On commit a name is noted; one thread a process sends the wake-up. Where Redis is away the thread keeps trying, and the
beat's sweep finds the rows all the same: they are the truth, the wake-up a courtesy.
"""

import logging
import os
import threading
import time
from typing import Any

from celery import current_app

log = logging.getLogger(__name__)

# Seconds between two attempts while Redis is away.
PAUSES = (0.5, 1.0, 2.0, 3.0)

_wanted: set[str] = set()
_condition = threading.Condition()
_pid_of_thread: int | None = None


def wake_outbox() -> None:
    """Has the worker look at the outbox."""
    wake("core.tasks.deliver_outbox")


def wake_mails() -> None:
    """Has the worker look at the mails that wait."""
    wake("core.tasks.send_mails")


def wake(task: str) -> None:
    """Notes a task to send, and starts the thread on a process' first use: a forked server shares none."""
    global _pid_of_thread
    with _condition:
        if _pid_of_thread != os.getpid():
            threading.Thread(target=_run, name="wakeup", daemon=True).start()
            _pid_of_thread = os.getpid()
        _wanted.add(task)
        _condition.notify()


def _run() -> None:
    connection: Any = None
    failures = 0
    while True:
        with _condition:
            _condition.wait_for(lambda: bool(_wanted))
            tasks = sorted(_wanted)
            _wanted.clear()
        try:
            # Not from Celery's pool: after a failure it gives the broken connection back, and waits for it.
            connection = connection or _connect()
            for task in tasks:
                current_app.send_task(task, connection=connection, expires=30, retry=False)
        except Exception as error:  # noqa: BLE001 - whatever the broker raises, the thread must live on
            if not failures:
                log.warning("wake-up: the worker could not be woken (%s)", type(error).__name__)
            _drop(connection)
            connection = None
            with _condition:
                _wanted.update(tasks)
            time.sleep(PAUSES[min(failures, len(PAUSES) - 1)])
            failures += 1
        else:
            failures = 0


def _connect() -> Any:
    options = {**current_app.conf.broker_transport_options, "max_retries": 1, "interval_start": 0, "interval_max": 0}
    return current_app.connection_for_write(transport_options=options)


def _drop(connection: Any) -> None:
    try:
        if connection is not None:
            connection.release()
    except Exception:  # noqa: BLE001 - it is broken already
        log.debug("wake-up: a broken connection did not close")
