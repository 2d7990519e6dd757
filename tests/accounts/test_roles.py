"""Platform roles: who gives them, what follows, what is kept."""

from typing import Any

import pytest

from accounts.actions.people import close_account
from accounts.actions.roles import grant_role, restore_role, withdraw_role
from accounts.enums import PlatformRole
from accounts.models import RoleGrant, User
from core.errors import BusinessRuleError, Forbidden
from core.models import AuditEntry, OutboxEvent
from core.system import SYSTEM
from tests.factories.accounts import UnitFactory, UserFactory, in_days

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return UserFactory(administrator=True)


def test_granted_role_says_who_for_which_unit_until_when_and_ends_sessions(admin: User, client_of: Any) -> None:
    person, unit = UserFactory(), UnitFactory()
    client = client_of(person)
    assert client.get("/people/").status_code == 200
    grant = grant_role(actor=admin, person=person, role="ambassador", unit=unit, ends_on=in_days(30))
    assert (grant.granted_by, grant.unit, grant.ends_on) == (admin, unit, in_days(30))
    entry = AuditEntry.objects.get(verb="accounts.grant_role")
    assert (entry.actor, entry.target) == (admin, person)
    assert client.get("/people/").status_code == 302
    assert {"accounts.RoleGranted", "accounts.SessionsEnded"} <= set(OutboxEvent.objects.values_list("name", flat=True))


def test_role_ends_with_its_last_day(admin: User) -> None:
    grant = RoleGrant.objects.create(person=UserFactory(), role="sponsor", ends_on=in_days(-1))
    assert User.objects.get(pk=grant.person_id).platform_roles == frozenset()


@pytest.mark.parametrize("traits", [{"external": True}, {"closed": True}])
def test_external_or_closed_account_gets_no_role(admin: User, traits: dict[str, bool]) -> None:
    with pytest.raises(BusinessRuleError):
        grant_role(actor=admin, person=UserFactory(**traits), role="sponsor")


def test_same_role_twice_past_day_and_unknown_role_are_refused(admin: User) -> None:
    person = UserFactory(sponsor=True)
    for wrong in ({"role": "sponsor"}, {"role": "certifier", "ends_on": in_days(-1)}, {"role": "king"}):
        with pytest.raises(BusinessRuleError):
            grant_role(actor=admin, person=person, **wrong)


@pytest.mark.parametrize("trait", ["community_manager", "ambassador", "sponsor", "external"])
def test_only_an_administrator_changes_roles(client_of: Any, admin: User, trait: str) -> None:
    person = UserFactory(**{trait: True})
    with pytest.raises(Forbidden):
        grant_role(actor=person, person=person, role="administrator")
    client = client_of(person)
    grant = admin.role_grants.get()
    assert client.get("/administration/roles/").status_code == 403
    assert client.post("/administration/roles/grant/", {"person": person.email, "role": "sponsor"}).status_code == 403
    assert client.post(f"/administration/roles/{grant.pk}/withdraw/").status_code == 403


def test_withdrawing_is_kept_and_can_be_undone(admin: User) -> None:
    person = UserFactory(sponsor=True)
    grant = person.role_grants.get()
    withdraw_role(actor=admin, grant=grant)
    grant.refresh_from_db()
    assert grant.withdrawn_by == admin
    assert User.objects.get(pk=person.pk).platform_roles == frozenset()
    restore_role(actor=admin, grant=grant)
    assert User.objects.get(pk=person.pk).platform_roles == {PlatformRole.SPONSOR}
    assert [entry.verb for entry in AuditEntry.objects.all()] == ["accounts.restore_role", "accounts.withdraw_role"]


def test_last_administrator_stays(admin: User) -> None:
    UserFactory(administrator=True, closed=True)
    with pytest.raises(BusinessRuleError):
        withdraw_role(actor=admin, grant=admin.role_grants.get())
    with pytest.raises(BusinessRuleError):
        close_account(actor=SYSTEM, person=admin)


def test_screen_gives_and_withdraws_with_an_undo(client_of: Any, admin: User, settings: Any) -> None:
    settings.DEMO = True
    person = UserFactory()
    client = client_of(admin)
    client.post("/administration/roles/grant/", {"person": person.email, "role": "certifier", "granted_by": "1"})
    grant = person.role_grants.get()
    assert grant.granted_by == admin
    answer = client.post(f"/administration/roles/{grant.pk}/withdraw/", follow=True)
    assert f"/administration/roles/{grant.pk}/restore/" in answer.content.decode()
    client.post(f"/administration/roles/{grant.pk}/restore/")
    assert RoleGrant.objects.active().filter(pk=grant.pk).exists()


def test_wrong_input_says_why_and_keeps_what_was_typed(client_of: Any, admin: User, settings: Any) -> None:
    settings.DEMO = True
    data = {"person": "nobody@m.example", "role": "sponsor", "ends_on": "2020-01-01"}
    answer = client_of(admin).post("/administration/roles/grant/", data)
    assert answer.status_code == 422
    assert 'value="nobody@m.example"' in answer.content.decode()
