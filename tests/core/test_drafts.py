from datetime import timedelta

import pytest
from django.utils import timezone

from core.actions.drafts import DRAFTS_MAX, discard_draft, purge_drafts, save_draft
from core.draft_kinds import DRAFT_DAYS
from core.errors import BusinessRuleError
from core.models import Draft
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
PLACE = "community:1:post"


def test_a_draft_is_one_a_person_and_place() -> None:
    person = UserFactory()
    for text in ("Bon", "Bonjour"):
        save_draft(actor=person, place=PLACE, address="/", data={"body": text})
    assert Draft.objects.get(person=person).data == {"body": "Bonjour"}


def test_a_form_emptied_again_forgets_its_draft() -> None:
    person = UserFactory()
    save_draft(actor=person, place=PLACE, address="/", data={"body": "Bonjour"})
    assert save_draft(actor=person, place=PLACE, address="/", data={"body": "  "}) is None
    assert not Draft.objects.exists()


def test_a_draft_too_long_is_refused_in_words() -> None:
    with pytest.raises(BusinessRuleError):
        save_draft(actor=UserFactory(), place=PLACE, address="/", data={"body": "x" * 300_000})


def test_drafts_have_a_limit_that_saving_an_old_one_does_not_meet() -> None:
    person = UserFactory()
    for number in range(DRAFTS_MAX):
        save_draft(actor=person, place=f"p{number}", address="/", data={"body": "x"})
    save_draft(actor=person, place="p1", address="/", data={"body": "y"})
    with pytest.raises(BusinessRuleError):
        save_draft(actor=person, place="one-more", address="/", data={"body": "x"})


def test_old_drafts_are_purged_and_recent_ones_kept() -> None:
    person = UserFactory()
    for place in ("old", "new"):
        save_draft(actor=person, place=place, address="/", data={"body": "x"})
    Draft.objects.filter(place="old").update(updated_at=timezone.now() - timedelta(days=DRAFT_DAYS + 1))
    purge_drafts()
    assert [draft.place for draft in Draft.objects.all()] == ["new"]


def test_a_draft_is_saved_given_back_listed_and_given_up(client_of) -> None:
    person = UserFactory()
    client = client_of(person)
    fields = {"place": PLACE, "address": "/communities/a/posts/new/", "data": '{"title": "Télétravail", "body": "x"}'}
    assert "saved" in client.post("/drafts/save/", fields).json()
    assert client.get("/drafts/show/", {"place": PLACE}).json()["data"]["title"] == "Télétravail"
    assert "Télétravail" in client.page("/drafts/").text
    client.post(f"/drafts/{Draft.objects.get().pk}/delete/")
    assert not Draft.objects.exists()


def test_a_draft_is_seen_by_nobody_else(client_of) -> None:
    draft = save_draft(actor=UserFactory(), place=PLACE, address="/", data={"title": "Secret"})
    other = client_of(UserFactory())
    assert other.get("/drafts/show/", {"place": PLACE}).status_code == 204
    assert "Secret" not in other.page("/drafts/").text
    assert other.post(f"/drafts/{draft.pk}/delete/").status_code == 404
    assert Draft.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"data": "[1]"},
        {"data": '{"body": {"a": 1}}'},
        {"data": "{"},
        {"address": "https://elsewhere.example/"},
        {"address": "//elsewhere.example/"},
        {"place": "x" * 200},
    ],
)
def test_a_malformed_draft_is_refused(client_of, fields: dict[str, str]) -> None:
    fields = {"place": PLACE, "address": "/", "data": '{"body": "x"}'} | fields
    assert client_of(UserFactory()).post("/drafts/save/", fields).status_code == 422
    assert not Draft.objects.exists()


def test_discarding_what_is_not_there_is_no_error() -> None:
    discard_draft(actor=UserFactory(), place=PLACE)
    assert not Draft.objects.exists()
