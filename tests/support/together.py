"""Several people who act at the same moment."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connections

Result = TypeVar("Result")


def at_once(acts: Sequence[Callable[[], Result]]) -> list[Result | Exception]:
    """Runs each act in a thread of its own, all let go at the same moment; gives results, or what was raised, in order.

    Needs a test with `transaction=True`: threads see only what is committed.
    """
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], Result]) -> Result | Exception:
        try:
            gate.wait(10)
            return act()
        except Exception as error:  # noqa: BLE001 (handed back to the test)
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
