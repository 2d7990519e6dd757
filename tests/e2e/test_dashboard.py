"""An animator's dashboard by keyboard; a sponsor's answer on a telephone."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.accessibility import assert_accessible, assert_no_sideways_scroll

Open = Callable[..., Page]

PURCHASES = "/communities/achats-durables/"
STEPS_MAX = 60


def go_to(page: Page, selector: str) -> None:
    """Moves by the key Tab alone until the first element of `selector` has the focus."""
    for _step in range(STEPS_MAX):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement === document.querySelector(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached by keyboard")


def test_the_dashboard_is_walked_by_keyboard(page_as: Open) -> None:
    page = page_as("animateur")
    page.goto(f"{PURCHASES}dashboard/")
    page.locator("#main").focus()
    # What to do next comes before any figure.
    go_to(page, ".todo__line")
    go_to(page, "#figure-response_time summary")
    expect(page.locator("#figure-response_time .figure__definition")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator("#figure-response_time .figure__definition")).to_be_visible()
    go_to(page, ".chart__table summary")
    page.keyboard.press("Enter")
    expect(page.locator(".chart__table tbody tr").first).to_be_visible()
    assert_accessible(page)
    page.goto(f"{PURCHASES}dashboard/")
    page.locator("#main").focus()
    go_to(page, ".todo__line[href$='?state=open']")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/questions/\?state=open$"))


def test_a_sponsor_answers_on_a_telephone(page_as: Open) -> None:
    page = page_as("sponsor", viewport={"width": 390, "height": 844}, has_touch=True)
    page.goto(f"{PURCHASES}reports/")
    page.locator("main h3 a").first.tap()
    page.wait_for_url(re.compile(r"/reports/\d+/$"))
    assert_no_sideways_scroll(page)
    page.locator("#answer input[value=correct]").check()
    page.locator("#answer button").tap()
    # Correcting asks for a word: the choice is kept, the page says what is missing.
    expect(page.locator("#answer .errors")).to_be_visible()
    expect(page.locator("#answer input[value=correct]")).to_be_checked()
    page.locator("#answer textarea").fill("Faites avancer la clause sur le réemploi.")
    page.locator("#answer button").tap()
    expect(page.locator("#answer-title")).to_be_visible()
    expect(page.locator("main blockquote")).to_contain_text("Faites avancer la clause")
    expect(page.locator("#answer")).to_have_count(0)
    assert_accessible(page)
    # The animators read it, and it is there no more to be answered by anybody.
    animator = page_as("animateur")
    animator.goto(page.url)
    expect(animator.locator("main blockquote")).to_contain_text("Faites avancer la clause")
