"""Journeys in a browser, against the real servers on a database of their own.

Playwright's loop and Django's ORM do not go together: nothing here imports a model. What a journey needs it does as a
person would, or it runs a command beside the server with `manage`.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.e2e.listening import Complaints
from tools.catalogues import compile_catalogues
from tools.chromium import chromium
from tools.screenshots import sign_in
from tools.stack import Stack, environment, stack
from tools.supervisor import ROOT
from tools.system import browser as installed_browser

Open = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("e2e")
            if installed_browser() is None:
                item.add_marker(pytest.mark.skip(reason="chromium is not installed: apt-get install chromium"))


@pytest.fixture(scope="session")
def server() -> Iterator[Stack]:
    """The product with its demo administration, on a clone of the template of PostgreSQL, else on SQLite."""
    compile_catalogues()
    with tempfile.TemporaryDirectory(prefix="rse-", ignore_cleanup_errors=True) as name:
        folder, database_url = Path(name), ""
        if address := os.environ.get("E2E_SERVER"):
            database = f"rse_e2e_{os.getpid()}"
            with psycopg.connect(f"{address}postgres", autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {database} TEMPLATE {os.environ['E2E_TEMPLATE']}".encode())
            database_url = f"{address}{database}"
        else:
            variables = environment(folder, "")
            subprocess.run([sys.executable, "-m", "tools.prepare", "--demo"], cwd=ROOT, env=variables, check=True)
        with stack(folder, database_url) as running:
            yield running


@pytest.fixture(scope="session")
def manage(server: Stack) -> Callable[..., str]:
    """Runs a command of manage.py on the server's database: `manage("shell", "-c", "…")`; gives what it prints."""

    def run(*arguments: str) -> str:
        variables = {**environment(server.data, server.database_url), "REDIS_URL": server.redis_url}
        command = [sys.executable, "-W", "ignore", "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=variables, text=True, capture_output=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, as Debian packages it."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def _cookies() -> dict[str, Any]:
    """Sessions already opened, by person: signing in is a journey of its own, not a part of each."""
    return {}


def new_context(browser: Browser, server: Stack, **options: Any) -> BrowserContext:
    """A browser of one person, whose pages are listened to: see `complaints_of`."""
    settings = {"viewport": {"width": 1280, "height": 900}, "locale": "fr-FR", **options}
    context = browser.new_context(base_url=server.url, **settings)
    context.set_default_timeout(10_000)
    context.complaints = Complaints(context, urlsplit(server.url).netloc)  # type: ignore[attr-defined]
    return context


@pytest.fixture(scope="module")
def browser_of(browser: Browser, server: Stack) -> Iterator[Callable[[str], BrowserContext]]:
    """The browser of a person, or of nobody (""), which keeps what it has loaded from one test to the next."""
    opened: dict[str, BrowserContext] = {}

    def browser_of_person(person: str) -> BrowserContext:
        if person not in opened:
            opened[person] = new_context(browser, server)
            if person:
                page = opened[person].new_page()
                sign_in(page, person)
                page.close()
        return opened[person]

    yield browser_of_person
    for context in opened.values():
        context.close()


@pytest.fixture
def contexts(browser: Browser, server: Stack) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browsers of people: `contexts(color_scheme="dark", viewport={…}, java_script_enabled=False)`.

    At the end of the test each must have nothing to complain of: see `complaints_of`.
    """
    opened: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        opened.append(new_context(browser, server, **options))
        return opened[-1]

    yield make
    for context in opened:
        context.close()
        context.complaints.assert_none()  # type: ignore[attr-defined]


@pytest.fixture
def page_as(contexts: Callable[..., BrowserContext], _cookies: dict[str, Any]) -> Open:
    """A page of a person of the demo administration, or of nobody (""): `page_as("agent", color_scheme="dark")`."""

    def open_page(person: str, **options: Any) -> Page:
        if not person:
            return contexts(**options).new_page()
        if person not in _cookies:
            context = contexts()
            sign_in(context.new_page(), person)
            _cookies[person] = context.storage_state()
        context = contexts(storage_state=_cookies[person], **options)
        return context.new_page()

    return open_page


@pytest.fixture
def anonymous(contexts: Callable[..., BrowserContext]) -> Open:
    """A page of somebody who is not signed in."""
    return lambda **options: contexts(**options).new_page()


def complaints_of(page: Page) -> Complaints:
    """What the pages of this browser complained of so far."""
    complaints: Complaints = page.context.complaints  # type: ignore[attr-defined]
    return complaints
