"""An invitation is worth what its sender is, at the moment when it is accepted. Threat 10."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from accounts.actions import invitations
from accounts.actions.invitations import (
    InvitationOver,
    accept_invitation,
    digest_of,
    invite_person,
    withdraw_invitation,
)
from accounts.actions.roles import withdraw_role
from accounts.enums import PlatformRole
from accounts.events import InvitationAccepted, InvitationSent
from accounts.models import Invitation, User
from core.errors import BusinessRuleError, Forbidden
from core.models import AuditEntry, Mail, OutboxEvent
from core.system import SYSTEM
from tests.factories.accounts import PASSWORD, UnitFactory, UserFactory, in_days

pytestmark = pytest.mark.django_db

EMAIL = "nouvelle@m.example"
NAMES = {"first_name": "Nour", "last_name": "Velle"}


def token_of(letter: Mail | None = None) -> str:
    letter = letter or Mail.objects.filter(to=EMAIL).latest("pk")
    return re.search(r"/invitations/([^/\s]+)/", letter.text)[1]


def accept(token: str) -> User:
    return accept_invitation(token=token, password=PASSWORD, **NAMES)


@pytest.fixture
def manager() -> User:
    return UserFactory(community_manager=True)


def test_invitation_writes_a_letter_keeps_a_digest_and_is_recorded(manager: User) -> None:
    invitation = invite_person(actor=manager, email=" Nouvelle@M.example ", message="<b>Venez</b>")
    letter = Mail.objects.get()
    assert (letter.to, letter.reason) == (EMAIL, "invitation")
    assert "<b>Venez</b>" in letter.text
    assert "&lt;b&gt;Venez" in letter.html
    assert invitation.token_digest == digest_of(token_of())
    assert token_of() not in str(Invitation.objects.values().get())
    assert AuditEntry.objects.get().verb == "accounts.invite_person"
    assert InvitationSent.name in OutboxEvent.objects.values_list("name", flat=True)


def test_accepting_opens_the_account_promised(manager: User) -> None:
    unit = UnitFactory()
    invite_person(actor=manager, email=EMAIL, unit=unit)
    person = accept(token_of())
    assert (person.email, person.unit, person.is_external) == (EMAIL, unit, False)
    assert list(person.groups.all()) == [unit.group]
    assert person.check_password(PASSWORD)
    assert InvitationAccepted.name in OutboxEvent.objects.values_list("name", flat=True)
    assert Mail.objects.filter(to=EMAIL, reason="account-open").exists()


def test_replayed_invitation_is_refused(manager: User) -> None:
    invite_person(actor=manager, email=EMAIL)
    accept(token_of())
    with pytest.raises(InvitationOver):
        accept(token_of(Mail.objects.filter(reason="invitation").get()))


def test_withdrawn_invitation_is_refused(manager: User) -> None:
    withdraw_invitation(actor=manager, invitation=invite_person(actor=manager, email=EMAIL))
    with pytest.raises(InvitationOver):
        accept(token_of())


def test_expired_invitation_is_refused(manager: User) -> None:
    invite_person(actor=manager, email=EMAIL)
    with time_machine.travel(timezone.now() + timedelta(days=15)), pytest.raises(InvitationOver):
        accept(token_of())


def test_inviting_again_makes_the_first_link_worthless(manager: User) -> None:
    invite_person(actor=manager, email=EMAIL)
    first = token_of()
    invite_person(actor=manager, email=EMAIL)
    with pytest.raises(InvitationOver):
        accept(first)
    accept(token_of())


@pytest.mark.parametrize("fall", ["role withdrawn", "account closed"])
def test_invitation_of_somebody_who_may_no_longer_invite_is_refused(manager: User, fall: str) -> None:
    invite_person(actor=manager, email=EMAIL)
    if fall == "role withdrawn":
        withdraw_role(actor=SYSTEM, grant=manager.role_grants.get())
    else:
        User.objects.filter(pk=manager.pk).update(is_active=False)
    with pytest.raises(InvitationOver):
        accept(token_of())
    assert not User.objects.filter(email=EMAIL).exists()


def test_role_of_an_invitation_falls_with_its_sender(manager: User) -> None:
    admin = UserFactory(administrator=True)
    UserFactory(administrator=True)
    invite_person(actor=admin, email=EMAIL, role=PlatformRole.ADMINISTRATOR)
    withdraw_role(actor=SYSTEM, grant=admin.role_grants.get())
    admin.role_grants.create(role=PlatformRole.COMMUNITY_MANAGER)
    with pytest.raises(InvitationOver):
        accept(token_of())


def test_role_of_an_invitation_is_granted_by_its_sender() -> None:
    admin = UserFactory(administrator=True)
    invite_person(actor=admin, email=EMAIL, role=PlatformRole.SPONSOR)
    grant = accept(token_of()).role_grants.get()
    assert (grant.role, grant.granted_by) == (PlatformRole.SPONSOR, admin)


def test_what_is_posted_along_changes_nothing(client: Any, manager: User) -> None:
    invite_person(actor=manager, email=EMAIL)
    extra = {
        "email": "other@m.example", "role": "administrator", "unit": "X", "is_external": "1", "is_superuser": "1",
        "is_staff": "1", "handle": "admin", "ends_on": "2020-01-01", "invited_by": "1", "session_epoch": "9",
    }  # fmt: skip
    client.post(f"/invitations/{token_of()}/", {**NAMES, "password1": PASSWORD, "password2": PASSWORD, **extra})
    person = User.objects.get(email=EMAIL)
    assert (person.handle, person.is_external, person.is_superuser, person.ends_on) == (
        "nour-velle",
        False,
        False,
        None,
    )
    assert not person.role_grants.exists()
    assert client.get("/people/").status_code == 200


def test_edited_unknown_and_used_links_look_the_same(client: Any, manager: User) -> None:
    invite_person(actor=manager, email=EMAIL)
    token = token_of()
    accept(token)
    answers = [client.get(f"/invitations/{one}/") for one in (token, token[:-1] + "x", "administrator")]
    assert [answer.status_code for answer in answers] == [404] * 3
    assert len({re.sub(r'(nonce|content|value)="[^"]*"', "", answer.content.decode()) for answer in answers}) == 1


def test_forwarded_to_somebody_signed_in_it_opens_nothing(client_of: Any, manager: User) -> None:
    invite_person(actor=manager, email=EMAIL)
    data = {**NAMES, "password1": PASSWORD, "password2": PASSWORD}
    assert client_of(UserFactory()).post(f"/invitations/{token_of()}/", data).status_code == 403
    assert not User.objects.filter(email=EMAIL).exists()


@pytest.mark.parametrize("password", ["court", "nouvelle@m.example", "123456789012345"])
def test_weak_password_is_refused_in_words_and_names_are_kept(client: Any, manager: User, password: str) -> None:
    invite_person(actor=manager, email=EMAIL)
    answer = client.post(f"/invitations/{token_of()}/", {**NAMES, "password1": password, "password2": password})
    assert answer.status_code == 422
    assert 'value="Nour"' in answer.content.decode()
    assert not User.objects.filter(email=EMAIL).exists()


def test_sender_gets_the_same_answer_for_an_address_with_an_account(client_of: Any, manager: User) -> None:
    known = UserFactory()
    client = client_of(manager)
    for email in (EMAIL, known.email):
        answer = client.post("/invitations/new/", {"email": email})
        assert (answer.status_code, answer["Location"]) == (302, "/invitations/")
    page = client.page("/invitations/")
    rows = [re.sub(r"\S+@\S+|invitation-\d+|/\d+/", "", str(row)) for row in page.select(".invitation")]
    assert len(rows) == 2
    assert "/invitations/" not in Mail.objects.get(to=known.email).text


def test_ambassador_invites_agents_of_their_unit_and_below_and_nobody_else() -> None:
    direction = UnitFactory(direction=True)
    service, elsewhere = UnitFactory(parent=direction), UnitFactory()
    ambassador = UserFactory(unit=direction, ambassador=True)
    invite_person(actor=ambassador, email=EMAIL, unit=service)
    invite_person(actor=ambassador, email=EMAIL, unit=direction)
    external = {"is_external": True, "organisation": "X", "ends_on": in_days(9)}
    for refused in ({"unit": elsewhere}, {"unit": None}, {"unit": service, "role": "sponsor"}, external):
        with pytest.raises(BusinessRuleError):
            invite_person(actor=ambassador, email="x@m.example", **refused)


def test_ambassador_moved_away_no_longer_opens_accounts_there() -> None:
    here, there = UnitFactory(), UnitFactory()
    ambassador = UserFactory(unit=here, ambassador=True)
    invite_person(actor=ambassador, email=EMAIL, unit=here)
    User.objects.filter(pk=ambassador.pk).update(unit=there)
    with pytest.raises(InvitationOver):
        accept(token_of())


@pytest.mark.parametrize("traits", [{}, {"sponsor": True}, {"certifier": True}, {"external": True}])
def test_others_invite_nobody(client_of: Any, traits: dict[str, bool]) -> None:
    person = UserFactory(**traits)
    with pytest.raises(Forbidden):
        invite_person(actor=person, email=EMAIL)
    assert client_of(person).post("/invitations/new/", {"email": EMAIL}).status_code == 403
    assert not Invitation.objects.exists()


def test_community_manager_gives_no_role(client_of: Any, manager: User) -> None:
    client_of(manager).post("/invitations/new/", {"email": EMAIL, "role": "administrator", "invited_by": "1"})
    assert Invitation.objects.get().role == ""
    with pytest.raises(BusinessRuleError):
        invite_person(actor=manager, email=EMAIL, role="administrator")


def test_invitation_is_its_senders_alone(client_of: Any, manager: User) -> None:
    invitation = invite_person(actor=manager, email=EMAIL)
    other = client_of(UserFactory(administrator=True))
    assert other.post(f"/invitations/{invitation.pk}/withdraw/").status_code == 404
    assert EMAIL not in other.get("/invitations/").content.decode()


def test_too_many_invitations_in_an_hour_are_refused(manager: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invitations, "INVITATIONS", replace(invitations.INVITATIONS, count=2))
    for number in range(2):
        invite_person(actor=manager, email=f"a{number}@m.example")
    with pytest.raises(BusinessRuleError):
        invite_person(actor=manager, email=EMAIL)


def test_accepting_is_all_or_nothing(manager: User, monkeypatch: pytest.MonkeyPatch) -> None:
    invite_person(actor=manager, email=EMAIL)
    monkeypatch.setattr("accounts.actions.invitations.publish", lambda event: 1 / 0)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        accept(token_of())
    assert not User.objects.filter(email=EMAIL).exists()
    assert Invitation.objects.get().is_pending
