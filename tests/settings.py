"""The settings under test: production's, but for what would only make tests slow or noisy."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "a key for tests, long enough to pass the checks of a deployment: 7c1d")
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="rse-tests-")
atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)
os.environ["DEMO"] = os.environ["DEBUG"] = "0"

from rse.settings import *  # noqa: E402, F403
from rse.settings import DATA_DIR, DATABASES, LOGGING, STORAGES, TEMPLATES  # noqa: E402
from tests.support.strictness import FailOnUndefined  # noqa: E402

TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = FailOnUndefined("%s")

# A file and not memory: tests with several threads lock it as production would.
DATABASES["default"]["CONN_MAX_AGE"] = 0
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": str(Path(DATA_DIR) / "test.sqlite3")}
elif template := os.environ.get("TEST_TEMPLATE"):
    DATABASES["default"]["TEST"] = {"TEMPLATE": template}

STATIC_ROOT = Path(DATA_DIR) / "static"
STATIC_ROOT.mkdir()

# One round is enough to tell a right password from a wrong one.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
# Nobody listens: a wake-up that a test does not take itself must fail at once.
CELERY_BROKER_URL = "memory://"
LOGGING["root"] = {**LOGGING["root"], "level": "ERROR"}  # type: ignore[dict-item]
