"""Without JavaScript one reads, joins, writes, answers and takes back; and the theme is there from the first paint."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.doing import undo

Open = Callable[..., Page]


def test_the_main_job_works_without_a_script(page_as: Open) -> None:
    page = page_as("cheffe", java_script_enabled=False)
    page.goto("/communities/?q=teletravail")
    page.locator("article.community-card h2 a").first.click()
    page.locator(".band__act form[action$='/join/'] button").click()
    expect(page.locator(".band__act details.menu")).to_be_visible()

    page.locator("#compose a").first.click()
    page.locator("#compose input[name=kind][value=question]").check()
    page.locator("#compose input[name=title]").fill("Peut-on changer de jour d’une semaine à l’autre ?")
    page.locator("#compose textarea[name=body]").fill("Mon équipe hésite.")
    page.locator("#compose [type=submit]").click()
    expect(page.locator("article.card--main h1")).to_contain_text("changer de jour")
    address = page.url

    page.locator("#answer-form textarea[name=body]").fill("Oui, si le chef de service est d’accord.")
    page.locator("#answer-form [type=submit]").click()
    comment = page.locator("#comments article", has_text="Oui, si le chef")
    expect(comment).to_be_visible()
    comment.locator("form[action$='/accept/'] button").click()
    expect(page.locator("article.card--accepted")).to_contain_text("Oui, si le chef")

    page.locator("article.card--main details.menu summary").click()
    page.locator("article.card--main form[action$='/delete/'] button").click()
    undo(page)
    page.goto(address)
    expect(page.locator("article.card--main h1")).to_contain_text("changer de jour")
    page.goto("/communities/teletravail/")
    page.locator(".band__act details.menu summary").click()
    page.locator(".band__act form[action$='/leave/'] button").click()
    undo(page)
    page.goto("/communities/teletravail/")
    expect(page.locator(".band__act details.menu")).to_be_visible()


def test_the_chosen_theme_needs_no_script_so_nothing_flashes(page_as: Open) -> None:
    page = page_as("partenaire", java_script_enabled=False)
    page.goto("/")
    page.locator(".menu--person summary").click()
    page.locator(".menu--person button[name=theme][value=dark]").click()
    page.goto("/communities/")
    expect(page.locator("html")).to_have_attribute("data-fr-theme", "dark")
    colour = page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    red, green, blue = (float(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(",")[:3])
    assert red + green + blue < 200, colour
