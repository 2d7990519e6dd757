"""The directory: who is found, by what, and at what cost."""

from typing import Any

import pytest

from accounts.circles import Circle, circles
from accounts.enums import PlatformRole
from accounts.models import User
from tests.factories.accounts import UnitFactory, UserFactory
from tests.support.queries import count_queries, queries_at_most

pytestmark = pytest.mark.django_db


def names(client: Any, query: str = "") -> list[str]:
    page = client.page(f"/people/{query}")
    return [title.get_text(strip=True) for title in page.select("#people .card__title")]


@pytest.fixture
def viewer() -> User:
    return UserFactory(first_name="Zoé", last_name="Zimmer")


@pytest.mark.parametrize("asked", ["Éloïse", "eloise", "DE LA TOUR", "tour", "La Tour Éloïse", "juriste", "latour"])
def test_person_is_found_without_accents_case_and_particles(client_of: Any, viewer: User, asked: str) -> None:
    UserFactory(first_name="Éloïse", last_name="de La Tour", function="Juriste")
    UserFactory(first_name="Ana", last_name="Dupont")
    found = names(client_of(viewer), f"?q={asked}")
    assert found == ([] if asked == "latour" else ["Éloïse de La Tour"])


def test_unit_finds_those_of_units_below_and_nobody_beside(client_of: Any, viewer: User) -> None:
    ministry = UnitFactory(ministry=True)
    direction = UnitFactory(direction=True, parent=ministry)
    service = UnitFactory(parent=direction)
    UserFactory(first_name="A", last_name="Ministère", unit=ministry)
    UserFactory(first_name="B", last_name="Direction", unit=direction)
    UserFactory(first_name="C", last_name="Service", unit=service)
    UserFactory(first_name="D", last_name="Voisin", unit=UnitFactory(direction=True, parent=ministry))
    assert names(client_of(viewer), f"?unit={direction.slug}") == ["B Direction", "C Service"]
    assert names(client_of(viewer), "?unit=nulle-part") == []


def test_skill_is_found_folded_and_by_its_words(client_of: Any, viewer: User) -> None:
    person = UserFactory(first_name="Ana", last_name="Dupont")
    person.skills.set(["Marchés publics", "Facilitation"])
    for asked in ("marches", "Publics", "marches-publics", "facil"):
        assert names(client_of(viewer), f"?skill={asked}") == ["Ana Dupont"]
    assert names(client_of(viewer), "?skill=musique") == []


def test_role_finds_those_who_hold_it_today(client_of: Any, viewer: User) -> None:
    UserFactory(first_name="Ana", last_name="Dupont", ambassador=True)
    assert names(client_of(viewer), f"?role={PlatformRole.AMBASSADOR}") == ["Ana Dupont"]
    assert names(client_of(viewer), f"?role={PlatformRole.SPONSOR}") == []


def test_closed_and_ended_accounts_are_not_in_the_directory(client_of: Any, viewer: User) -> None:
    UserFactory(closed=True)
    UserFactory(ended=True)
    assert names(client_of(viewer)) == ["Zoé Zimmer"]
    assert names(client_of(UserFactory(first_name="A", last_name="Admin", administrator=True))) == [
        "A Admin",
        "Zoé Zimmer",
    ]


def test_pages_follow_each_other_without_gap_or_repeat(client_of: Any, viewer: User) -> None:
    for number in range(30):
        UserFactory(first_name="Même", last_name="Nom", handle=f"meme-{number}")
    client = client_of(viewer)
    page = client.page("/people/")
    seen = [card["id"] for card in page.select("article")]
    while more := page.select_one(".more a"):
        page = client.page(more["href"])
        seen += [card["id"] for card in page.select("article")]
    assert len(seen) == len(set(seen)) == 31


def test_search_of_htmx_gives_the_list_alone(client_of: Any, viewer: User) -> None:
    answer = client_of(viewer).get("/people/?q=zim", headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()
    assert "Zimmer" in answer.content.decode()


@pytest.mark.parametrize("query", ["?unit=a b", "?after=x", "?role=king", "?q=" + "x" * 300, "?after=999999"])
def test_what_does_not_fit_is_taken_as_not_asked(client_of: Any, viewer: User, query: str) -> None:
    assert names(client_of(viewer), query) == ["Zoé Zimmer"]


def test_directory_costs_the_same_with_3_and_30_people(client_of: Any, viewer: User) -> None:
    unit = UnitFactory()
    costs = []
    for count in (3, 27):
        for _ in range(count):
            UserFactory(unit=unit).skills.set(["Achats", "Droit"])
        client = client_of(viewer)
        client.get("/people/")
        with queries_at_most(12, in_templates=1) as queries:  # the bell's
            client.get("/people/")
        costs.append(len(queries))
    assert costs[0] == costs[1]


@pytest.fixture
def circle(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """People whom every external meets, as a community would say."""
    from django.db.models import Q

    met: set[int] = set()
    everyone = Circle(seen_by=lambda user: Q(pk__in=met), seers_of=lambda person: Q(pk__in=met))
    monkeypatch.setattr(circles, "_entries", {"test": everyone})
    return met


def test_external_sees_people_of_their_circles_and_nobody_else(client_of: Any, viewer: User, circle: set[int]) -> None:
    partner = UserFactory(first_name="Paul", last_name="Partenaire", external=True)
    met = UserFactory(first_name="Ana", last_name="Connue", unit=UnitFactory())
    circle.add(met.pk)
    client = client_of(partner)
    assert names(client) == ["Ana Connue", "Paul Partenaire"]
    client.page(met.get_absolute_url())
    client.page(viewer.get_absolute_url(), status=404)
    client.page(met.unit.get_absolute_url(), status=404)
    assert client.page("/people/").select("#people-unit") == []


def test_external_gets_equal_answers_for_hidden_and_absent_people(
    client_of: Any, viewer: User, circle: set[int]
) -> None:
    client = client_of(UserFactory(external=True))
    hidden = client.get("/people/?q=Zimmer").content.decode().replace("Zimmer", "X")
    absent = client.get("/people/?q=Nonexistant").content.decode().replace("Nonexistant", "X")
    strip = lambda html: [line for line in html.splitlines() if "csrf" not in line and "nonce" not in line]  # noqa: E731
    assert strip(hidden) == strip(absent)
    with count_queries() as first:
        one = client.get(viewer.get_absolute_url())
    with count_queries() as second:
        two = client.get("/people/nobody-at-all/")
    assert one.status_code == two.status_code == 404
    assert len(first) == len(second)


def test_external_sees_neither_address_nor_telephone(client_of: Any, circle: set[int]) -> None:
    met = UserFactory(phone="01 02 03 04 05")
    circle.add(met.pk)
    text = client_of(UserFactory(external=True)).page(met.get_absolute_url()).get_text()
    assert met.email not in text
    assert met.phone not in text
