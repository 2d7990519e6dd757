"""Every page, once: nothing that axe finds, in light and in dark, and no sideways scrolling at 320 px."""

import itertools
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.e2e.accessibility import assert_accessible, assert_no_sideways_scroll
from tests.e2e.conftest import complaints_of
from tools.pages import SCREENS, Screen

COLOUR_RULES = ["color-contrast", "link-in-text-block"]
WIDTHS = (1280, 768, 390, 320)
THEMES = ("light", "dark")

Open = Callable[..., Page]
BrowserOf = Callable[[str], BrowserContext]


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_page_is_accessible_in_both_themes_and_narrow(screen: Screen, browser_of: BrowserOf) -> None:
    with browser_of(screen.person).new_page() as page:
        screen.open(page)
        assert_accessible(page)
        page.emulate_media(color_scheme="dark")
        assert_accessible(page, rules=COLOUR_RULES)
        page.set_viewport_size({"width": 320, "height": 640})
        assert_no_sideways_scroll(page)
    complaints_of(page).assert_none()


@pytest.mark.every_page
@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
@pytest.mark.parametrize(("width", "theme"), list(itertools.product(WIDTHS, THEMES)))
def test_page_is_accessible_at_each_width_in_each_theme(screen: Screen, width: int, theme: str, page_as: Open) -> None:
    page = page_as(screen.person, viewport={"width": width, "height": 900}, color_scheme=theme)
    screen.open(page)
    assert_accessible(page)
    assert_no_sideways_scroll(page)
