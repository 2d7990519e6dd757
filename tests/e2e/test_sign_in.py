"""Coming in and going out."""

from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import complaints_of
from tools.screenshots import sign_in
from tools.stack import Stack

Open = Callable[..., Page]


def test_a_wrong_password_says_so_in_french_and_the_right_one_opens_the_home_page(anonymous: Open) -> None:
    page = anonymous()
    page.goto("/communities/?q=achats")
    assert urlsplit(page.url).path == "/accounts/login/"
    page.locator("input[name=login]").fill("agent@demo.example")
    page.locator("input[name=password]").fill("not the password")
    page.locator("form:has(input[name=password]) button").first.click()
    said = page.locator(".errors[role=alert]")
    expect(said).to_contain_text("mot de passe")
    assert page.locator("input[name=login]").input_value() == "agent@demo.example"
    assert page.locator("input[name=password]").input_value() == ""
    page.locator("input[name=password]").fill("demo")
    page.locator("input[name=password]").press("Enter")
    # Where one wanted to go is where one arrives.
    page.wait_for_url("**/communities/?q=achats")


def test_a_door_of_the_demonstration_lets_in_with_one_click(anonymous: Open) -> None:
    page = anonymous()
    page.goto("/")
    page.locator("button[name=person][value='cheffe@demo.example']").click()
    page.wait_for_url(lambda url: urlsplit(url).path == "/")
    expect(page.locator(".menu--person summary")).to_have_attribute("aria-label", "Menu de Fatou Sarr")


def test_after_signing_out_the_back_button_shows_nothing(anonymous: Open) -> None:
    page = anonymous()
    sign_in(page, "centrale")
    page.goto("/communities/donnees-personnelles/")
    expect(page.locator("#feed article").first).to_be_visible()
    page.locator(".menu--person summary").click()
    page.locator(".menu--person form[action*=logout] button").click()
    page.wait_for_url(lambda url: "login" in url or urlsplit(url).path == "/")
    for _ in range(2):
        page.go_back()
        expect(page.locator("#feed article")).to_have_count(0)
    assert "login" in page.url
    complaints_of(page).assert_none()


def test_a_passkey_is_added_and_signs_in_without_a_password(server: Stack, browser: Browser) -> None:
    # Passkeys belong to a name: browsers refuse them to an address of numbers.
    context = browser.new_context(base_url=server.url.replace("127.0.0.1", "localhost"), locale="fr-FR")
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    sign_in(page, "cheffe")
    page.goto("/accounts/2fa/webauthn/add/")
    # One shows again that it is oneself before a key is added.
    page.locator("main input[name=password]").fill("demo")
    page.locator("main input[name=password]").press("Enter")
    page.locator("main input[name=name]").fill("Mon poste")
    page.locator("main input[name=passwordless]").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(lambda url: "/webauthn/add/" not in url)
    page.goto("/accounts/2fa/webauthn/")
    expect(page.locator("main")).to_contain_text("Mon poste")

    context.clear_cookies()
    page.goto("/accounts/login/")
    page.locator("#passkey_login").click()
    page.wait_for_url(lambda url: urlsplit(url).path == "/")
    expect(page.locator(".menu--person summary")).to_be_visible()
    context.close()
