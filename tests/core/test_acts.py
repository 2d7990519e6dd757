"""A limit counts what a person did, whatever became of it, and says until when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import translation

from core.actions.acts import count_act, purge_acts
from core.limits import SPAN_MAX, Limit, LimitReached
from core.models import Act
from core.system import SYSTEM
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

LIMIT = Limit("core.test", 2, timedelta(hours=3))
# Ten in the morning in Paris.
MORNING = datetime(2026, 3, 2, 9, 0, 30, tzinfo=UTC)


def reach(person):
    for _number in range(LIMIT.count):
        count_act(actor=person, limit=LIMIT)


def test_one_act_too_many_is_refused_and_says_until_when():
    person = UserFactory()
    with time_machine.travel(MORNING, tick=False) as clock, translation.override("en"):
        count_act(actor=person, limit=LIMIT)
        clock.shift(timedelta(minutes=10))
        count_act(actor=person, limit=LIMIT)
        with pytest.raises(LimitReached, match="1:01 p.m.") as refused:
            count_act(actor=person, limit=LIMIT)
        assert refused.value.until == MORNING + timedelta(hours=3, minutes=1)
        clock.move_to(refused.value.until.replace(second=0))
        count_act(actor=person, limit=LIMIT)
        with pytest.raises(LimitReached):
            count_act(actor=person, limit=LIMIT)


def test_a_limit_that_ends_tomorrow_says_the_day():
    person = UserFactory()
    with time_machine.travel(MORNING.replace(hour=21), tick=False):
        reach(person)
        with pytest.raises(LimitReached, match="3 "):
            count_act(actor=person, limit=LIMIT)


def test_others_and_other_acts_have_their_own_count():
    person = UserFactory()
    reach(person)
    reach(UserFactory())
    count_act(actor=person, limit=Limit("core.other", 1))


def test_the_system_has_no_limits():
    reach(SYSTEM)
    reach(SYSTEM)
    assert not Act.objects.exists()


def test_what_fails_is_not_counted():
    person = UserFactory()

    @transaction.atomic
    def fail():
        count_act(actor=person, limit=LIMIT)
        raise RuntimeError

    for _number in range(LIMIT.count + 1):
        with pytest.raises(RuntimeError):
            fail()
    count_act(actor=person, limit=LIMIT)


def test_what_no_limit_counts_any_more_is_forgotten():
    person = UserFactory()
    with time_machine.travel(MORNING, tick=False) as clock:
        reach(person)
        clock.shift(SPAN_MAX)
        count_act(actor=person, limit=LIMIT)
        purge_acts()
        assert Act.objects.count() == 3, "what is a day old to the second still counts"
        clock.shift(timedelta(seconds=1))
        purge_acts()
        assert Act.objects.count() == 1
