"""Coming in: what is refused, what nobody learns, what ends."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import hotp_value, yield_hotp_counters_from_time
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.actions.people import close_account
from accounts.models import User
from core.actions.outbox import deliver_outbox
from core.models import Mail
from core.system import SYSTEM
from tests.factories.accounts import PASSWORD, TOTP_SECRET, UserFactory, in_days
from tests.support.client import StrictClient

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def sign_in(client: StrictClient, email: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post(LOGIN, {"login": email, "password": password, **more})


def is_signed_in(client: StrictClient) -> bool:
    return client.get("/people/").status_code == 200


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One entry for each password hashed."""
    counted: list[str] = []
    encode = MD5PasswordHasher.encode

    def counting(self: Any, password: str, salt: str) -> str:
        counted.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counting)
    return counted


def without_tokens(response: Any, email: str) -> str:
    text = response.content.decode().replace(email, "E")
    return re.sub(r'(csrf\w*"? (?:value|content)=|name="csrf-token" content=|nonce=)"[^"]+"', "", text)


def test_sign_in_answers_equally_for_every_kind_of_account(client: StrictClient, hashes: list[str]) -> None:
    accounts = ["nobody@m.example"]
    accounts += [UserFactory().email, UserFactory(closed=True).email, UserFactory(imported=True).email]
    accounts.append(UserFactory(ended=True).email)
    answers = []
    for email in accounts:
        hashes.clear()
        response = sign_in(client, email, "wrong password of some length")
        answers.append((response.status_code, without_tokens(response, email), len(hashes)))
    assert answers[1:] == answers[:1] * 4


@pytest.mark.parametrize("address", ["/accounts/password/reset/", "/accounts/first/"])
def test_asking_for_a_link_answers_equally_for_every_address(
    client: StrictClient, hashes: list[str], address: str
) -> None:
    answers, letters = [], []
    known = [UserFactory().email, UserFactory(imported=True).email, UserFactory(closed=True).email]
    for email in ("nobody@m.example", *known):
        cache.clear()
        hashes.clear()
        before = Mail.objects.count()
        with CaptureQueriesContext(connection) as asked:
            response = client.post(address, {"email": email}, follow=True)
        work = [query["sql"].split(" ")[0] for query in asked.captured_queries]
        answers.append(
            (response.status_code, response.redirect_chain, without_tokens(response, email), len(hashes), work)
        )
        deliver_outbox()
        letters.append(Mail.objects.count() - before)
    assert answers[1:] == answers[:1] * 3
    assert letters == [0, 1, 1, 0]


def test_nobody_signs_up(client: StrictClient) -> None:
    assert client.get("/accounts/signup/").status_code == 404
    assert client.post("/accounts/signup/", {"email": "x@m.example", "password1": PASSWORD}).status_code == 404
    assert not User.objects.exists()


def test_nobody_changes_their_address(client_of: Any) -> None:
    assert client_of(UserFactory()).get("/accounts/email/").status_code == 404


def test_first_sign_in_of_imported_agent_opens_the_account(client: StrictClient) -> None:
    person = UserFactory(imported=True)
    client.post("/accounts/first/", {"email": person.email.upper()})
    deliver_outbox()
    letter = Mail.objects.get()
    assert letter.to == person.email
    assert '<a class="button"' in letter.html
    path = re.search(r"(/accounts/password/reset/key/\S+)", letter.text)[1]
    form = client.get(path, follow=True)
    new = "une phrase à moi seul"
    answer = client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert answer.status_code == 302
    assert is_signed_in(client)
    # The link works once.
    again = StrictClient().get(path, follow=True)
    assert "password1" not in again.content.decode()


def test_session_changes_at_sign_in(client: StrictClient) -> None:
    client.get(LOGIN)
    client.session.save()
    before = client.session.session_key
    sign_in(client, UserFactory().email)
    assert client.session.session_key != before
    assert is_signed_in(client)


def test_second_factor_is_asked_and_the_session_changes_after_it(client: StrictClient) -> None:
    admin = UserFactory(administrator=True)
    answer = sign_in(client, admin.email)
    assert answer["Location"].startswith("/accounts/2fa/authenticate/")
    assert not is_signed_in(client)
    before = client.session.session_key
    code = f"{hotp_value(TOTP_SECRET, next(yield_hotp_counters_from_time())):06}"
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert is_signed_in(client)
    assert client.session.session_key != before


def test_changing_the_password_ends_other_sessions_and_says_so(client: StrictClient) -> None:
    person = UserFactory()
    other = StrictClient()
    for one in (client, other):
        sign_in(one, person.email)
    new = "une autre longue phrase"
    data = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    answer = client.post("/accounts/password/change/", data, follow=True)
    assert "Your other sessions are closed" in answer.content.decode() or "autres sessions" in answer.content.decode()
    assert is_signed_in(client)
    assert not is_signed_in(other)
    assert Mail.objects.filter(to=person.email, reason="security").exists()


def test_closing_an_account_signs_out_at_the_next_request(client: StrictClient) -> None:
    person = UserFactory()
    sign_in(client, person.email)
    close_account(actor=SYSTEM, person=person)
    assert not is_signed_in(client)
    assert not is_signed_in(client)


def test_external_past_their_last_day_is_signed_out_at_the_next_request(client: StrictClient) -> None:
    partner = UserFactory(external=True)
    sign_in(client, partner.email)
    assert is_signed_in(client)
    User.objects.filter(pk=partner.pk).update(ends_on=in_days(-1))
    assert not is_signed_in(client)
    assert sign_in(client, partner.email).status_code == 302
    assert not is_signed_in(client)


