"""The frame: theme and language, errors, the footer's pages, and what the sheets are made of."""

import pytest
from django.conf import settings as conf
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory
from django.utils import translation

from core.errors import Forbidden
from core.templatetags.look import browser, undo_address
from rse import staticfiles
from rse.pages.views import errors
from tests.factories.accounts import UserFactory
from tests.factories.communities import MembershipFactory
from tests.support.pages import faults_of, parse

INFORMATION = ("/legal/help/", "/legal/accessibility/", "/legal/personal-data/", "/legal/contact/")


@pytest.mark.django_db
@pytest.mark.parametrize(("theme", "written"), [("dark", "dark"), ("light", "light"), ("system", None)])
def test_the_theme_comes_with_the_page(client, theme: str, written: str | None) -> None:
    response = client.post("/preferences/theme/", {"theme": theme, "next": "/legal/help/"})
    assert response.headers["Location"] == "/legal/help/"
    html = client.page("/legal/help/").html
    assert html["data-fr-scheme"] == theme
    assert html.get("data-fr-theme") == written


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "data"), [("theme", {"theme": "pink"}), ("theme", {}), ("language", {"language": "de"})]
)
def test_an_unknown_preference_is_refused(client, path: str, data: dict[str, str]) -> None:
    assert client.post(f"/preferences/{path}/", data).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", ""])
def test_a_preference_leads_back_into_the_service(client, address: str) -> None:
    assert client.post("/preferences/theme/", {"theme": "dark", "next": address}).headers["Location"] == "/"


@pytest.mark.django_db
def test_the_language_stays_with_the_account(client_of) -> None:
    person = UserFactory()
    client = client_of(person)
    client.post("/preferences/language/", {"language": "en", "next": "/legal/help/"})
    person.refresh_from_db()
    assert person.language == "en"
    assert client.page("/legal/help/").html["lang"] == "en"


@pytest.mark.django_db
def test_home_begins_with_what_one_may_want_to_do(client_of) -> None:
    person = UserFactory(first_name="Camille", language="en")
    MembershipFactory(person=person)
    client = client_of(person)
    home = client.page("/")
    assert home.h1.text == "What would you like to do, Camille?"
    ways = [link["href"] for link in home.select(".shortcuts a")]
    assert len(ways) == len(set(ways)) > 2
    assert [client.get(way).status_code for way in ways] == [200] * len(ways)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("path", INFORMATION)
def test_the_pages_of_the_footer_are_open_to_all(client, client_of, path: str, language: str) -> None:
    client.cookies[conf.LANGUAGE_COOKIE_NAME] = language
    assert client.page(path).h1
    member = client_of(UserFactory(language=language))
    assert member.page(path).select_one(".top .nav"), "signed in, the shell stays"


@pytest.mark.django_db
def test_the_shell_names_where_one_is(client_of) -> None:
    page = client_of(UserFactory()).page("/legal/help/")
    assert page.title.text.endswith(conf.SERVICE_NAME)
    assert [link["href"] for link in page.select(".skip a")] == ["#main", "#nav", "#find"]
    assert all(page.select_one(link["href"]) for link in page.select(".skip a"))
    assert not page.select(".toast")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/done/", "/accounts/inactive/"]
)
def test_the_pages_of_sign_in_have_no_shell(client, path: str) -> None:
    page = client.page(path)
    assert page.h1
    assert not page.select(".top")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/accounts/2fa/", "/accounts/sessions/", "/accounts/password/change/"])
def test_the_pages_of_an_account_say_which_one_is_open(client_of, path: str) -> None:
    page = client_of(UserFactory()).page(path)
    assert [tab["href"] for tab in page.select(".tabs [aria-current=page]")] == [path]


@pytest.mark.django_db
def test_a_wrong_password_is_said_beside_what_was_typed(client) -> None:
    response = client.post("/accounts/login/", {"login": "nobody@agents.example", "password": "wrong"})
    page = parse(response.content)
    assert page.select_one(".errors[role=alert]")
    assert page.select_one("input[name=login]")["value"] == "nobody@agents.example"


