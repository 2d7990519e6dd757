"""A text is reported, hidden, judged, contested and given back, each of them seeing what is theirs to see."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.e2e.accessibility import assert_accessible
from tests.e2e.doing import SECONDS_LIVE, confirm_is_said, publish

Open = Callable[..., Page]

PURCHASES = "achats-durables"


def report_from_the_menu(page: Page, address: str) -> None:
    """Opens the menu of the post, then the dialog, and sends it."""
    page.goto(address)
    page.locator("article.card--main details.menu summary").click()
    page.locator("article.card--main a[href^='/reports/']").click()
    dialog = page.locator("dialog[open]")
    expect(dialog.locator("input[name=reason]").first).to_be_visible()
    # Nothing chosen: the dialog says so and stays.
    dialog.locator("form[action^='/reports/']").evaluate("form => form.noValidate = true")
    dialog.locator("form[action^='/reports/'] button[type=submit], form[action^='/reports/'] .fr-btn").first.click()
    expect(dialog.locator(".errors")).to_be_visible()
    assert_accessible(page)
    dialog.locator("input[name=reason][value=false]").check()
    dialog.locator("textarea[name=word]").fill("Ce seuil n’existe pas.")
    dialog.locator("form[action^='/reports/'] .fr-btn").first.click()
    confirm_is_said(page)
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_a_text_is_hidden_by_its_third_report_judged_contested_and_given_back(page_as: Open) -> None:
    author, watcher = page_as("agent"), page_as("ambassadrice")
    address = publish(author, PURCHASES, "Plus aucun seuil en dessous de 221 000 euros", "On signe.", kind="message")
    path = urlsplit(address).path
    number = path.strip("/").split("/")[1]
    watcher.goto(f"/communities/{PURCHASES}/")
    card = watcher.locator(f"#post-{number}")
    expect(card).to_be_visible()
    reader = page_as("admin")
    reader.goto(address)
    head = reader.locator(f"#post-head-{number}")
    expect(head).to_be_visible()

    for name in ("sponsor", "cheffe"):
        report_from_the_menu(page_as(name), address)
    expect(card).to_be_visible()
    # The third one has no script: the same link leads to a page.
    third = page_as("centrale", java_script_enabled=False)
    third.goto(f"/reports/feed.post/{number}/")
    third.locator("input[name=reason][value=abusive]").check()
    third.locator("main form[method=post] .fr-btn").first.click()
    third.wait_for_url(f"**/communities/{PURCHASES}/")

    # Open pages drop it; nobody finds it any more but its author and the team.
    expect(card).to_have_count(0, timeout=SECONDS_LIVE * 1000)
    expect(head).to_have_count(0, timeout=SECONDS_LIVE * 1000)
    assert watcher.request.get(path).status == 404
    author.goto(address)
    notice = author.locator("article.card--main .notice--amber")
    expect(notice).to_be_visible()
    notice.locator("a").click()
    author.wait_for_url("**/cases/*/")
    case = urlsplit(author.url).path
    expect(author.locator("main")).not_to_contain_text("Vasseur")

    moderator = page_as("animateur")
    moderator.goto(f"/communities/{PURCHASES}/moderation/")
    moderator.locator(f"main a[href='{case}']").click()
    moderator.locator("input[name=outcome][value=hide]").check()
    moderator.locator("select[name=rule]").select_option("2")
    moderator.locator("#decide textarea[name=word]").fill("Le seuil cité n’existe pas.")
    moderator.locator("#decide .fr-btn").click()
    confirm_is_said(moderator)

    author.goto(case)
    expect(author.locator("main .notice--amber")).to_contain_text("Citez vos sources")
    author.locator("#contest textarea[name=word]").fill("Je citais une note du service.")
    author.locator("#contest .fr-btn").click()
    confirm_is_said(author)
    expect(author.locator("#contest")).to_have_count(0)

    manager = page_as("gestionnaire")
    manager.goto("/moderation/?state=contested")
    manager.locator(f"main a[href='{case}']").click()
    manager.locator("input[name=verdict][value=overturn]").check()
    manager.locator("#answer textarea[name=word]").fill("La note est exacte.")
    manager.locator("#answer .fr-btn").click()
    confirm_is_said(manager)

    author.goto(case)
    expect(author.locator("main .notice--good")).to_be_visible()
    watcher.goto(f"/communities/{PURCHASES}/")
    expect(card).to_be_visible()
