"""The main job: ask, and be answered while one looks."""

import sys
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.doing import SECONDS_LIVE, TELEWORK, publish, write

Open = Callable[..., Page]


def test_an_answer_arrives_in_the_open_page_of_the_asker_who_accepts_it(
    page_as: Open, capsys: pytest.CaptureFixture[str]
) -> None:
    asker, colleague = page_as("agent"), page_as("ambassadrice")
    address = publish(asker, TELEWORK, "Qui a un modèle d’avenant pour deux jours ?", "Notre service s’y met.")
    # A second tab, on another page: its bell counts what comes.
    elsewhere = asker.context.new_page()
    elsewhere.goto("/people/")
    bell = elsewhere.locator("#bell-count")
    before = bell.inner_text()
    asker.evaluate("window.isSamePage = true")

    colleague.goto(address)
    write(colleague, "#answer-form", "Oui : le nôtre tient en une page.")
    start = time.monotonic()
    colleague.locator("#answer-form [type=submit]").click()
    arrived = asker.locator("#comments article", has_text="le nôtre tient en une page")
    arrived.wait_for(timeout=SECONDS_LIVE * 1000)
    delay = time.monotonic() - start
    with capsys.disabled():
        sys.stdout.write(f"\n    an answer is seen by the asker {delay:.2f} s after the click\n")
    assert delay < SECONDS_LIVE
    assert asker.evaluate("window.isSamePage"), "the page was loaded anew"
    expect(arrived).to_have_count(1)
    # Whoever answered sees it once too, and may go on writing.
    expect(colleague.locator("#comments article", has_text="le nôtre tient en une page")).to_have_count(1)
    expect(colleague.locator("#answer-form textarea[name=body]")).to_have_value("")
    expect(bell).not_to_have_text(before)

    arrived.locator("form[action$='/accept/'] button").click()
    expect(asker.locator("article.card--accepted")).to_contain_text("le nôtre tient en une page")
    expect(colleague.locator("article.card--accepted")).to_contain_text(
        "le nôtre tient en une page", timeout=SECONDS_LIVE * 1000
    )
    # It stands first for whoever looks on, as it does on a page read afresh.
    expect(colleague.locator("#accepted article.card--accepted")).to_have_count(1)
    expect(colleague.locator("#comments article.card--accepted")).to_have_count(0)


def test_the_pill_announces_and_moves_nothing_until_it_is_clicked(page_as: Open) -> None:
    reader, writer = page_as("sponsor"), page_as("animateur")
    reader.goto("/communities/achats-durables/")
    first = reader.locator("#feed > article").first
    expect(first).to_be_visible()
    reader.mouse.wheel(0, 500)
    reader.wait_for_function("window.scrollY > 300")
    reader.wait_for_load_state("networkidle")
    place = "[window.scrollY, document.querySelector('#feed > article').id, \
        document.querySelector('#feed > article').getBoundingClientRect().top]"
    before = reader.evaluate(place)

    title = "Nouveau guide des achats de mobilier"
    publish(writer, "achats-durables", title, "Il vient de paraître.", kind="announcement")
    pill = reader.locator("#news .news__pill")
    expect(pill).to_be_visible(timeout=SECONDS_LIVE * 1000)
    assert reader.evaluate(place) == before
    expect(reader.locator("#feed article", has_text=title)).to_have_count(0)
    pill.click()
    expect(reader.locator("#feed > article").first).to_contain_text(title)
    expect(pill).to_have_count(0)
