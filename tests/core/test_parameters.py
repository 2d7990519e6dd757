"""What administrators decide while the product runs."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core.actions.parameters import set_parameters
from core.errors import BusinessRuleError, Forbidden
from core.models import AuditEntry, ParameterValue
from core.parameters import defaults
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

NUMBER, CHOICE = "communities.first_contents", "communities.proposing"


def test_what_nobody_decided_is_the_default():
    assert ParameterValue.objects.every() == defaults()
    assert ParameterValue.objects.number(NUMBER) == defaults()[NUMBER]


def test_administrator_decides_and_it_is_audited():
    administrator = UserFactory(administrator=True)
    assert set_parameters(actor=administrator, values={NUMBER: 7, CHOICE: "agents"}) == [NUMBER]
    assert ParameterValue.objects.number(NUMBER) == 7
    entry = AuditEntry.objects.get(verb="core.parameter_set")
    assert (entry.actor, entry.target_label, entry.data) == (administrator, NUMBER, {"old": 3, "new": 7})


@pytest.mark.parametrize("role", ["community_manager", "ambassador", "sponsor", None])
def test_nobody_else_decides(role):
    person = UserFactory(**({role: True} if role else {}))
    with pytest.raises(Forbidden):
        set_parameters(actor=person, values={NUMBER: 7})
    assert not ParameterValue.objects.exists()


@pytest.mark.parametrize(("name", "value"), [(NUMBER, -1), (NUMBER, 51), (NUMBER, "7"), (NUMBER, True), (CHOICE, "x")])
def test_a_value_that_does_not_fit_is_refused_and_nothing_is_written(name, value):
    with pytest.raises(BusinessRuleError):
        set_parameters(actor=UserFactory(administrator=True), values={NUMBER: 9, name: value})
    assert not ParameterValue.objects.exists()
    assert not AuditEntry.objects.filter(verb="core.parameter_set").exists()


def test_a_name_that_nobody_declared_raises():
    with pytest.raises(LookupError):
        ParameterValue.objects.of("communities.nonsense")


def test_a_value_of_an_older_version_counts_as_not_decided():
    ParameterValue.objects.create(name=NUMBER, value="many")
    ParameterValue.objects.create(name="gone", value=1)
    assert ParameterValue.objects.every() == defaults()
    assert ParameterValue.objects.of(NUMBER) == defaults()[NUMBER]


def test_page_keeps_what_was_typed_and_says_what_is_wrong(client):
    client.force_login(UserFactory(administrator=True))
    page = client.post(reverse("core:parameter_form"), {"communities-first_contents": "99"})
    assert page.status_code == 422
    assert 'value="99"' in page.content.decode()
    assert not ParameterValue.objects.exists()


def test_page_saves(client):
    client.force_login(UserFactory(administrator=True))
    form = client.get(reverse("core:parameter_form")).context["form"]
    data = {field.html_name: field.value() for field in form} | {"communities-first_contents": "5"}
    assert client.post(reverse("core:parameter_form"), data).status_code == 302
    assert ParameterValue.objects.number(NUMBER) == 5
