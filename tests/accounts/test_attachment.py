"""Administrators move people and units on screen: they read what changes, then it is done, or nothing is."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from accounts.actions.people import attach_person
from accounts.actions.units import change_unit
from accounts.events import PersonMoved, UnitChanged, UnitMoved
from accounts.models import Unit, User
from core.errors import BusinessRuleError, Forbidden
from core.models import AuditEntry, OutboxEvent
from tests.factories.accounts import UnitFactory, UserFactory
from tests.support.pages import parse

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> dict[str, Unit]:
    root = UnitFactory(code="M", name="Ministère", ministry=True)
    first = UnitFactory(code="D1", name="Direction une", parent=root)
    second = UnitFactory(code="D2", name="Direction deux", parent=root)
    return {"M": root, "D1": first, "D2": second, "S": UnitFactory(code="S", name="Service", parent=first)}


@pytest.fixture
def admin() -> User:
    return UserFactory(administrator=True)


def codes(person: User) -> set[str]:
    return set(person.groups.values_list("unit__code", flat=True))


def verbs() -> list[str]:
    return list(AuditEntry.objects.exclude(actor=None).order_by("pk").values_list("verb", flat=True))


def confirm(client: Any, address: str, data: dict[str, str]) -> Any:
    """Sends the form, then the page that says what changes, as it was given."""
    page = parse(client.post(address, data).content)
    form = page.select_one("main form")
    given = {field["name"]: field.get("value", "") for field in form.select("input[name]")}
    given.pop("csrfmiddlewaretoken", None)
    return page, client.post(address, given)


class TestPerson:
    def address(self, person: User) -> str:
        return reverse("accounts:person_attachment", args=[person.handle])

    def test_is_moved_once_what_changes_was_read(self, tree, admin, client_of):
        person, manager = UserFactory(unit=tree["S"]), UserFactory(last_name="Cheffe", unit=tree["D2"])
        client = client_of(admin)
        assert self.address(person) in str(client.page(person.get_absolute_url()))
        data = {"unit": "D2", "manager": manager.email}
        page = parse(client.post(self.address(person), data).content)
        said = page.select_one("main").text
        assert "Service" in said
        assert "Direction deux" in said
        assert manager.full_name in said
        person.refresh_from_db()
        assert (person.unit, person.manager, verbs()) == (tree["S"], None, []), "reading changes nothing"
        _page, response = confirm(client, self.address(person), data)
        assert response["Location"] == person.get_absolute_url()
        person.refresh_from_db()
        assert (person.unit, person.manager) == (tree["D2"], manager)
        assert codes(person) == {"M", "D2"}
        assert verbs() == ["accounts.move_person", "accounts.change_manager"]
        assert AuditEntry.objects.first().actor == admin

    def test_only_what_changes_is_written(self, tree, admin, client_of):
        manager = UserFactory(closed=True)
        person = UserFactory(unit=tree["S"], manager=manager)
        client = client_of(admin)
        form = client.page(self.address(person)).select_one("main form")
        data = {field["name"]: field.get("value", "") for field in form.select("input[type=text]")}
        assert client.post(self.address(person), data).status_code == 302
        assert verbs() == []
        confirm(client, self.address(person), data | {"unit": ""})
        person.refresh_from_db()
        assert (person.unit, person.manager, codes(person)) == (None, manager, set())
        assert verbs() == ["accounts.move_person"]

    def test_a_loop_of_managers_moves_nobody(self, tree, admin, client_of):
        person = UserFactory(unit=tree["S"])
        report = UserFactory(manager=person)
        data = {"unit": "D2", "manager": report.email, "is_confirmed": "on"}
        assert client_of(admin).post(self.address(person), data).status_code == 422
        with pytest.raises(BusinessRuleError):
            attach_person(actor=admin, person=person, unit=tree["D2"], manager=report)
        person = User.objects.get(pk=person.pk)
        assert (person.unit, person.manager, codes(person)) == (tree["S"], None, {"M", "D1", "S"})
        assert verbs() == []
        assert not OutboxEvent.objects.filter(name__in=[PersonMoved.name, UnitMoved.name, UnitChanged.name]).exists()

    @pytest.mark.parametrize("trait", ["community_manager", "ambassador", "sponsor", None])
    def test_is_refused_to_all_but_administrators(self, tree, client_of, trait):
        actor, person = UserFactory(**({trait: True} if trait else {})), UserFactory(unit=tree["S"])
        client = client_of(actor)
        data = {"unit": "D2", "is_confirmed": "on"}
        assert client.post(self.address(person), data).status_code == 403
        assert self.address(person) not in str(client.page(person.get_absolute_url()))
        with pytest.raises(Forbidden):
            attach_person(actor=actor, person=person, unit=tree["D2"], manager=None)
        person.refresh_from_db()
        assert person.unit == tree["S"]

    def test_an_external_partner_has_none(self, admin, client_of):
        client, partner = client_of(admin), UserFactory(external=True)
        assert client.get(self.address(partner)).status_code == 404
        assert self.address(partner) not in str(client.page(partner.get_absolute_url()))

    def test_what_names_nobody_says_so(self, tree, admin, client_of):
        person = UserFactory(unit=tree["S"])
        response = client_of(admin).post(self.address(person), {"unit": "inconnue", "manager": "personne"})
        assert response.status_code == 422
        assert len(parse(response.content).select(".field__error")) == 2


class TestUnit:
    def change(self, unit: Unit) -> str:
        return reverse("accounts:unit_change", args=[unit.slug])

    def test_is_renamed_and_moved_once_what_changes_was_read(self, tree, admin, client_of):
        person = UserFactory(unit=tree["S"])
        client = client_of(admin)
        assert self.change(tree["S"]) in str(client.page(tree["S"].get_absolute_url()))
        page, response = confirm(client, self.change(tree["S"]), {"name": "Service neuf", "parent": "D2"})
        said = page.select_one("main").text
        assert "Service neuf" in said
        assert "Direction une" in said
        assert "Direction deux" in said
        assert response["Location"] == tree["S"].get_absolute_url()
        unit = Unit.objects.get(pk=tree["S"].pk)
        assert (unit.name, Unit.objects.get_parent(unit)) == ("Service neuf", tree["D2"])
        assert codes(person) == {"M", "D2", "S"}
        assert verbs() == ["accounts.rename_unit", "accounts.move_unit"]

    def test_below_itself_nothing_is_changed(self, tree, admin, client_of):
        data = {"name": "Autre", "parent": "S", "is_confirmed": "on"}
        assert client_of(admin).post(self.change(tree["D1"]), data).status_code == 422
        with pytest.raises(BusinessRuleError):
            change_unit(actor=admin, unit=tree["D1"], name="Autre", parent=tree["S"])
        assert Unit.objects.get(pk=tree["D1"].pk).name == "Direction une"
        assert verbs() == []
        assert not OutboxEvent.objects.filter(name__in=[PersonMoved.name, UnitMoved.name, UnitChanged.name]).exists()

    def test_goes_to_the_top_and_stays_as_it_is(self, tree, admin, client_of):
        client = client_of(admin)
        assert client.post(self.change(tree["S"]), {"name": "Service", "parent": "D1"}).status_code == 302
        assert verbs() == []
        confirm(client, self.change(tree["S"]), {"name": "Service", "parent": ""})
        assert Unit.objects.get_parent(Unit.objects.get(pk=tree["S"].pk)) is None
        assert Unit.objects.find_problems() == ([], [], [], [], [])

    def test_is_added_under_another(self, tree, admin, client_of):
        client = client_of(admin)
        address = f"{reverse('accounts:unit_create')}?parent={tree['D1'].slug}"
        assert address in str(client.page(tree["D1"].get_absolute_url()))
        assert "D1" in client.page(address).select_one("input[name=parent]")["value"]
        data = {"name": "Bureau des achats", "code": "BA", "kind": "service", "parent": "D1"}
        response = client.post(address, data)
        unit = Unit.objects.get(code="BA")
        assert response["Location"] == unit.get_absolute_url()
        assert (Unit.objects.get_parent(unit), unit.group.name) == (tree["D1"], "unit BA")
        assert verbs() == ["accounts.create_unit"]
        again = client.post(address, data)
        assert (again.status_code, Unit.objects.filter(code="BA").count()) == (422, 1)

    @pytest.mark.parametrize("trait", ["community_manager", "ambassador", None])
    def test_is_left_alone_by_all_but_administrators(self, tree, client_of, trait):
        actor = UserFactory(**({trait: True} if trait else {}))
        client = client_of(actor)
        assert client.post(self.change(tree["S"]), {"name": "x", "is_confirmed": "on"}).status_code == 403
        data = {"name": "x", "code": "X", "kind": "service"}
        assert client.post(reverse("accounts:unit_create"), data).status_code == 403
        assert self.change(tree["S"]) not in str(client.page(tree["S"].get_absolute_url()))
        with pytest.raises(Forbidden):
            change_unit(actor=actor, unit=tree["S"], name="x", parent=None)
        assert Unit.objects.get(pk=tree["S"].pk).name == "Service"
        assert Unit.objects.count() == 4

    def test_does_not_exist_for_an_external(self, tree, client_of):
        client = client_of(UserFactory(external=True))
        assert client.get(self.change(tree["S"])).status_code == 404
        assert client.get(reverse("accounts:unit_create")).status_code == 404
