"""What may be told of so few people: nothing, by itself or by taking one figure from another."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.small_groups import SMALLEST, is_small, parts_shown, rounded


@pytest.mark.parametrize(("people", "small"), [(0, False), (1, True), (4, True), (5, False), (50, False)])
def test_four_are_somebody_and_five_are_a_group(people, small):
    assert is_small(people) is small


@pytest.mark.parametrize(("people", "shown"), [(0, 0), (2, 0), (3, 5), (7, 5), (8, 10), (47, 45)])
def test_a_rounded_number_does_not_move_by_one(people, shown):
    assert rounded(people) == shown


def test_a_part_withheld_alone_takes_the_smallest_of_the_others_with_it():
    big, bigger, few = set(range(10)), set(range(20)), {30, 31}
    assert parts_shown([big, few, bigger]) == [False, False, True], "total less the others would give the small one"


def test_parts_withheld_together_may_be_enough_people():
    assert parts_shown([{1, 2, 3}, {4, 5}, set(range(10, 20)), set()]) == [False, False, True, True]


# On a busy machine the clock says nothing of the code.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.frozensets(st.integers(0, 12), max_size=9), max_size=7))
def test_whatever_the_parts_nobody_is_found_by_subtraction(parts):
    shown = parts_shown(parts)
    assert not any(is_small(len(people)) for people, is_shown in zip(parts, shown, strict=True) if is_shown)
    rest = frozenset().union(*(people for people, is_shown in zip(parts, shown, strict=True) if not is_shown))
    everyone = frozenset().union(*parts)
    # What is left of the total speaks of enough people, or nothing that speaks of anybody is shown beside it.
    assert not is_small(len(rest)) or not any(
        people for people, is_shown in zip(parts, shown, strict=True) if is_shown
    ), (rest, everyone, SMALLEST)
