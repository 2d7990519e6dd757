"""`make run`: database, demo administration, Redis, worker, clock, pages and sockets, until Ctrl-C."""

import contextlib
import fcntl
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.ports import listen, port
from tools.processes import launch
from tools.redis import short_folder, start_redis
from tools.supervisor import ROOT, Stopped, Supervisor, die_with_parent, stop_on_signals, wait_until
from tools.trouble import Trouble, main

# The name under which the demonstration presents itself.
SERVICE = "Transition publique"


def data_folder() -> Path:
    """Where the database, the files and the schedule live; made when absent."""
    folder = ROOT / (os.environ.get("DATA_DIR") or "var")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Refuses a second `make run` on the same data: it would take the first one's Redis away."""
    with (folder / "run.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Trouble(
                f"{folder} is in use by another `make run`. Choose another one: DATA_DIR=… make run"
            ) from None
        yield


def environment(folder: Path, number: int) -> dict[str, str]:
    """What the processes are told; whatever is given from outside wins."""
    return {
        "DEMO": "1",
        "SERVICE_NAME": SERVICE,
        "LOG_LEVEL": "WARNING",
        "BASE_URL": f"http://localhost:{number}",
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore",
        **os.environ,
        "DATA_DIR": str(folder),
        "PORT": str(number),
    }


def prepare(folder: Path, variables: dict[str, str]) -> None:
    """Migrates and fills the database in a process of its own, which says itself what went wrong.

    Skipped where the database of this folder was prepared by the same code: starting Django costs seconds.
    """
    done = [variables["DEMO"], fingerprint()]
    stamp = folder / "prepared.json"
    is_ours = not variables.get("DATABASE_URL") and (folder / "rse.sqlite3").exists()
    with contextlib.suppress(OSError, ValueError):
        if is_ours and json.loads(stamp.read_text()) == done:
            return
    demo = ["--demo"] if variables["DEMO"] == "1" else []
    for module in (["tools.catalogues"], ["tools.prepare", *demo]):
        command = [sys.executable, "-m", *module]
        if code := subprocess.run(command, cwd=ROOT, env=variables, check=False).returncode:
            raise SystemExit(code)
    stamp.write_text(json.dumps(done))


def fingerprint() -> str:
    """Changes with whatever preparing depends on: migrations, texts, the demo administration."""
    digest = hashlib.sha256()
    for pattern in ("*/migrations/*.py", "locale/*/*/*.po", "*/management/commands/demo*", "tools/prepare.py"):
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes() if path.is_file() else b"")
    for path in ROOT.glob("locale/*/*/*.po"):
        digest.update(b"compiled" if path.with_suffix(".mo").exists() else b"missing")
    return digest.hexdigest()


def serve(folder: Path, number: int) -> None:
    """Runs everything until it is asked to stop; raises Trouble when one of the processes ends by itself."""
    variables = environment(folder, number)
    supervisor = Supervisor()
    with short_folder(folder) as sockets:
        try:
            if not variables.get("REDIS_URL"):
                variables["REDIS_URL"] = start_redis(sockets, supervisor)
            prepare(folder, variables)
            if launch(supervisor, variables):
                print(f"\nRSE is ready: http://localhost:{number}", flush=True)
                if variables["DEMO"] == "1":
                    print("Sign in as agent@demo.example, password demo (or use the buttons of the sign-in page).")
                print("Ctrl-C stops it.", flush=True)
            wait_until(lambda: False, float("inf"), supervisor)
            raise Trouble(f"A process has ended by itself: {supervisor.ended()}. Everything is stopped.")
        finally:
            supervisor.stop()


def command() -> None:
    die_with_parent()
    number = port()
    for socket in listen(number):
        socket.close()
    stop_on_signals()
    with contextlib.suppress(Stopped), alone(folder := data_folder()):
        serve(folder, number)
    print("Stopped.", flush=True)


if __name__ == "__main__":
    main(command)
