import pytest

from tests.rules.human_dates import WrongWeekday, at, day, told, told_day


def test_a_wrong_weekday_fails_the_table():
    with pytest.raises(WrongWeekday):
        day("Tue 2026-03-27")
    with pytest.raises(WrongWeekday):
        at("Thu 2026-03-27 16:59")


def test_what_is_read_is_told_the_same():
    assert told(at("Fri 2026-03-27 16:59")) == "Fri 2026-03-27 16:59"
    assert told(at("Fri 2026-03-27 23:59:59")) == "Fri 2026-03-27 23:59:59"
    assert told_day(day("Fri 2026-03-27")) == "Fri 2026-03-27"
