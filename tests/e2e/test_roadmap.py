"""The roadmap, held by an animator without a pointer. WCAG 2.1.1, 2.4.3, 2.4.7."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.accessibility import assert_accessible
from tests.e2e.test_keyboard import assert_focus, tab_to

Open = Callable[..., Page]
ROADMAP = "/communities/achats-durables/roadmap/"


def test_an_animator_holds_the_roadmap_by_keyboard_alone(page_as: Open) -> None:
    page = page_as("animateur")
    keys = page.keyboard
    page.goto(ROADMAP)
    steps = page.locator(".timeline__step")
    count = steps.count()

    # A new milestone, in its place; what is missing is said, and the focus is there.
    tab_to(page, "#milestone-new a", at_most=90)
    keys.press("Enter")
    assert_focus(page, "#milestone-new [data-rse-focus]")
    assert_accessible(page)
    tab_to(page, "#milestone-new button[type=submit]")
    keys.press("Shift+Tab")
    tab_to(page, "#milestone-new input[name=title]", key="Shift+Tab")
    keys.type("Rencontre des acheteurs")
    keys.press("Enter")
    added = page.locator(".timeline__step[data-rse-focus]")
    expect(added).to_contain_text("Rencontre des acheteurs")
    assert_focus(page, ".timeline__step[data-rse-focus]")
    expect(steps).to_have_count(count + 1)

    # Its menu opens by Enter; the form comes in its place and gives the place back.
    uid = added.get_attribute("id")
    tab_to(page, f"#{uid} summary", at_most=3)
    keys.press("Enter")
    keys.press("ArrowDown")
    assert_focus(page, f"#{uid} .menu__item")
    keys.press("Enter")
    assert_focus(page, f"#{uid} [data-rse-focus]")
    tab_to(page, f"#{uid} textarea[name=note]")
    keys.type("Salle Turgot, 14 h")
    tab_to(page, f"#{uid} button[type=submit]")
    keys.press("Enter")
    expect(page.locator(f"#{uid}")).to_contain_text("Salle Turgot")
    assert_focus(page, f"#{uid}")

    # Taken back from the confirmation.
    page.locator(".toast form button").last.focus()
    keys.press("Enter")
    page.wait_for_load_state("load")
    expect(page.locator(f"#{uid}")).not_to_contain_text("Salle Turgot")
