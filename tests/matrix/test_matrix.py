"""Every address, for every role and visibility. A new address without an audience fails the suite."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.matrix.audiences import AROUND_A_COMMUNITY, AUDIENCES, EVERYONE, VISIBILITIES
from tests.matrix.table import ELSEWHERE, ROWS, Row
from tests.matrix.world import make_world

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
    if row.audience in {"public", "nobody_at_all", "demonstration"}:
        return "served" if row.audience == "public" else "absent"
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


class Visitor:
    """One person who asks one address after the other, each as if it were the first."""

    def __init__(self, user: Any | None) -> None:
        # Not the strict client: what pages look like is held elsewhere, and there are thousands of them here.
        self._client = Client()
        if user is not None:
            self._client.force_login(user, settings.AUTHENTICATION_BACKENDS[0])
        self._cookies = dict(self._client.cookies.items())

    def ask(self, address: str, row: Row) -> str:
        """What the address answers; what it wrote is taken back."""
        with transaction.atomic():
            response = self._client.post(address, row.data) if row.method == "POST" else self._client.get(address)
            if response.streaming:
                response.getvalue()
            transaction.set_rollback(True)
        self._client.cookies.clear()
        self._client.cookies.update(self._cookies)
        return observed(response.status_code, response.headers.get("Location", ""))


def rows_for(visibility: str) -> dict[str, Row]:
    """Addresses around the community are asked in each visibility, the others once."""
    if visibility == VISIBILITIES[0]:
        return ROWS
    return {name: row for name, row in ROWS.items() if row.audience in AROUND_A_COMMUNITY}


@pytest.mark.parametrize("visibility", VISIBILITIES)
def test_each_role_is_served_what_its_audience_says(visibility: str) -> None:
    world = make_world(visibility)
    rows = rows_for(visibility)
    addresses = {name: reverse(name, kwargs=row.arguments(world.objects)) + row.query for name, row in rows.items()}
    wrong = []
    for role in ROLES:
        visitor = Visitor(world.people.get(role))
        for name, row in rows.items():
            found, wanted = visitor.ask(addresses[name], row), expected(row, role, visibility)
            if found != wanted:
                wrong.append(f"{role}: {row.method} {name} is {found}, expected {wanted}")
    assert not wrong, f"{visibility}:\n" + "\n".join(wrong)
