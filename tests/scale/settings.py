"""Production's settings, with the floor's two views added and static files in the folder of the measurement."""

from pathlib import Path

from rse.settings import *  # noqa: F403
from rse.settings import DATA_DIR, TEMPLATES

ROOT_URLCONF = "tests.scale.floor"
STATIC_ROOT = Path(DATA_DIR) / "static"
TEMPLATES[0]["DIRS"] = [*TEMPLATES[0]["DIRS"], Path(__file__).parent / "templates"]
