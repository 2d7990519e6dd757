"""What comes from the operating system: looked for, installed where we may, named in one line where we may not."""

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

from tools.trouble import Trouble

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def browser() -> str | None:
    """Where chromium is, if it is."""
    return os.environ.get("CHROMIUM") or next((path for name in CHROMIUM if (path := shutil.which(name))), None)


def may_install() -> bool:
    """Whether packages of Debian may be installed here without asking anybody."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None and Path("/etc/debian_version").exists()


def install(*packages: str) -> bool:
    """Installs packages of Debian; whether it worked."""
    print(f"Installing {' '.join(packages)} with apt-get …", flush=True)
    # The list of packages of a bare image is empty; an update fails where one source of many does not answer.
    _apt_get("update")
    return _apt_get("install", "--yes", "--no-install-recommends", *packages)


def _apt_get(*arguments: str) -> bool:
    done = subprocess.run(
        ["apt-get", "--quiet", *arguments],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


def require_venv() -> None:
    """Debian keeps a part of Python's venv in a package of its own; raises Trouble where it cannot be had."""
    if importlib.util.find_spec("ensurepip") is not None:
        return
    if not (may_install() and install("python3-venv")):
        raise Trouble("Python's venv is incomplete. As root: apt-get install python3-venv")


def offer_browser() -> None:
    """Installs chromium where we may; elsewhere the tests in a browser are skipped, and the summary says so."""
    if browser() is None and may_install():
        install("chromium")
