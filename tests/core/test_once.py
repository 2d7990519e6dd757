from functools import partial

import pytest

from core.models import Draft, Submission
from core.once import once
from tests.factories.accounts import UserFactory
from tests.support.together import at_once


def _draft(person, place="a"):
    return Draft.objects.create(person=person, place=f"{place}{Draft.objects.count()}", address="/")


@pytest.mark.django_db
def test_the_second_sending_of_a_form_finds_what_the_first_made() -> None:
    person = UserFactory()
    first, made_first = once(person, "nonce", partial(_draft, person))
    second, made_second = once(person, "nonce", partial(_draft, person))
    assert (first, made_first, made_second) == (second, True, False)
    assert Draft.objects.count() == 1


@pytest.mark.django_db
def test_a_nonce_belongs_to_its_person() -> None:
    one, other = UserFactory(), UserFactory()
    once(one, "nonce", partial(_draft, one))
    once(other, "nonce", partial(_draft, other))
    assert Draft.objects.count() == 2


@pytest.mark.django_db
def test_a_sending_that_fails_may_be_sent_again() -> None:
    person = UserFactory()

    def fail() -> Draft:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        once(person, "nonce", fail)
    assert not Submission.objects.exists()
    assert once(person, "nonce", partial(_draft, person))[1]


@pytest.mark.django_db(transaction=True)
def test_ten_sendings_at_once_make_one_object() -> None:
    person = UserFactory()
    results = at_once([lambda: once(person, "nonce", lambda: _draft(person))] * 10)
    assert not [result for result in results if isinstance(result, Exception)]
    assert Draft.objects.count() == 1
    assert [made for _, made in results].count(True) == 1
