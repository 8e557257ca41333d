"""Places of a shelf over the coming days, if nobody comes."""

from datetime import date

import pytest

from delivery.rules.shelf_days import ShelfDay, Stay, shelf_days
from tests.rules.human_dates import day

MONDAY = day("Mon 2026-11-23")


def test_a_place_is_taken_from_today_until_the_parcel_leaves():
    stays = [
        Stay(day("Fri 2026-11-20"), day("Tue 2026-11-24")),
        Stay(day("Wed 2026-11-25"), day("Thu 2026-11-26")),
        Stay(day("Thu 2026-11-19")),
    ]
    assert shelf_days(stays, MONDAY, 5) == (
        ShelfDay(MONDAY, lying=2, to_come=1, leaving=0),
        ShelfDay(day("Tue 2026-11-24"), lying=2, to_come=1, leaving=1),
        ShelfDay(day("Wed 2026-11-25"), lying=2, to_come=0, leaving=0),
        ShelfDay(day("Thu 2026-11-26"), lying=2, to_come=0, leaving=1),
        ShelfDay(day("Fri 2026-11-27"), lying=1, to_come=0, leaving=0),
    )
    assert [one.taken for one in shelf_days(stays, MONDAY, 5)] == [3, 3, 2, 2, 1]


def test_nothing_is_nothing_and_the_impossible_is_refused():
    assert shelf_days([], MONDAY, 1) == (ShelfDay(MONDAY, 0, 0, 0),)
    with pytest.raises(ValueError):
        Stay(date(2026, 11, 24), date(2026, 11, 23))
