"""Installs the locked packages into .venv: `python tools/install.py local|test|production`.

Runs before anything is installed, on whichever Python ≥ 3.11 was found: the standard library only.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tools import system
from tools.trouble import Trouble, explain, main

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
BOOTSTRAP = ROOT / "requirements" / "bootstrap.txt"
ROOM_NEEDED = 900 * 1024 * 1024


def locks(use: str) -> list[Path]:
    """The lock files of one use."""
    return [BOOTSTRAP, ROOT / "requirements" / f"{use}.txt"]


def fingerprint(use: str) -> str:
    """Tells whether what is installed is what the lock names."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in locks(use))).hexdigest()


def installed() -> dict[str, str]:
    """What the environment holds: `{"use": …, "lock": …}`; nothing where there is none that runs."""
    try:
        stamp: dict[str, str] = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return stamp


def run(*command: str | Path) -> None:
    """Runs a step in silence; where it fails, raises Trouble with the cause, or with all it said."""
    done = subprocess.run(
        [str(part) for part in command], cwd=ROOT, env=environment(), text=True, capture_output=True, check=False
    )
    if done.returncode:
        output = done.stdout + done.stderr
        raise Trouble(explain(output) or f"{output.rstrip()}\nThis failed: {' '.join(map(str, command))}")


def environment() -> dict[str, str]:
    """The environment of the installers: what the machine's pip knows of mirrors and certificates holds for uv too."""
    variables = {**os.environ, "UV_SYSTEM_CERTS": "1", "UV_NO_PROGRESS": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    if mirror := variables.get("PIP_INDEX_URL") or configured_mirror():
        variables.setdefault("UV_DEFAULT_INDEX", mirror)
    home = Path(variables.get("HOME") or "/nonexistent")
    if not os.access(home if home.exists() else home.parent, os.W_OK):
        variables["UV_NO_CACHE"] = "1"
    return variables


@cache
def configured_mirror() -> str:
    """The mirror of the package registry that pip's own configuration names, if any."""
    command = [str(PYTHON), "-m", "pip", "config", "get", "global.index-url"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip()


def make_venv() -> None:
    """Makes an empty environment that can install from the lock."""
    system.require_venv()
    shutil.rmtree(VENV, ignore_errors=True)
    # Not sys.executable: where .venv is broken it may be the very Python that goes.
    run(os.path.realpath(sys.executable), "-m", "venv", VENV)
    run(PYTHON, "-m", "pip", "install", "--quiet", "--retries", "1", "--require-hashes", "-r", BOOTSTRAP)


def install(use: str) -> None:
    """Brings .venv to the lock of `use`; an environment made for tests stays one."""
    if VENV.is_symlink():  # whoever made the link looks after what it points to
        return
    stamp = installed()
    if use == "local" and stamp.get("use") == "test":
        use = "test"
    # Where .venv fits, tools/environment has started this file with it.
    is_usable = Path(sys.prefix) == VENV and (VENV / "bin" / "uv").exists()
    if is_usable and stamp == {"use": use, "lock": fingerprint(use)}:
        return
    room = shutil.disk_usage(ROOT).free
    if room < ROOM_NEEDED:
        raise Trouble(f"The disk is full: {room // 2**20} MB are free here and the environment takes about 900.")
    print("Installing the locked packages (once, then only when the lock changes) …", flush=True)
    if not is_usable:
        make_venv()
    STAMP.unlink(missing_ok=True)
    run(VENV / "bin" / "uv", "pip", "sync", "--python", PYTHON, "--require-hashes", *locks(use))
    STAMP.write_text(json.dumps({"use": use, "lock": fingerprint(use)}))


def command() -> None:
    if len(sys.argv) != 2 or sys.argv[1] not in {"local", "test", "production"}:
        raise Trouble("Usage: tools/environment local|test|production")
    install(sys.argv[1])
    if sys.argv[1] == "test":
        system.offer_browser()


if __name__ == "__main__":
    main(command)
