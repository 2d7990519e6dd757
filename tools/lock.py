"""`make lock`: writes requirements/*.txt from pyproject.toml, with hashes and without the name of a registry.

Versions that still fit stay as they are; `make lock UPGRADE=1` takes the newest that fit.
"""

import os
import subprocess
import sys
from pathlib import Path

from tools.install import BOOTSTRAP, ROOT, environment
from tools.trouble import Trouble, explain, main

UV = Path(sys.executable).parent / "uv"
TEST = "requirements/test.txt"


def compile_lock(target: str | Path, *arguments: str, text: str | None = None) -> None:
    """Writes one lock file; `text` stands for pyproject.toml where given."""
    options = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url", "--quiet"]
    if os.environ.get("UPGRADE") == "1":
        options.append("--upgrade")
    source = "pyproject.toml" if text is None else "-"
    done = subprocess.run(
        [str(UV), "pip", "compile", *options, *arguments, "--output-file", str(target), source],
        cwd=ROOT,
        env={**environment(), "UV_CUSTOM_COMPILE_COMMAND": "make lock"},
        input=text,
        text=True,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise Trouble(explain(done.stderr) or done.stderr)


def command() -> None:
    # What runs is what was tested: the two others take their versions from the lock of the tests.
    compile_lock(TEST, "--extra", "test")
    compile_lock("requirements/local.txt", "--extra", "local", "--constraints", TEST)
    compile_lock("requirements/production.txt", "--constraints", TEST)
    compile_lock(BOOTSTRAP, "--no-annotate", text="uv")


if __name__ == "__main__":
    main(command)
