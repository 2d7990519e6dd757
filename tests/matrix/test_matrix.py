"""Every address, for every role and visibility. A new address without an audience fails the suite."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.matrix.audiences import AUDIENCES, EVERYONE, VISIBILITIES
from tests.matrix.table import ELSEWHERE, ROWS, Row
from tests.matrix.world import World, make_world
from tests.support.client import StrictClient

pytestmark = [pytest.mark.matrix, pytest.mark.django_db]

ROLES = sorted(EVERYONE | {"ambassador", "suspended", "anonymous"})


def names_of(patterns: list[URLPattern | URLResolver], namespace: str = "") -> set[str]:
    """The names of all addresses below, with their namespace."""
    found: set[str] = set()
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            found |= names_of(pattern.url_patterns, inner)
        else:
            found.add(f"{namespace}{pattern.name or pattern.pattern}")
    return found


def test_every_address_has_an_audience() -> None:
    addresses = {name for name in names_of(get_resolver().url_patterns) if not name.startswith(ELSEWHERE)}
    without = addresses - set(ROWS)
    assert not without, f"no audience for {sorted(without)}: add them to tests/matrix/table.py"
    gone = set(ROWS) - addresses
    assert not gone, f"no address any more for {sorted(gone)}"


def expected(row: Row, role: str, visibility: str) -> str:
    if row.audience == "public":
        return "served"
    if role in {"anonymous", "suspended"}:
        return "sign in"
    return AUDIENCES[row.audience].outcome(
        "agent" if role == "ambassador" and row.audience != "inviter" else role, visibility
    )


def observed(status: int, location: str) -> str:
    if status == 404:
        return "absent"
    if status == 403:
        return "forbidden"
    if status == 302 and location.startswith("/accounts/login/"):
        return "sign in"
    return "served" if status in {200, 204, 302, 303, 409, 422} else f"status {status}"


def ask(client: StrictClient, world: World, name: str, row: Row) -> str:
    address = reverse(name, kwargs=row.arguments(world.objects)) + row.query
    with transaction.atomic():
        response = client.post(address, row.data) if row.method == "POST" else client.get(address)
        if response.streaming:
            response.getvalue()
        transaction.set_rollback(True)
    return observed(response.status_code, response.headers.get("Location", ""))


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("visibility", VISIBILITIES)
def test_each_role_is_served_what_its_audience_says(visibility: str, role: str, client_of) -> None:
    world = make_world(visibility)
    wrong = []
    for name, row in ROWS.items():
        if row.only_in and visibility not in row.only_in:
            continue
        # Anew each time: an address may sign out or leave a message.
        client = StrictClient() if role == "anonymous" else client_of(world.people[role])
        found, wanted = ask(client, world, name, row), expected(row, role, visibility)
        if found != wanted:
            wrong.append(f"{row.method} {name}: {found}, expected {wanted}")
    assert not wrong, f"{role}, {visibility}:\n" + "\n".join(wrong)
