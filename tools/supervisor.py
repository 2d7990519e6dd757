"""Starts the processes of a stack, watches them, and leaves none behind."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
_PR_SET_PDEATHSIG = 1


class Stopped(Exception):
    """Somebody asked for the end: Ctrl-C or SIGTERM."""


def die_with_parent(sign: int = signal.SIGTERM) -> None:
    """Linux sends `sign` to this process when its parent dies, even by kill -9; elsewhere nothing is promised."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, sign)


class Supervisor:
    """Processes that live and die together. The first started is the last stopped."""

    def __init__(self) -> None:
        self._processes: list[tuple[str, subprocess.Popen[bytes]]] = []

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        environment: Mapping[str, str],
        output: IO[bytes] | None = None,
        user: str | None = None,
    ) -> subprocess.Popen[bytes]:
        """Starts a process in a group of its own, so that a Ctrl-C in the terminal reaches the supervisor alone."""
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=ROOT if user is None else "/",
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            user=user,
            preexec_fn=die_with_parent,
        )
        self._processes.append((name, process))
        return process

    def by_name(self) -> dict[str, subprocess.Popen[bytes]]:
        """The processes, to be watched or disturbed by a test."""
        return dict(self._processes)

    def ended(self) -> str | None:
        """The name of a process that is no longer there, or None."""
        return next((name for name, process in self._processes if process.poll() is not None), None)

    def stop(self, patience: float = 8.0) -> None:
        """Asks each process to end, the last started first, then ends whatever is left of their groups."""
        while self._processes:
            _, process = self._processes.pop()
            if process.poll() is None:
                process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(patience)
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def stop_on_signals() -> None:
    """From now on Ctrl-C and SIGTERM raise Stopped, once: a second Ctrl-C does not cut the tidying."""

    def stop(number: int, frame: FrameType | None) -> None:
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, signal.SIG_IGN)
        raise Stopped

    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, stop)


def wait_until(answers: Callable[[], bool], seconds: float, supervisor: Supervisor) -> bool:
    """Waits for `answers`; False when a process ended or the time (in seconds) is over first."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit and supervisor.ended() is None:
        if answers():
            return True
        time.sleep(0.1)
    return False
