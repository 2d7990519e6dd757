"""The tree of units: groups follow it, and two writers at once do not hurt it."""

import io
from typing import Any

import pytest
from django.core.management import call_command

from accounts.actions.people import change_manager, create_person, move_person
from accounts.actions.units import create_unit, move_unit, rename_unit
from accounts.models import Unit, User
from core.errors import BusinessRuleError, Forbidden
from core.system import SYSTEM
from tests.factories.accounts import UnitFactory, UserFactory
from tests.support.together import at_once


def codes(person: User) -> set[str]:
    return set(person.groups.values_list("unit__code", flat=True))


@pytest.fixture
def tree(db: None) -> dict[str, Unit]:
    root = UnitFactory(code="M", ministry=True)
    first, second = UnitFactory(code="D1", parent=root), UnitFactory(code="D2", parent=root)
    return {"M": root, "D1": first, "D2": second, "S": UnitFactory(code="S", parent=first)}


def test_moving_a_unit_moves_the_groups_of_all_it_holds(tree: dict[str, Unit]) -> None:
    person, neighbour = UserFactory(unit=tree["S"]), UserFactory(unit=tree["D1"])
    move_unit(actor=SYSTEM, unit=tree["S"], parent=tree["D2"])
    assert codes(person) == {"M", "D2", "S"}
    assert codes(neighbour) == {"M", "D1"}
    assert Unit.objects.find_problems() == ([], [], [], [], [])


def test_moving_a_person_moves_their_groups(tree: dict[str, Unit]) -> None:
    person = UserFactory(unit=tree["S"])
    move_person(actor=SYSTEM, person=person, unit=tree["D2"])
    assert codes(person) == {"M", "D2"}
    move_person(actor=SYSTEM, person=person, unit=None)
    assert codes(person) == set()


def test_unit_does_not_stand_below_itself(tree: dict[str, Unit]) -> None:
    with pytest.raises(BusinessRuleError):
        move_unit(actor=SYSTEM, unit=tree["D1"], parent=tree["S"])


def test_renaming_keeps_the_address(tree: dict[str, Unit]) -> None:
    before = tree["S"].slug
    rename_unit(actor=SYSTEM, unit=tree["S"], name="Autre nom")
    assert Unit.objects.get(code="S").slug == before


def test_code_is_used_once(tree: dict[str, Unit]) -> None:
    with pytest.raises(BusinessRuleError):
        create_unit(actor=SYSTEM, code="S", name="X", kind="service")


def test_only_an_administrator_changes_the_directory(tree: dict[str, Unit]) -> None:
    person = UserFactory(community_manager=True)
    for act in (
        lambda: move_unit(actor=person, unit=tree["S"], parent=tree["M"]),
        lambda: move_person(actor=person, person=person, unit=tree["S"]),
        lambda: create_person(actor=person, email="x@m.example", first_name="X", last_name="Y"),
    ):
        with pytest.raises(Forbidden):
            act()


def test_nobody_is_their_own_manager_through_others(db: None) -> None:
    top = UserFactory()
    middle = UserFactory(manager=top)
    low = UserFactory(manager=middle)
    with pytest.raises(BusinessRuleError):
        change_manager(actor=SYSTEM, person=top, manager=low)


def test_head_is_whoever_the_agents_name(tree: dict[str, Unit], client_of: Any) -> None:
    head = UserFactory(unit=tree["S"], first_name="Cheffe", last_name="Du Service", manager=UserFactory())
    for _ in range(2):
        UserFactory(unit=tree["S"], manager=head)
    assert list(User.objects.heading(tree["S"])) == [head]
    page = client_of(head).page(tree["S"].get_absolute_url())
    assert page.select_one("section[aria-labelledby=heads] .who__name").text == "Cheffe Du Service"


def test_first_administrator_is_made_by_a_command(db: None) -> None:
    person = UserFactory()
    call_command("grant_role", person.email, "administrator", stdout=io.StringIO())
    assert person.is_administrator


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_writers_of_the_tree_wait_for_each_other() -> None:
    roots = [create_unit(actor=SYSTEM, code=f"R{n}", name=f"R{n}", kind="ministry") for n in range(3)]
    unit = create_unit(actor=SYSTEM, code="U", name="U", kind="service", parent=roots[0])

    def add(number: int) -> Any:
        return lambda: create_unit(
            actor=SYSTEM, code=f"N{number}", name="N", kind="service", parent=roots[number % 3] if number % 4 else None
        )

    def move(number: int) -> Any:
        return lambda: move_unit(actor=SYSTEM, unit=unit, parent=roots[number % 3])

    results = at_once([add(n) for n in range(8)] + [move(n) for n in range(8)])
    assert [result for result in results if isinstance(result, Exception)] == []
    assert Unit.objects.find_problems() == ([], [], [], [], [])
