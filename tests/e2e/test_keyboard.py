"""The whole main job without a pointer. WCAG 2.1.1, 2.1.2, 2.4.1, 2.4.3, 2.4.7."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

Open = Callable[..., Page]

_FOCUS = """(selector) => {
    const at = document.activeElement;
    if (!at || at === document.body) return ["nothing", false, false];
    const looks = (element) => {
        const style = element && getComputedStyle(element);
        if (!style) return false;
        return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
    };
    // A radio of a chip and the field of a box show their focus on what surrounds them.
    const isShown = [at, at.parentElement, at.parentElement?.parentElement].some(looks);
    return [at.outerHTML.slice(0, 120), isShown, at.matches(selector)];
}"""


def tab_to(page: Page, selector: str, key: str = "Tab", at_most: int = 60) -> None:
    """Presses Tab until `selector` has the focus; fails where the focus cannot be seen, or never comes there."""
    for _ in range(at_most):
        page.keyboard.press(key)
        # A field that becomes an editor as one enters it hands the focus over: nobody has it for an instant.
        page.wait_for_function("document.activeElement !== document.body", timeout=2000)
        where, is_shown, is_there = page.evaluate(_FOCUS, selector)
        assert is_shown, f"{page.url}: the focus is not visible on {where}"
        if is_there:
            return
    raise AssertionError(f"{page.url}: {at_most} times {key} do not lead to {selector}; the last was {where}")


def assert_focus(page: Page, selector: str) -> None:
    """Fails when the focus is not on `selector` within a moment."""
    page.wait_for_function("(selector) => document.activeElement?.matches(selector)", arg=selector)


def test_one_finds_a_community_asks_and_answers_by_keyboard_alone(page_as: Open) -> None:
    page = page_as("ambassadrice")
    keys = page.keyboard
    page.goto("/")
    # The first stop of Tab leads past the header.
    tab_to(page, ".skip a[href='#main']", at_most=1)
    keys.press("Enter")
    assert_focus(page, "#main")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#main') !== null")

    # A menu opens by Enter, is walked by arrows, and gives the focus back to what opened it.
    page.goto("/")
    tab_to(page, ".menu--person summary")
    keys.press("Enter")
    expect(page.locator(".menu--person .menu__panel")).to_be_visible()
    keys.press("ArrowDown")
    assert_focus(page, ".menu--person .menu__item")
    keys.press("Escape")
    expect(page.locator(".menu--person .menu__panel")).to_be_hidden()
    assert_focus(page, ".menu--person summary")

    # The list of shortcuts, and back.
    keys.press("?")
    expect(page.locator("#keys")).to_be_visible()
    keys.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    assert_focus(page, ".menu--person summary")

    # Search, and walk the suggestions.
    keys.press("/")
    assert_focus(page, "#find")
    keys.type("teletra")
    expect(page.locator("#find-results a").first).to_be_visible()
    keys.press("ArrowDown")
    assert_focus(page, "#find-results a[href='/communities/teletravail/']")
    keys.press("Enter")
    page.wait_for_url("**/communities/teletravail/")

    # Along the feed, then write.
    keys.press("j")
    assert_focus(page, "#feed > article:first-child")
    keys.press("j")
    assert_focus(page, "#feed > article:nth-child(2)")
    keys.press("n")
    assert_focus(page, "#compose .editor__text")
    keys.type("Le mien a deux ans.")
    tab_to(page, "#compose input[name=kind]:checked", key="Shift+Tab")
    while not page.locator("#compose input[name=kind][value=question]").is_checked():
        keys.press("ArrowRight")
    tab_to(page, "#compose input[name=title]", at_most=2)
    keys.type("Quel modèle d’écran pour le télétravail ?")
    keys.press("Control+Enter")
    published = page.locator("#feed > article", has_text="Quel modèle d’écran")
    expect(published).to_have_count(1)

    # To its page, and answer there.
    address = published.locator("h2 a").get_attribute("href")
    page.goto("/communities/teletravail/")
    tab_to(page, f"#feed h2 a[href='{address}']", at_most=150)
    keys.press("Enter")
    expect(page.locator("article.card--main h1")).to_contain_text("Quel modèle d’écran")
    tab_to(page, "#answer-form .editor__text, #answer-form textarea")
    assert_focus(page, "#answer-form .editor__text")
    keys.type("Vingt-quatre pouces suffisent.")
    # Out of the editor by Tab: it is no trap.
    tab_to(page, "#answer-form [type=submit]", at_most=3)
    keys.press("Enter")
    expect(page.locator("#comments article", has_text="Vingt-quatre pouces")).to_have_count(1)
