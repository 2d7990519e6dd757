import pytest

from tests.factories.accounts import InvitationFactory, RoleGrantFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_traits_give_what_they_name() -> None:
    assert UserFactory(external=True).is_external
    assert not UserFactory(closed=True).is_current
    assert not UserFactory(ended=True).is_current
    assert not UserFactory(imported=True).has_usable_password()
    assert UserFactory(administrator=True).is_administrator
    assert RoleGrantFactory(ended=True).person.platform_roles == frozenset()
    assert InvitationFactory().unit is None


def test_agent_belongs_to_groups_of_unit_and_of_those_above() -> None:
    ministry = UnitFactory(ministry=True)
    service = UnitFactory(parent=ministry)
    assert set(UserFactory(unit=service).groups.all()) == {ministry.group, service.group}
