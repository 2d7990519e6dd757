"""One's own profile: what one writes about oneself is kept, who one is comes from elsewhere."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image as Pillow

from accounts.models import User
from core.models import Image
from tests.factories.accounts import UnitFactory, UserFactory
from tests.feed.pictures import picture
from tests.support.pages import parse

pytestmark = pytest.mark.django_db

FORGED = {
    "is_staff", "is_superuser", "is_active", "is_external", "unit", "manager", "platform_roles", "role", "roles",
    "groups", "user_permissions", "email", "handle", "first_name", "last_name", "organisation", "ends_on", "password",
    "session_epoch", "photo_id", "pk", "id",
}  # fmt: skip


@pytest.fixture
def data() -> dict[str, Any]:
    return {
        "function": "Acheteuse",
        "phone": "01 23 45 67 89",
        "skills": "marchés publics, Marchés publics; statistiques",
        "language": "en",
        "time_zone": "Indian/Reunion",
    }


def address() -> str:
    return reverse("accounts:profile_edit")


def test_what_one_writes_is_kept(client_of: Any, data: dict[str, Any]) -> None:
    person = UserFactory()
    response = client_of(person).post(address(), data)
    assert response["Location"] == person.get_absolute_url()
    person.refresh_from_db()
    assert (person.function, person.phone, person.language) == ("Acheteuse", "01 23 45 67 89", "en")
    assert person.time_zone == "Indian/Reunion"
    assert sorted(skill.name for skill in person.skills.all()) == ["marchés publics", "statistiques"]


def test_who_one_is_cannot_be_sent_along(client_of: Any, data: dict[str, Any]) -> None:
    other, unit = UserFactory(), UnitFactory()
    person = UserFactory(unit=UnitFactory())
    kept = User.objects.filter(pk=person.pk).values(
        "email", "handle", "first_name", "last_name", "unit", "manager", "is_active", "is_external", "is_superuser",
        "organisation", "ends_on", "password", "photo",
    )  # fmt: skip
    before, groups = kept.get(), set(person.groups.all())
    forged = dict.fromkeys(FORGED, "1") | {"unit": unit.code, "manager": other.pk, "role": "administrator"}
    assert client_of(person).post(address(), forged | data).status_code == 302
    person = User.objects.get(pk=person.pk)
    assert kept.get() == before
    assert (set(person.groups.all()), person.platform_roles, person.is_staff) == (groups, frozenset(), False)
    assert User.objects.get(pk=other.pk).function != "Acheteuse"


def test_a_photo_is_drawn_anew_and_nothing_of_its_file_stays(client_of: Any, data: dict[str, Any]) -> None:
    person = UserFactory()
    sent = picture(900).getvalue() + b"<script>alert(1)</script>"
    client = client_of(person)
    client.post(address(), data | {"photo": SimpleUploadedFile('"><script>.png', sent, "image/svg+xml")})
    person.refresh_from_db()
    assert person.photo is not None
    assert (person.photo.content_type, person.photo.owner) == ("image/webp", person)
    with person.photo.file.open("rb") as file:
        kept = file.read()
    assert b"script" not in kept
    with person.photo.file.open("rb") as file, Pillow.open(file) as drawn:
        assert (drawn.format, max(drawn.size)) == ("WEBP", 400)
    client.post(address(), data | {"remove_photo": "on"})
    person.refresh_from_db()
    assert person.photo is None
    assert not Image.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("language", "xx"), ("time_zone", "Mars/Olympus"), ("skills", ",".join(f"s{n}" for n in range(21)))],
)
def test_what_does_not_hold_says_why_and_keeps_the_rest(
    client_of: Any, data: dict[str, Any], field: str, value: str
) -> None:
    person = UserFactory()
    response = client_of(person).post(address(), data | {field: value})
    assert response.status_code == 422
    page = parse(response.content)
    assert page.select_one(".field__error")
    assert page.select_one("input[name=phone]")["value"] == "01 23 45 67 89"
    person.refresh_from_db()
    assert person.function != "Acheteuse"


def test_a_file_that_is_no_picture_is_refused(client_of: Any, data: dict[str, Any]) -> None:
    person = UserFactory()
    file = SimpleUploadedFile("a.png", b"<svg onload=alert(1)>", "image/png")
    assert client_of(person).post(address(), data | {"photo": file}).status_code == 422
    person.refresh_from_db()
    assert person.photo is None
