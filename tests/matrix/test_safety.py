"""What must hold at every address: tokens, reading without writing, headers, hostile names."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from tests.matrix.table import ROWS
from tests.matrix.world import World, make_world
from tests.support.client import StrictClient

pytestmark = [pytest.mark.matrix, pytest.mark.django_db]

HOSTILE = '"><img src=x onerror=alert(1)><b hx-get=/x>'
# What reading may write: one's own traces, never content.
OWN_TRACES = {"sessions.Session", "usersessions.UserSession"}


@pytest.fixture
def world() -> World:
    return make_world("open")


def address_of(world: World, name: str) -> str:
    return reverse(name, kwargs=ROWS[name].arguments(world.objects)) + ROWS[name].query


def rows_by_model() -> dict[str, int]:
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.managed and model._meta.label not in OWN_TRACES
    }


@pytest.mark.parametrize("name", sorted(name for name, row in ROWS.items() if row.method == "POST"))
def test_a_post_without_a_token_is_refused(world: World, name: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.people["animator"], "accounts.backends.SignInBackend")
    before = rows_by_model()
    response = client.post(address_of(world, name), ROWS[name].data)
    assert response.status_code == 403
    assert rows_by_model() == before


@pytest.mark.parametrize("role", ["animator", "administrator", "author"])
def test_reading_changes_nothing(world: World, role: str, client_of) -> None:
    client: StrictClient = client_of(world.people[role])
    client.get("/")
    before = rows_by_model()
    for name, row in ROWS.items():
        if row.method == "GET":
            response = client.get(address_of(world, name))
            if response.streaming:
                response.getvalue()
    assert rows_by_model() == before


@pytest.mark.parametrize("name", sorted(name for name, row in ROWS.items() if row.method == "POST" and not row.reads))
def test_what_changes_something_is_not_reached_by_reading(world: World, name: str, client_of) -> None:
    role = "administrator" if ROWS[name].audience == "administrator" else "animator"
    response = client_of(world.people[role]).get(address_of(world, name))
    # What asks for a fresh proof of who one is does so before it looks at the method.
    is_asked_for_proof = response.headers.get("Location", "").startswith("/accounts/reauthenticate/")
    assert response.status_code == 405 or is_asked_for_proof


@pytest.mark.parametrize("name", sorted(name for name, row in ROWS.items() if row.method == "GET"))
def test_every_answer_has_its_safety_headers(world: World, name: str, client_of) -> None:
    response = client_of(world.people["animator"]).get(address_of(world, name))
    if response.streaming:
        response.getvalue()
    headers = response.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "private" in headers["Cache-Control"] or "no-store" in headers["Cache-Control"]
    assert {"HX-Request", "Cookie"} <= {part.strip() for part in headers["Vary"].split(",")}


def test_a_hostile_name_stays_text_on_every_page(world: World, client_of) -> None:
    for role in ("author", "animator", "member"):
        person = world.people[role]
        person.first_name = person.last_name = person.function = HOSTILE[:100]
        person.save()
    world.community.name = world.community.purpose = HOSTILE[:100]
    world.community.save()
    client: StrictClient = client_of(world.people["animator"])
    for name, row in ROWS.items():
        if row.method == "GET":
            response = client.get(address_of(world, name))
            if response.streaming:
                response.getvalue()
            elif "html" in response.headers.get("Content-Type", ""):
                assert "<img src=x" not in response.content.decode(), name
                assert "<b hx-get" not in response.content.decode(), name
