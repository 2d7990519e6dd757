"""Chromium as Debian packages it, driven by Playwright."""

import contextlib
from collections.abc import Iterator

from playwright.sync_api import Browser, sync_playwright

from tools.system import browser
from tools.trouble import Trouble

FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--force-prefers-reduced-motion"),
)


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A browser until the block ends; raises Trouble where there is none."""
    path = browser()
    if path is None:
        raise Trouble("Chromium is not installed. As root: apt-get install chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield running
        running.close()
