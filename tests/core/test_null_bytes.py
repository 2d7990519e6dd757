"""A null character is refused before anything reads it."""

import pytest

from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def test_null_character_is_refused_in_words(client):
    client.force_login(UserFactory())
    assert client.get("/search/?q=a%00b").status_code == 400
    assert client.get("/people/a%00b/").status_code == 400
    assert client.post("/drafts/save/", {"place": "a", "address": "/", "data": '{"body": "x\0"}'}).status_code == 400