def admin_addresses() -> list[str]:
    resolver = next(p for p in get_resolver().url_patterns if getattr(p, "namespace", "") == "admin")
    paths = ["/admin/", "/admin/password_change/", "/admin/nowhere/"]
    for pattern in resolver.url_patterns:
        if getattr(pattern, "url_patterns", None) and "<" not in str(pattern.pattern):
            paths.append(f"/admin/{pattern.pattern}")
    return paths


@pytest.mark.parametrize("path", admin_addresses() + ["/administration/roles/", "/people/"])
def test_administrator_without_second_factor_reaches_no_page(client_of: Any, path: str) -> None:
    answer = client_of(UserFactory(administrator=True, second_factor=False)).get(path)
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/2fa/")


@pytest.mark.parametrize("path", admin_addresses())
def test_admin_is_for_administrators_alone_and_signs_in_by_our_door(
    client: StrictClient, client_of: Any, path: str
) -> None:
    answer = client.get(path, follow=True)
    assert answer.redirect_chain[-1][0].startswith(LOGIN) or answer.status_code == 404
    refused = client_of(UserFactory(community_manager=True)).get(path, follow=True)
    assert refused.status_code == 404
    admin = client_of(UserFactory(administrator=True))
    apps = ("accounts", "core", "notifications", "communities", "feed", "password_change", "")
    wanted = 404 if "nowhere" in path else 200 if path.split("/")[2] in apps else 403
    assert admin.get(path, follow=True).status_code == wanted


def test_failed_sign_ins_are_limited_an_account(client: StrictClient) -> None:
    person = UserFactory()
    for _ in range(5):
        sign_in(client, person.email, "wrong password")
    refused = sign_in(client, person.email)
    assert not is_signed_in(client)
    assert refused.status_code == 200
    # Another account behind the same address still comes in.
    sign_in(client, UserFactory().email)
    assert is_signed_in(client)


def test_limits_are_counted_where_every_process_sees_them() -> None:
    from django.conf import settings as configured

    assert configured.CACHES["default"]["BACKEND"].endswith("DatabaseCache")


def test_links_are_limited_an_address(client: StrictClient) -> None:
    person = UserFactory(imported=True)
    statuses = [client.post("/accounts/first/", {"email": person.email}).status_code for _ in range(7)]
    assert statuses[-1] == 429
    deliver_outbox()
    assert Mail.objects.count() == 5


HOSTS = st.sampled_from(["evil.example", "evil.example:80", "127.0.0.1.evil.example", "user@evil.example"])
PREFIXES = st.sampled_from(
    ["//", "///", "////", "\\\\", "/\\", "\\/", "http://", "https://", "http:", "https:/", "HTTP://", "/%2f", "%2f%2f",
     "/\t/", "\t//", " //", "\x00//", "javascript://", "data:", "ftp://", "http:///", "//。", "/.//", "https:\\\\"]
)  # fmt: skip


@pytest.mark.property
@pytest.mark.parametrize("door", ["login", "logout", "theme", "language"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(prefix=PREFIXES, host=HOSTS, tail=st.sampled_from(["", "/", "/people/", "?a=b", "#x"]))
def test_next_never_leads_out(client_of: Any, door: str, prefix: str, host: str, tail: str) -> None:
    target = f"{prefix}{host}{tail}"
    person = User.objects.first() or UserFactory()
    if door == "login":
        cache.clear()
        response = sign_in(StrictClient(), person.email, next=target)
    elif door == "logout":
        response = client_of(person).post("/accounts/logout/", {"next": target})
    elif door == "theme":
        response = client_of(person).post("/preferences/theme/", {"theme": "dark", "next": target})
    else:
        response = client_of(person).post("/preferences/language/", {"language": "fr", "next": target})
    if "\0" in target:
        assert response.status_code == 400
        return
    location = response["Location"]
    # As a browser reads it: backslashes are slashes, white space and control characters before and inside go.
    read = re.sub(r"[\t\r\n]", "", location).lstrip("".join(map(chr, range(33)))).replace("\\", "/")
    assert urlsplit(urljoin("http://testserver/accounts/login/", read)).netloc == "testserver"


def test_reauthentication_is_asked_before_roles_change(client: StrictClient) -> None:
    admin = UserFactory(administrator=True)
    sign_in(client, admin.email)
    code = f"{hotp_value(TOTP_SECRET, next(yield_hotp_counters_from_time())):06}"
    client.post("/accounts/2fa/authenticate/", {"code": code})
    answer = client.get("/administration/roles/grant/")
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]


@pytest.mark.parametrize("what", ["close", "reopen"])
def test_reauthentication_is_asked_before_an_account_is_closed_or_opened(client: StrictClient, what: str) -> None:
    admin, person = UserFactory(administrator=True), UserFactory(closed=what == "reopen")
    sign_in(client, admin.email)
    code = f"{hotp_value(TOTP_SECRET, next(yield_hotp_counters_from_time())):06}"
    client.post("/accounts/2fa/authenticate/", {"code": code})
    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        answer = client.post(f"/people/{person.handle}/{what}/")
        assert answer["Location"].startswith("/accounts/reauthenticate/")
        assert User.objects.get(pk=person.pk).is_active == (what == "close")
        # Proved, what was asked is done.
        answer = client.post(answer["Location"], {"password": PASSWORD})
        assert answer["Location"] == person.get_absolute_url()
    assert User.objects.get(pk=person.pk).is_active == (what == "reopen")


def test_open_sessions_are_listed(client: StrictClient) -> None:
    sign_in(client, UserFactory().email)
    assert client.page("/accounts/sessions/")
