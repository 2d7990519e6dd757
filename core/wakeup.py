"""Wakes the worker without ever making a request wait for Redis.

On commit a flag is set; one thread a process sends the wake-up. Where Redis is away the wake-up is lost and the
beat's sweep finds the rows: they are the truth, the wake-up a courtesy.
"""

import logging
import os
import threading
import time

from celery import current_app

log = logging.getLogger(__name__)

PAUSE_AFTER_FAILURE = 2.0  # seconds

_flag = threading.Event()
_lock = threading.Lock()
_thread_of_process: int | None = None


def wake() -> None:
    """Sets the flag, and starts the thread on a process' first use: a forked server shares none."""
    global _thread_of_process
    if _thread_of_process != os.getpid():
        with _lock:
            if _thread_of_process != os.getpid():
                threading.Thread(target=_run, name="outbox-wakeup", daemon=True).start()
                _thread_of_process = os.getpid()
    _flag.set()


def _run() -> None:
    while True:
        _flag.wait()
        _flag.clear()
        try:
            current_app.send_task("core.tasks.deliver_outbox", expires=30)
        except Exception as error:  # noqa: BLE001 - whatever the broker raises, the thread must live on
            log.warning("outbox: the worker could not be woken (%s)", type(error).__name__)
            time.sleep(PAUSE_AFTER_FAILURE)
