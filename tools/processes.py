"""The processes of the product and how each is started, on a laptop and in the image alike.

`python -m tools.processes worker` becomes that process.
"""

import os
import sys
from pathlib import Path

from tools.trouble import Trouble, main

BIN = Path(sys.executable).parent


def command(name: str) -> list[str]:
    """The command line of a process.

    `local`: pages and sockets in one process, on this machine's own addresses. `web`: pages in production.
    `sockets`: what lives under /ws/ in production. `worker` and `beat`: background work and its clock.
    """
    data = os.environ.get("DATA_DIR") or "var"
    commands = {
        "local": [sys.executable, "-m", "tools.serve"],
        "web": [f"{BIN}/gunicorn", "--config", "deploy/gunicorn.py", "rse.wsgi:application"],
        "sockets": [
            *(f"{BIN}/uvicorn", "rse.asgi:application", "--host", "0.0.0.0", "--port", "8001"),
            *("--lifespan", "off", "--no-access-log", "--log-level", "warning", "--ws-max-size", "65536"),
        ],
        "worker": [
            *(sys.executable, "-m", "celery", "--app", "rse", "worker"),
            *("--concurrency", os.environ.get("WORKER_PROCESSES") or "2", "--loglevel", "WARNING"),
            *("--without-gossip", "--without-mingle"),
        ],
        "beat": [
            *(sys.executable, "-m", "celery", "--app", "rse", "beat"),
            *("--schedule", f"{data}/beat-schedule", "--pidfile", "", "--loglevel", "WARNING"),
        ],
    }
    if name not in commands:
        raise Trouble(f"Usage: python -m tools.processes {'|'.join(commands)}")
    return commands[name]


def become() -> None:
    arguments = command(sys.argv[1] if len(sys.argv) == 2 else "")
    os.execv(arguments[0], arguments)


if __name__ == "__main__":
    main(become)
