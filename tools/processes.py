"""The processes of the product and how each is started, on a laptop and in the image alike.

`python -m tools.processes worker` becomes that process.
"""

import os
import sys
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from tools.supervisor import Supervisor, wait_until
from tools.trouble import Trouble, main

BIN = Path(sys.executable).parent


def command(name: str, variables: Mapping[str, str]) -> list[str]:
    """The command line of a process.

    `local`: pages and sockets in one process, on this machine's own addresses. `web`: pages in production.
    `sockets`: what lives under /ws/ in production. `worker` and `beat`: background work and its clock.
    """
    data = variables.get("DATA_DIR") or "var"
    commands = {
        "local": [sys.executable, "-m", "tools.serve"],
        "web": [f"{BIN}/gunicorn", "--config", "deploy/gunicorn.py", "rse.wsgi:application"],
        "sockets": [sys.executable, "-m", "tools.serve", "8001"],
        "worker": [
            *(sys.executable, "-m", "celery", "--quiet", "--app", "rse", "worker"),
            *("--concurrency", variables.get("WORKER_PROCESSES") or "2", "--loglevel", "WARNING"),
            *("--without-gossip", "--without-mingle"),
        ],
        "beat": [
            *(sys.executable, "-m", "celery", "--quiet", "--app", "rse", "beat"),
            *("--schedule", f"{data}/beat-schedule", "--pidfile", "", "--loglevel", "WARNING"),
        ],
    }
    if name not in commands:
        raise Trouble(f"Usage: python -m tools.processes {'|'.join(commands)}")
    return commands[name]


def is_ready(port: str) -> bool:
    """Whether the pages answer, with all that they stand on."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def launch(
    supervisor: Supervisor,
    variables: Mapping[str, str],
    names: Sequence[str] = ("local", "worker", "beat"),
    output: IO[bytes] | None = None,
) -> bool:
    """Starts the processes of the product on this machine and waits for its pages; False when they do not come.

    `variables` is their environment, with PORT and DATA_DIR; `output` takes what they print.
    """
    pages, *others = names
    supervisor.start(pages, command(pages, variables), variables, output)
    # Somebody waits for the pages; the others would take the processor from them while they start.
    is_up = wait_until(lambda: is_ready(variables["PORT"]), 60, supervisor)
    for name in others if is_up else ():
        supervisor.start(name, command(name, variables), variables, output)
    return is_up


def become() -> None:
    arguments = command(sys.argv[1] if len(sys.argv) == 2 else "", os.environ)
    os.execv(arguments[0], arguments)


if __name__ == "__main__":
    main(become)
