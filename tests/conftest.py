"""Fixtures of the whole suite, and its strictness."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from tests.support.client import StrictClient
from tests.support.strictness import shuffling

# The same cases each time: what fails, fails for its change. `make test-all` looks for new ones.
hypothesis.settings.register_profile("suite", derandomize=True)
hypothesis.settings.register_profile("complete", max_examples=500)
hypothesis.settings.load_profile("suite")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skips what cannot run here, each with the reason in the summary; puts the longest first.

    A process that ends with a long test keeps the other one waiting.
    """
    items.sort(key=lambda item: not any(item.get_closest_marker(name) for name in ("matrix", "property", "faults")))
    is_postgresql = "postgresql" in settings.DATABASES["default"]["ENGINE"]
    for item in items:
        if item.get_closest_marker("postgresql") and not is_postgresql:
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL: make test"))
        if item.get_closest_marker("redis") and not os.environ.get("TEST_REDIS_URL"):
            item.add_marker(pytest.mark.skip(reason="needs Redis: make test"))


def pytest_unconfigure() -> None:
    # A process of xdist ends without `atexit`.
    if settings.configured:
        shutil.rmtree(settings.DATA_DIR, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """At the end no thread of a test keeps the database open, which PostgreSQL would then refuse to drop."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(autouse=True)
def _rows_without_order_are_shuffled(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    fetch_all = shuffling(QuerySet._fetch_all, request.node.nodeid)
    monkeypatch.setattr(QuerySet, "_fetch_all", fetch_all)


@pytest.fixture
def client() -> StrictClient:
    """A person who is not signed in."""
    return StrictClient()


@pytest.fixture
def client_of() -> Any:
    """A function that gives the client of a signed-in person: `client_of(user)`."""

    def sign_in(user: Any) -> StrictClient:
        client = StrictClient()
        client.force_login(user, "accounts.backends.SignInBackend")
        return client

    return sign_in


@pytest.fixture
def redis_url() -> str:
    """The address of a real Redis; the test carries the marker `redis`."""
    return os.environ["TEST_REDIS_URL"]
