"""From an agent's idea to a community in preparation: remarks, a refusal, a second try, the manager, the sponsor."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.accessibility import assert_accessible, assert_no_sideways_scroll
from tests.e2e.doing import confirm_is_said

Open = Callable[..., Page]
TELEPHONE = {"width": 390, "height": 844}
NAME = "Jardins partagés du ministère"


def _continue(page: Page) -> None:
    page.locator("main form .buttons button").first.click()


def _decide(page: Page, verb: str, word: str) -> None:
    """Opens what a step asks for, writes the word and sends it."""
    one = page.locator(f".decide__one:has(form[action$='/{verb}/'])")
    one.locator("summary").click()
    one.locator("textarea").fill(word)
    one.locator("form button").click()
    confirm_is_said(page)


def _open_waiting(page: Page, name: str) -> None:
    page.goto("/validations/")
    page.locator("main a", has_text=name).first.click()
    page.wait_for_url(re.compile(r"/proposals/\d+/$"))


def _send_to_sponsor(page: Page, word: str) -> None:
    _open_waiting(page, NAME)
    _decide(page, "pass", word)
    expect(page.locator(".page-head .pill")).to_have_text("Chez le sponsor")


def test_an_agent_proposes_is_refused_tries_again_and_a_community_is_founded(page_as: Open) -> None:
    agent, manager = page_as("agent"), page_as("gestionnaire")
    sponsor = page_as("sponsor", viewport=TELEPHONE)

    # The essentials: a near community is offered, then the subject moves away from it.
    agent.goto("/communities/new/")
    agent.locator("#id_name").fill("Achats durables")
    agent.locator("#id_purpose").fill("Acheter mieux, ensemble : clauses, marchés types et retours d'expérience.")
    expect(agent.locator("#near")).to_contain_text("Achats durables")
    expect(agent.locator("#id_difference")).to_be_visible()
    assert_accessible(agent)
    agent.locator("#id_name").fill(NAME)
    agent.locator("#id_purpose").fill("Cultiver les terrasses et les cours de nos sites, et se retrouver autour.")
    expect(agent.locator("#near .side")).to_have_count(0)
    expect(agent.locator("#id_difference")).to_be_hidden()
    agent.locator("label.chip", has_text="Extra-professionnelle").click()
    _continue(agent)

    # What was typed is there again after leaving.
    agent.goto("/drafts/")
    agent.locator("main a.card__title", has_text=NAME).click()
    agent.goto("/communities/new/audience/")
    agent.locator("input[name=access][value=open]").check()
    _continue(agent)
    expect(agent.locator("#id_animator")).to_have_value(re.compile("Claire Bonnet"))
    _continue(agent)
    agent.locator("#id_milestone_1_title").fill("Premier bac planté")
    _continue(agent)
    sponsors = agent.locator("#id_sponsor")
    sponsors.select_option(sponsors.locator("option", has_text="Hélène Vasseur").get_attribute("value"))
    _continue(agent)
    agent.wait_for_url(re.compile(r"/proposals/\d+/$"))
    first = agent.url
    expect(agent.locator(".page-head .pill")).to_have_text("À vérifier")

    # Remarks, and their answer.
    _open_waiting(manager, NAME)
    assert_accessible(manager)
    manager.locator("form[action$='/take/'] button").click()
    confirm_is_said(manager)
    _decide(manager, "return", "Il manque un second animateur.")
    _open_waiting(agent, NAME)
    expect(agent.locator("main")).to_contain_text("Il manque un second animateur.")
    agent.locator("a[href$='/edit/']").click()
    agent.locator("#id_other_animator").fill("animateur@demo.example")
    agent.locator("#id_word").fill("Lucie Dumas anime avec moi.")
    agent.locator("button[name=send]").click()
    confirm_is_said(agent)

    # The sponsor refuses, from a telephone.
    _send_to_sponsor(manager, "Bon dossier.")
    _open_waiting(sponsor, NAME)
    assert_no_sideways_scroll(sponsor)
    assert_accessible(sponsor)
    _decide(sponsor, "refuse", "Pas avant l'accord du service immobilier.")
    expect(sponsor.locator(".page-head .pill")).to_have_text("Refusée")

    # A second try starts from the first.
    agent.goto(first)
    expect(agent.locator("main")).to_contain_text("Pas avant l'accord du service immobilier.")
    agent.locator("a[href$='/again/']").click()
    expect(agent.locator("#id_name")).to_have_value(NAME)
    for _step in range(4):
        _continue(agent)
    agent.locator("#id_word").fill("Le service immobilier est d'accord.")
    _continue(agent)
    agent.wait_for_url(re.compile(r"/proposals/\d+/$"))
    assert agent.url != first

    # The manager passes it on, the sponsor validates in one click.
    _send_to_sponsor(manager, "L'accord est joint.")
    _open_waiting(sponsor, NAME)
    sponsor.locator("#validate button").click()
    confirm_is_said(sponsor)
    expect(sponsor.locator(".page-head .pill, .band")).to_contain_text(re.compile("Validée|préparation"))

    # The agent finds the community, in preparation, with its roadmap.
    agent.reload()
    agent.locator("main .notice--good a").click()
    expect(agent.locator(".band")).to_contain_text(NAME)
    agent.goto(f"{agent.url.rstrip('/')}/roadmap/")
    expect(agent.locator("main")).to_contain_text("Premier bac planté")
