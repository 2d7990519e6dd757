"""axe-core on a page: what a machine can see of accessibility, which is about a third of it."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def faults_of(page: Page, *, rules: list[str] | None = None) -> list[str]:
    """One line for each thing that axe finds, by `rules` or by all of WCAG 2.2 AA and good practice."""
    kind = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": _TAGS}
    # The script is large: a page is given it once.
    script = "null" if page.evaluate("'axe' in window") else AXE_SCRIPT
    found: Any = Axe(script).run(page, options={"runOnly": kind}).response
    return [
        f"{violation['id']}: {violation['help']} — {node['html'][:160]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def assert_accessible(page: Page, *, rules: list[str] | None = None) -> None:
    """Fails with what axe finds on the page as it is now."""
    faults = faults_of(page, rules=rules)
    assert not faults, "\n".join([page.url, *faults])


def assert_no_sideways_scroll(page: Page) -> None:
    """Fails when the page is wider than the window, which at 320 px is what WCAG 1.4.10 forbids."""
    width, window = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width <= window, f"{page.url} is {width} px wide in a window of {window} px"
