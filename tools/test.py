"""`make test`: checks, the suite on PostgreSQL, the suite on SQLite, and the journeys in a browser.

`--all` adds every page in each theme and width, more generated cases, and what is covered.
`--only postgresql|sqlite|browser|checks` runs one part; what follows `--` goes to pytest.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tools import check
from tools.catalogues import compile_catalogues
from tools.postgresql import PostgreSQL
from tools.redis import start_redis
from tools.supervisor import ROOT, Stopped, Supervisor, die_with_parent, stop_on_signals
from tools.system import browser
from tools.trouble import main

PARTS = ("checks", "postgresql", "sqlite", "browser")
TEMPLATE, DEMO_TEMPLATE = "rse_template", "rse_demo"
NO_TEST = 5  # pytest's exit code when nothing was selected


class Suite:
    """The parts of `make test`, on servers of their own; remembers what failed and how long each part took."""

    def __init__(self, folder: Path, supervisor: Supervisor, is_complete: bool, pytest_options: list[str]) -> None:
        self._folder = folder
        self._supervisor = supervisor
        self._is_complete = is_complete
        self._options = pytest_options
        self._environment = {**os.environ, "PYTHONUNBUFFERED": "1", "DATABASE_URL": ""}
        self._postgresql: PostgreSQL | None = None
        self.results: list[tuple[str, bool, float]] = []

    def run(self, part: str) -> None:
        """Runs one part and notes its result."""
        print(f"\n── {part}", flush=True)
        start = time.monotonic()
        is_right = {
            "checks": self._checks,
            "postgresql": self._on_postgresql,
            "sqlite": self._on_sqlite,
            "browser": self._in_browser,
        }[part]()
        self.results.append((part, is_right, time.monotonic() - start))

    def _checks(self) -> bool:
        return check.command() == 0

    def _on_postgresql(self) -> bool:
        server = self._server()
        environment = {
            **self._environment,
            "DATABASE_URL": server.url("postgres"),
            "TEST_TEMPLATE": TEMPLATE,
            "TEST_REDIS_URL": start_redis(self._folder, self._supervisor),
        }
        return self._pytest(environment, "--ignore=tests/e2e")

    def _on_sqlite(self) -> bool:
        # Tracing slows every line by a third: what is covered is counted in `make test-all`.
        coverage = ["--cov", "--cov-report=term:skip-covered"] if self._is_complete and not self._options else []
        return self._pytest(self._environment, "--ignore=tests/e2e", "-m", "not matrix and not property", *coverage)

    def _in_browser(self) -> bool:
        if browser() is None:
            print("Browser journeys SKIPPED: chromium is not installed. As root: apt-get install chromium")
            return True
        server = self._server()
        self._prepare(DEMO_TEMPLATE, TEMPLATE, "--demo")
        environment = {**self._environment, "E2E_SERVER": server.url(""), "E2E_TEMPLATE": DEMO_TEMPLATE}
        marks = [] if self._is_complete else ["-m", "not every_page"]
        # One process: a journey waits for the servers more than it computes, and they need the other core.
        return self._pytest(environment, "tests/e2e", "-p", "no:xdist", *marks, is_parallel=False)

    def _server(self) -> PostgreSQL:
        """PostgreSQL with a migrated template, started when first asked for."""
        if self._postgresql is None:
            folder = self._folder / "postgresql"
            folder.mkdir()
            self._postgresql = PostgreSQL(folder)
            self._postgresql.start(self._supervisor)
            self._prepare(TEMPLATE, "template0")
        return self._postgresql

    def _prepare(self, database: str, template: str, *options: str) -> None:
        assert self._postgresql is not None
        self._postgresql.execute(f"CREATE DATABASE {database} TEMPLATE {template}")
        environment = {
            **self._environment,
            "DEMO": "1",
            "DATA_DIR": str(self._folder / "data"),
            "DATABASE_URL": self._postgresql.url(database),
        }
        command = [sys.executable, "-m", "tools.prepare", *options]
        if code := subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode:
            raise SystemExit(code)

    def _pytest(self, environment: dict[str, str], *arguments: str, is_parallel: bool = True) -> bool:
        cases = ["--hypothesis-profile=complete"] if self._is_complete else []
        parallel = ["-n", os.environ.get("TEST_PROCESSES") or "2", "--dist", "worksteal"] if is_parallel else []
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", *parallel, *cases, *arguments, *self._options],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        return done.returncode == 0 or (bool(self._options) and done.returncode == NO_TEST)


def run_parts(parts: list[str], is_complete: bool, options: list[str]) -> int:
    """Runs the parts and prints what each gave; 1 when one failed."""
    supervisor = Supervisor()
    # A short name: the address of a socket lies in it.
    with tempfile.TemporaryDirectory(prefix="rse-", ignore_cleanup_errors=True) as folder:
        suite = Suite(Path(folder), supervisor, is_complete, options)
        try:
            for part in parts:
                suite.run(part)
        finally:
            supervisor.stop()
    print()
    for part, is_right, seconds in suite.results:
        print(f"{'✓' if is_right else '✗'} {part} ({seconds:.0f} s)")
    if "browser" in parts and browser() is None:
        print("Browser journeys were skipped: chromium is not installed (apt-get install chromium).")
    return 0 if all(is_right for _, is_right, _ in suite.results) else 1


def command() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.test")
    parser.add_argument("--all", action="store_true", help="every page in each theme and width too")
    parser.add_argument("--only", choices=PARTS, action="append")
    parser.add_argument("pytest", nargs="*", metavar="-- PYTEST OPTIONS")
    arguments = parser.parse_args()
    die_with_parent()
    stop_on_signals()
    compile_catalogues()
    try:
        return run_parts(arguments.only or list(PARTS), arguments.all, arguments.pytest)
    except Stopped:
        return 130


if __name__ == "__main__":
    main(command)
