"""A text is never lost: sessions that end, other devices, versions, deletions, two hands at once."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from tests.e2e.conftest import complaints_of
from tests.e2e.doing import TELEWORK, confirm_is_said, publish, undo, write
from tests.feed.pictures import picture
from tools.screenshots import sign_in

Open = Callable[..., Page]
_END = "from importlib import import_module as i; from django.conf import settings as s; \
i(s.SESSION_ENGINE).SessionStore({key!r}).delete()"


def test_a_session_that_ends_in_mid_sentence_gives_the_text_back_here_and_elsewhere(
    contexts: Callable[..., BrowserContext], manage: Callable[..., str]
) -> None:
    page = contexts().new_page()
    sign_in(page, "admin")
    page.goto(f"/communities/{TELEWORK}/posts/new/?kind=question")
    page.locator("#compose input[name=title]").fill("Peut-on télétravailler depuis")
    write(page, "#compose", "Une phrase que personne ne veut retaper")
    expect(page.locator("[data-rse-draft-state]")).not_to_be_empty()

    # Another device finds the draft while the first still writes.
    other = contexts(viewport={"width": 390, "height": 844}).new_page()
    sign_in(other, "admin")
    other.goto(f"/communities/{TELEWORK}/posts/new/")
    expect(other.locator("#compose input[name=title]")).to_have_value("Peut-on télétravailler depuis")
    expect(other.locator("#compose .editor__text")).to_have_text("Une phrase que personne ne veut retaper")

    page.locator("#compose input[name=title]").fill("Peut-on télétravailler depuis l’étranger ?")
    cookies: Any = page.context.cookies()
    key = next(cookie["value"] for cookie in cookies if "session" in cookie["name"])
    manage("shell", "-c", _END.format(key=key))
    page.locator("#compose [type=submit]").click()
    page.wait_for_url(lambda url: urlsplit(url).path == "/accounts/login/")
    page.locator("input[name=login]").fill("admin@demo.example")
    page.locator("input[name=password]").fill("demo")
    page.locator("input[name=password]").press("Enter")
    expect(page.locator("#compose input[name=title]")).to_have_value("Peut-on télétravailler depuis l’étranger ?")
    expect(page.locator("#compose .editor__text")).to_have_text("Une phrase que personne ne veut retaper")
    page.locator("#compose [type=submit]").click()
    expect(page.locator("h1.card__title")).to_have_text("Peut-on télétravailler depuis l’étranger ?")
    page.goto("/drafts/")
    expect(page.locator("#main")).not_to_contain_text("télétravailler depuis")


def test_a_text_is_changed_compared_given_back_deleted_and_restored(page_as: Open) -> None:
    page = page_as("gestionnaire")
    address = publish(page, "logiciels-libres", "LibreOffice", "Le 3 mars, tout le service bascule.", "message")

    def menu(part: str) -> None:
        page.locator("article.card--main details.menu summary").click()
        page.locator(f"article.card--main .menu__panel {part}").click()

    menu("a[href$='/edit/']")
    expect(page.locator(".editor__text")).to_have_text("Le 3 mars, tout le service bascule.")
    write(page, "form.form", "Le 10 mars, tout le service bascule.")
    page.locator("form.form [type=submit]").click()
    page.wait_for_url(address)
    expect(page.locator("article.card--main")).to_contain_text("Le 10 mars")

    menu("a[href$='/history/']")
    expect(page.locator("del").first).to_contain_text("3")
    expect(page.locator("ins").first).to_contain_text("10")
    page.locator("form[action$='/history/restore/'] button").click()
    page.wait_for_url(address)
    expect(page.locator("article.card--main")).to_contain_text("Le 3 mars")

    menu("form[action$='/delete/'] button")
    confirm_is_said(page)
    undo(page)
    page.goto(address)
    expect(page.locator("article.card--main")).to_contain_text("Le 3 mars")
    menu("form[action$='/delete/'] button")
    confirm_is_said(page)
    page.goto("/deletions/")
    page.locator("li.card", has_text="LibreOffice").locator("form[action$='/restore/'] button").click()
    page.goto(address)
    expect(page.locator("article.card--main h1")).to_have_text("LibreOffice")


def test_of_two_who_change_a_text_at_once_the_second_is_shown_both(page_as: Open) -> None:
    first = page_as("gestionnaire")
    address = publish(first, "logiciels-libres", "Compte rendu", "Présents : huit personnes.", "message")
    second = first.context.new_page()
    for page in (first, second):
        page.goto(f"{address}edit/")
        expect(page.locator(".editor__text")).to_have_text("Présents : huit personnes.")
    write(first, "form.form", "Présents : neuf personnes.")
    first.locator("form.form [type=submit]").click()
    first.wait_for_url(address)
    write(second, "form.form", "Présents : huit personnes, deux excusées.")
    second.locator("form.form [type=submit]").click()
    expect(second.locator(".errors[role=alert]")).to_be_visible()
    expect(second.locator("section.card").first).to_contain_text("neuf personnes")
    expect(second.locator(".editor__text")).to_have_text("Présents : huit personnes, deux excusées.")
    # Saving again is a choice made with both in view; nothing is lost: both stay in the history.
    second.locator("form.form [type=submit]").click()
    second.wait_for_url(address)
    second.goto(f"{address}history/")
    expect(second.locator("ol.steps > li")).to_have_count(3)


def test_a_comment_deleted_in_place_comes_back_by_its_confirmation(page_as: Open) -> None:
    page = page_as("agent")
    page.goto(f"/communities/{TELEWORK}/")
    page.locator("#feed article h2 a:visible").first.click()
    page.wait_for_url("**/posts/*/")
    write(page, "#answer-form", "Merci, c’est clair.")
    page.locator("#answer-form [type=submit]").click()
    mine = page.locator("#comments article", has_text="Merci, c’est clair.")
    expect(mine).to_have_count(1)
    mine.locator("details.menu summary").click()
    mine.locator("form[action$='/delete/'] button").click()
    expect(mine).to_have_count(0)
    undo(page)
    expect(mine).to_have_count(1)


def test_a_picture_chosen_or_pasted_in_the_editor_is_seen_in_the_published_post(page_as: Open) -> None:
    page = page_as("agent")
    page.goto(f"/communities/{TELEWORK}/posts/new/?kind=message")
    page.locator("#compose input[name=title]").fill("Le plan du plateau")
    write(page, "#compose", "Voici le plan.")
    file: FilePayload = {"name": "plan.png", "mimeType": "image/png", "buffer": picture(24).getvalue()}
    page.locator("#compose .editor__tools input[type=file]").set_input_files([file])
    shown = page.locator("#compose .editor__text img")
    expect(shown).to_have_count(1)
    page.locator("#compose .editor__text").evaluate(
        """async (editor, bytes) => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(bytes)], "colle.png", { type: "image/png" }));
            editor.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        list(picture(16).getvalue()),
    )
    expect(shown).to_have_count(2)
    page.locator("#compose [type=submit]").click()
    page.wait_for_url(re.compile(r"/posts/\d+/$"))
    published = page.locator("article.card--main .rich-text img")
    expect(published).to_have_count(2)
    decoded = "async image => { await image.decode(); return image.naturalWidth; }"
    assert [published.nth(at).evaluate(decoded) for at in range(2)] == [24, 16], "each is there, in its order"
    # Each was asked for in words, for those who do not see it.
    complaints_of(page).forgive("dialog: Décrivez l’image")
