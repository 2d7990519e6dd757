import pytest

from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/accounts/demonstration/"


def test_a_door_of_the_demonstration_signs_in_and_leads_where_one_wanted(client, settings) -> None:
    settings.DEMO = True
    UserFactory(email="agent@demo.example")
    response = client.post(ADDRESS, {"person": "agent@demo.example", "next": "/communities/"})
    assert response.headers["Location"] == "/communities/"
    assert client.get("/drafts/").status_code == 200


def test_a_door_leads_nowhere_else(client, settings) -> None:
    settings.DEMO = True
    UserFactory(email="agent@demo.example")
    response = client.post(ADDRESS, {"person": "agent@demo.example", "next": "https://elsewhere.example/"})
    assert response.headers["Location"] == "/"


@pytest.mark.parametrize("email", ["other@agents.example", "", "admin@demo.example"])
def test_nobody_else_comes_in_by_a_door(client, settings, email: str) -> None:
    settings.DEMO = True
    UserFactory(email="other@agents.example")
    assert client.post(ADDRESS, {"person": email}).status_code == 404
    assert client.get("/drafts/").status_code == 302


def test_there_is_no_door_outside_the_demonstration(client) -> None:
    UserFactory(email="agent@demo.example")
    assert client.post(ADDRESS, {"person": "agent@demo.example"}).status_code == 404
    assert client.get("/drafts/").status_code == 302
