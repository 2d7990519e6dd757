"""The documented environment is the one that is read."""

import re
from pathlib import Path

from rse.environment import VARIABLES

ROOT = Path(__file__).resolve().parent.parent


def test_every_variable_is_documented_as_it_is_declared() -> None:
    page = (ROOT / "docs/environment.md").read_text().split("## Of the commands")[0]
    documented = [line for line in page.splitlines() if line.startswith("| `")]
    declared = [
        f"| `{variable.name}` | {f'`{variable.default}`' if variable.default else ''} | {variable.meaning} |"
        for variable in VARIABLES
    ]
    assert documented == declared


def test_settings_read_the_environment_through_its_declaration_only() -> None:
    for path in (ROOT / "rse").rglob("*.py"):
        if path.name not in {"environment.py", "wsgi.py", "celery.py"}:
            assert "environ" not in re.sub(r"rse\.environment|import environment", "", path.read_text()), path
