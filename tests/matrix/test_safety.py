"""What must hold at every address: tokens, reading without writing, headers, hostile names."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from tests.matrix.table import ROWS, Row
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


def rows(method: str) -> dict[str, Row]:
    return {name: row for name, row in ROWS.items() if row.method == method}


def test_a_post_without_a_token_is_refused(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.people["animator"], "accounts.backends.SignInBackend")
    before = rows_by_model()
    statuses = {name: client.post(address_of(world, name), row.data).status_code for name, row in rows("POST").items()}
    assert {name: status for name, status in statuses.items() if status != 403} == {}
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


def test_what_changes_something_is_not_reached_by_reading(world: World, client_of) -> None:
    clients = {role: client_of(world.people[role]) for role in ("administrator", "animator")}
    reached = {}
    for name, row in rows("POST").items():
        if not row.reads:
            role = "administrator" if row.audience == "administrator" else "animator"
            response = clients[role].get(address_of(world, name))
            # What asks for a fresh proof of who one is does so before it looks at the method.
            is_asked_for_proof = response.headers.get("Location", "").startswith("/accounts/reauthenticate/")
            if response.status_code != 405 and not is_asked_for_proof:
                reached[name] = response.status_code
    assert reached == {}


def test_every_answer_has_its_safety_headers(world: World, client_of) -> None:
    # Not the strict client: the pages themselves are read by the tests around this one.
    client = Client()
    client.force_login(world.people["animator"], "accounts.backends.SignInBackend")
    wanting = {}
    for name in rows("GET"):
        response = client.get(address_of(world, name))
        if response.streaming:
            response.getvalue()
        if wrong := wrong_headers(response.headers):
            wanting[name] = wrong
    assert wanting == {}


def wrong_headers(headers: Any) -> dict[str, str]:
    """The headers that are not what keeps a page safe, with what they say."""
    exact = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    wrong = {name: headers.get(name, "") for name, value in exact.items() if headers.get(name) != value}
    policy, cache = headers.get("Content-Security-Policy", ""), headers.get("Cache-Control", "")
    if "default-src 'none'" not in policy or "unsafe" in policy:
        wrong["Content-Security-Policy"] = policy
    if "private" not in cache and "no-store" not in cache:
        wrong["Cache-Control"] = cache
    if not {"HX-Request", "Cookie"} <= {part.strip() for part in headers.get("Vary", "").split(",")}:
        wrong["Vary"] = headers.get("Vary", "")
    return wrong


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
