"""Finding a community, joining it, asking for it, leaving it."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.doing import undo

Open = Callable[..., Page]


def test_one_finds_a_community_by_the_header_joins_it_and_takes_back_having_left(page_as: Open) -> None:
    page = page_as("cheffe")
    page.goto("/")
    page.locator("#find").press_sequentially("chora")
    page.locator("#find-results a[href='/communities/chorale-du-ministere/']").click()
    page.wait_for_url("**/communities/chorale-du-ministere/")
    page.locator(".band__act form[action$='/join/'] button").click()
    menu = page.locator(".band__act details.menu")
    menu.locator("summary").click()
    menu.locator("form[action$='/leave/'] button").click()
    undo(page)
    expect(page.locator("#toasts")).not_to_be_empty()
    page.goto("/communities/chorale-du-ministere/")
    expect(page.locator(".band__act details.menu")).to_be_visible()


def test_one_joins_from_the_directory_without_leaving_it(page_as: Open) -> None:
    page = page_as("centrale")
    page.goto("/communities/")
    page.locator("#id_q").press_sequentially("télé")
    card = page.locator("article.community-card")
    expect(card).to_have_count(1)
    assert "q=t%C3%A9l%C3%A9" in page.url
    card.locator("form[action$='/join/'] button").click()
    expect(card.locator(".state")).to_be_visible()
    # Who moves by keyboard stays where they were.
    expect(page.locator(".community-card:focus, .community-card :focus")).to_have_count(1)
    page.reload()
    expect(card.locator(".state")).to_be_visible()


def test_one_asks_to_join_is_refused_with_a_reason_asks_again_and_is_admitted(page_as: Open) -> None:
    asking, deciding = page_as("sponsor"), page_as("cheffe")
    community = "/communities/partenaires-de-l-accueil/"

    def ask(why: str) -> None:
        asking.goto(community)
        form = asking.locator(f"form[action='{community}request/']")
        form.locator("textarea").fill(why)
        asking.locator(
            f"form[action='{community}request/'] [type=submit], form[action='{community}request/'] button:not([type])"
        ).first.click()
        expect(asking.locator("blockquote.quote")).to_have_text(why)

    ask("Je reprends l’accueil de Lille.")
    deciding.goto(f"{community}members/")
    row = deciding.locator("#requests li", has_text="Hélène Vasseur")
    expect(row).to_contain_text("Je reprends l’accueil de Lille.")
    row.locator("details summary").click()
    row.locator("input[name=reason]").fill("Voyez d’abord votre cheffe de service.")
    row.locator("form[action$='/refuse/'] button").click()
    expect(deciding.locator("#requests li", has_text="Hélène Vasseur")).to_have_count(0)

    asking.goto(community)
    expect(asking.locator("#main")).to_contain_text("Voyez d’abord votre cheffe de service.")
    expect(asking.locator("#feed")).to_have_count(0)

    ask("Elle est d’accord.")
    deciding.goto(f"{community}members/")
    deciding.locator("#requests li", has_text="Hélène Vasseur").locator("form[action$='/accept/'] button").click()
    expect(deciding.locator("#member-list")).to_contain_text("Hélène Vasseur")
    # The bell of the asker moves by itself.
    expect(asking.locator("#bell-count")).not_to_be_empty()
    asking.goto(community)
    expect(asking.locator("#feed article").first).to_be_visible()