def _error_pages() -> list[tuple[str, int, object]]:
    request = RequestFactory().get("/somewhere/")
    request.id = "reference-1"
    request.htmx = None
    return [
        ("400", 400, errors.bad_request(request)),
        ("403", 403, errors.forbidden(request, PermissionDenied())),
        ("404", 404, errors.not_found(request)),
        ("429", 429, errors.too_many(request)),
        ("500", 500, errors.server_error(request)),
        ("csrf", 403, errors.csrf_failure(request)),
    ]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_error_says_what_to_do_without_the_database(language: str) -> None:
    with translation.override(language):
        for name, status, response in _error_pages():
            page = parse(response.content)
            assert response.status_code == status, name
            assert page.html["lang"] == language
            assert "reference-1" in page.main.text, name
            assert page.select_one(".buttons a[href='/']"), name
            assert len(page.select("main p")) >= 3, name
            assert not faults_of(page), name


def test_a_refusal_says_whom_to_ask() -> None:
    request = RequestFactory().get("/somewhere/")
    response = errors.forbidden(request, Forbidden("feed.add_post", "Ask the animators of “Achats”."))
    assert "Ask the animators of “Achats”." in parse(response.content).main.text


def test_an_error_in_a_part_of_a_page_is_said_as_a_toast() -> None:
    request = RequestFactory().get("/somewhere/")
    request.htmx = type("Asked", (), {"boosted": False, "history_restore_request": False, "__bool__": lambda _: True})()
    response = errors.forbidden(request, Forbidden("feed.add_post", "Ask the animators."))
    assert "Ask the animators." in response.headers["HX-Trigger"]


def test_the_sheets_carry_only_what_is_used() -> None:
    sheet = staticfiles.design_system()
    assert ".fr-btn" in sheet
    assert "@font-face" not in sheet, "the State's typefaces belong to the State's brand"
    assert ".fr-mt-4w" not in sheet
    assert "../icons/" not in sheet.replace("../dsfr/icons/", "")


def test_a_dark_rule_holds_for_the_theme_of_the_system() -> None:
    css = staticfiles.follow_system(":root{--a:1}:root[data-fr-theme=dark]{--a:2}")
    assert css.endswith("@media (prefers-color-scheme:dark){:root[data-fr-scheme=system]{--a:2}}")


def test_the_State_s_brand_brings_its_typefaces_and_its_blue(settings) -> None:
    settings.STATE_BRAND = True
    assert "Marianne" in staticfiles.design_system()
    assert ":root:not([data-brand=state])" in staticfiles.ours()


@pytest.mark.django_db
@pytest.mark.parametrize("is_state", [True, False])
def test_the_mark_of_the_State_stands_under_its_brand_alone(client, settings, is_state: bool) -> None:
    settings.STATE_BRAND = is_state
    page = client.page("/legal/help/")
    assert bool(page.select_one(".brand .fr-logo")) is is_state
    assert bool(page.select_one(".brand .brand__mark")) is not is_state
    assert (".fr-logo" in staticfiles.design_system()) is is_state


@pytest.mark.parametrize(
    ("tags", "address"),
    [
        ("undo:/posts/1/restore/ success", "/posts/1/restore/"),
        ("undo://elsewhere.example", ""),
        ("success", ""),
        (None, ""),
    ],
)
def test_an_undo_stays_in_the_service(tags: str | None, address: str) -> None:
    assert undo_address(tags) == address


def test_a_browser_is_named_as_one_names_it() -> None:
    assert browser("Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0") == "Firefox, Windows"
    assert browser("Mozilla/5.0 (X11; Linux x86_64) Chrome/126.0 Safari/537.36 Edg/126.0") == "Edge, Linux"
    assert browser("curl/8") == "curl/8"
