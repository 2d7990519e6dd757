"""`make check`: everything that can be said about the code without running the product."""

import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tools.trouble import main

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
NEWEST_MINOR = 14

# Settings of a real installation, so that the checks of a deployment judge what will run.
PRODUCTION = {
    "DEMO": "0",
    "DEBUG": "0",
    "SECRET_KEY": "only for the checks: Zq7vXw2mB9kLr4TnYc8HsJd3PfGa6UeV5xRb1",
    "BASE_URL": "https://rse.example.org",
    "ALLOWED_HOSTS": "rse.example.org",
    "TRUSTED_PROXY_COUNT": "1",
    "DATABASE_URL": "postgresql://rse@database/rse",
    "REDIS_URL": "redis://redis:6379/0",
}


@dataclass(frozen=True)
class Check:
    """One check: what it is about, its command line, and what is added to its environment."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)


def _manage(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-W", "ignore", "manage.py", *arguments)


CHECKS = (
    Check("types", (f"{BIN}/mypy", ".")),
    Check("lint", (f"{BIN}/ruff", "check", "--quiet", ".")),
    Check("format", (f"{BIN}/ruff", "format", "--check", "--quiet", ".")),
    Check("imports between apps and files", (f"{BIN}/lint-imports", "--no-cache")),
    Check("templates", (f"{BIN}/djlint", "templates", "--lint", "--quiet")),
    Check("migrations", _manage("makemigrations", "--check", "--dry-run"), {"DEMO": "1", "DATABASE_URL": ""}),
    Check("deployment", _manage("check", "--deploy", "--fail-level", "WARNING"), PRODUCTION),
    Check("messages in French and English", (sys.executable, "-m", "tools.messages", "--check")),
    Check(
        "docker-compose.yml",
        (f"{BIN}/check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"),
    ),
    Check("lock files", (sys.executable, "-m", "tools.lock", "--check")),
)


# A deployment checked on it has imported every module that a page needs.
NEEDED = "import allauth, celery, channels, django, guardian, typst"


def newer_python() -> str | None:
    """A Python newer than this one on which the packages are installed, if there is one."""
    for minor in range(sys.version_info.minor + 1, NEWEST_MINOR + 1):
        found = shutil.which(f"python3.{minor}")
        if found and subprocess.run((found, "-c", NEEDED), capture_output=True, check=False).returncode == 0:
            return found
    return None


def run(check: Check) -> tuple[Check, str | None, float]:
    """Runs one check; gives it back with what it said where it failed, and the seconds it took."""
    start = time.monotonic()
    done = subprocess.run(
        check.command,
        cwd=ROOT,
        env={**os.environ, **check.environment},
        text=True,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    output = (done.stdout + done.stderr).strip() or f"exit code {done.returncode}"
    return check, output if done.returncode else None, time.monotonic() - start


def command() -> int:
    failures = 0
    checks = list(CHECKS)
    if newer := newer_python():
        checks.append(Check(f"deployment on {Path(newer).name}", (newer, *_manage("check")[1:]), PRODUCTION))
    else:
        print("– a newer Python SKIPPED: none has the packages of the lock file", flush=True)
    with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        for check, output, seconds in pool.map(run, checks):
            print(f"{'✗' if output else '✓'} {check.name} ({seconds:.1f} s)", flush=True)
            if output:
                failures += 1
                print(output, flush=True)
    if failures:
        print(f"{failures} of {len(checks)} checks failed.", flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    main(command)
