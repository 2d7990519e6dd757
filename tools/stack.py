"""The whole product on this machine for a test, a benchmark or a picture: Redis, pages, sockets, worker, clock."""

import contextlib
import os
import signal
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

from tools.processes import launch
from tools.redis import start_redis
from tools.supervisor import Supervisor
from tools.trouble import Trouble

# Whoever starts a product may run under settings of their own, as tests do.
PRODUCT = {"DJANGO_SETTINGS_MODULE": "rse.settings", "DEMO": "1"}


@dataclass(frozen=True)
class Stack:
    """A product that runs: where it answers, and its processes by name."""

    url: str
    data: Path
    database_url: str
    redis_url: str
    processes: Mapping[str, Popen[bytes]]

    @contextlib.contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """A process that accepts and never answers, as long as the block lasts: `frozen("Redis")`."""
        process = self.processes[name]
        process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            process.send_signal(signal.SIGCONT)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def environment(folder: Path, database_url: str) -> dict[str, str]:
    """What the product and its commands are told: the demonstration, with its data in `folder`."""
    return {
        **os.environ,
        **PRODUCT,
        "LOG_LEVEL": "WARNING",
        "PYTHONWARNINGS": "ignore",
        "DATA_DIR": str(folder),
        "DATABASE_URL": database_url,
    }


@contextlib.contextmanager
def stack(
    folder: Path, database_url: str = "", settings: Mapping[str, str] | None = None, names: tuple[str, ...] = ()
) -> Iterator[Stack]:
    """Runs the product on a prepared database, SQLite in `folder` when no address is given, until the block ends.

    `folder` has a short name, since sockets lie in it. `settings` go over the environment. The output of the
    processes is in `folder/stack.log`. Raises Trouble with that output when the pages do not come.
    """
    supervisor = Supervisor()
    port = free_port()
    log = folder / "stack.log"
    try:
        redis_url = start_redis(folder, supervisor)
        variables = {
            **environment(folder, database_url),
            "BASE_URL": f"http://localhost:{port}",
            **(settings or {}),
            "PORT": str(port),
            "REDIS_URL": redis_url,
        }
        with log.open("ab") as output:
            is_up = launch(supervisor, variables, names or ("local", "worker", "beat"), output)
        if not is_up:
            last_lines = "\n".join(log.read_text().splitlines()[-10:])
            raise Trouble(f"The product does not start:\n{last_lines}")
        yield Stack(f"http://localhost:{port}", folder, database_url, redis_url, supervisor.by_name())
    finally:
        supervisor.stop()
