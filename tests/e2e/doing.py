"""What people do in the journeys, as verbs: a journey reads as what happens, not as what is clicked."""

import re

from playwright.sync_api import Page, expect

SECONDS_LIVE = 5
TELEWORK = "teletravail"


def write(page: Page, form: str, text: str) -> None:
    """Writes `text` over what stands in the text of `form`, in the editor that takes it over."""
    page.locator(f"{form} textarea[name=body]").evaluate("area => area.focus()")
    page.locator(f"{form} .editor__text").fill(text)


def publish(page: Page, community: str, title: str, text: str = "", kind: str = "question") -> str:
    """Publishes in a community from the composer's own page; gives the address of the post, which is open."""
    page.goto(f"/communities/{community}/posts/new/?kind={kind}")
    page.locator("#compose input[name=title]").fill(title)
    if text:
        write(page, "#compose", text)
    page.locator("#compose [type=submit]").click()
    page.wait_for_url(re.compile(r"/posts/\d+/$"))
    return page.url


def answer(page: Page, text: str) -> None:
    """Answers in the thread that is open; returns at the click, not when the answer stands there."""
    write(page, "#answer-form", text)
    page.locator("#answer-form [type=submit]").click()


def undo(page: Page) -> None:
    """Takes back what was just done, by the confirmation."""
    page.locator("#toasts form button").last.click()


def confirm_is_said(page: Page) -> None:
    """Waits for the confirmation of what was just done."""
    expect(page.locator("#toasts .toast").last).to_be_visible()
