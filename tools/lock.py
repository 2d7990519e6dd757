"""`make lock`: writes requirements/*.txt from pyproject.toml, with hashes and without the name of a registry.

Versions that still fit stay as they are; `make lock UPGRADE=1` takes the newest that fit. With `--check` it says,
without a network, where the locks and pyproject.toml disagree.
"""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

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


def pins(path: Path) -> dict[str, set[str]]:
    """The versions that a lock names for each package; a package may have one a Python."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)", path.read_text(), re.MULTILINE):
        found.setdefault(canonicalize_name(name), set()).add(version)
    return found


def faults() -> Iterator[str]:
    """Where the locks miss what pyproject.toml asks for, differ from each other, or name an address."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    run, local, test = project["dependencies"], extras["local"], extras["test"]
    tested = pins(ROOT / TEST)
    for use, wanted in (("production", run), ("local", run + local), ("test", run + local + test)):
        path = ROOT / f"requirements/{use}.txt"
        locked = pins(path)
        for requirement in map(Requirement, wanted):
            name = canonicalize_name(requirement.name)
            if name == project["name"]:
                continue
            if not any(requirement.specifier.contains(version) for version in locked.get(name, ())):
                yield f"{path.name} has no {requirement}: make lock"
        for package, versions in locked.items():
            if not versions <= tested.get(package, set()):
                yield f"{path.name} has {package} {versions}, test.txt {tested.get(package)}: make lock"
        if "://" in path.read_text():
            yield f"{path.name} names an address"


def command() -> int:
    if "--check" in sys.argv[1:]:
        found = list(faults())
        print("\n".join(found))
        return 1 if found else 0
    # What runs is what was tested: the two others take their versions from the lock of the tests.
    compile_lock(TEST, "--extra", "test")
    compile_lock("requirements/local.txt", "--extra", "local", "--constraints", TEST)
    compile_lock("requirements/production.txt", "--constraints", TEST)
    compile_lock(BOOTSTRAP, "--no-annotate", text="uv")
    return 0


if __name__ == "__main__":
    main(command)
