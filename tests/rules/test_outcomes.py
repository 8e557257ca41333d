"""Promised against actual: kept or broken, and by which step. Dates as people write them, clock changes included."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from delivery.rules.outcomes import BROKEN_BY, Outcome, Promised, Reported, end_of, ended_at, judge
from tests.rules.human_dates import AMSTERDAM, at, day, told

HAVANA = ZoneInfo("America/Havana")
LATER = at("Fri 2027-12-31 12:00")


def steps(*said: tuple[str, str]) -> list[Reported]:
    return [Reported(step, at(moment)) for step, moment in said]


def by_day(last: str, leaves: str | None = None) -> Promised:
    return Promised(end_of(day(last), AMSTERDAM), None, end_of(day(leaves), AMSTERDAM) if leaves else None)


def window(start: str, end: str, leaves: str | None = None) -> Promised:
    return Promised(at(end), at(start), end_of(day(leaves), AMSTERDAM) if leaves else None)


def ready(by: str, leaves: str | None = None) -> Promised:
    return Promised(at(by), None, end_of(day(leaves), AMSTERDAM) if leaves else None, at_centre=True)


def verdict(promised: Promised, *said: tuple[str, str], now: datetime = LATER) -> str:
    found = judge(promised, steps(*said), now)
    if found is None:
        return "open"
    assert found.kept == (found.broken_by is None)
    return found.broken_by or "kept"


@pytest.mark.parametrize(
    ("last", "arrived", "expected"),
    [
        ("Wed 2026-11-25", "Tue 2026-11-24 09:00", "kept"),
        ("Wed 2026-11-25", "Wed 2026-11-25 23:59:59", "kept"),
        ("Wed 2026-11-25", "Thu 2026-11-26 00:00", "late_in_transit"),
        ("Thu 2026-12-31", "Thu 2026-12-31 23:59:59", "kept"),
        ("Thu 2026-12-31", "Fri 2027-01-01 00:00", "late_in_transit"),
        # The day the clock goes forward has 23 hours, the one it goes back 25.
        ("Sun 2027-03-28", "Sun 2027-03-28 23:59:59", "kept"),
        ("Sun 2027-03-28", "Mon 2027-03-29 00:00", "late_in_transit"),
        ("Sun 2026-10-25", "Sun 2026-10-25 23:59:59", "kept"),
        ("Sun 2026-10-25", "Mon 2026-10-26 00:00", "late_in_transit"),
    ],
)
def test_a_parcel_is_in_time_until_the_end_of_the_last_day_where_it_goes(
    last: str, arrived: str, expected: str
) -> None:
    assert verdict(by_day(last), ("delivered", arrived)) == expected


def test_a_day_ends_where_the_parcel_goes_even_when_its_midnight_is_skipped() -> None:
    assert told(end_of(day("Sat 2027-03-13"), HAVANA), HAVANA).startswith("Sat 2027-03-13 23:59:59")


def test_what_comes_back_before_its_window_was_not_too_early() -> None:
    promised = window("Tue 2026-11-24 18:00", "Tue 2026-11-24 20:00")
    assert verdict(promised, ("returned", "Tue 2026-11-24 12:00")) == "late_in_transit"


@pytest.mark.parametrize(
    ("arrived", "expected"),
    [
        ("Tue 2026-11-24 17:59:59", "early"),
        ("Tue 2026-11-24 18:00", "kept"),
        ("Tue 2026-11-24 20:00", "kept"),
        ("Tue 2026-11-24 20:00:01", "late_in_transit"),
    ],
)
def test_a_window_is_kept_from_its_first_to_its_last_moment(arrived: str, expected: str) -> None:
    promised = window("Tue 2026-11-24 18:00", "Tue 2026-11-24 20:00")
    assert verdict(promised, ("delivered", arrived)) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([("ready_for_pickup", "Wed 2026-11-25 12:00")], "kept"),
        ([("ready_for_pickup", "Wed 2026-11-25 12:00:01")], "late_ready"),
        ([("collected", "Wed 2026-11-25 11:00")], "kept"),
        ([("ready_for_pickup", "Wed 2026-11-25 11:00"), ("collected", "Mon 2026-11-30 11:00")], "kept"),
        ([("ready_for_pickup", "Wed 2026-11-25 11:00"), ("returned", "Mon 2026-12-07 11:00")], "kept"),
        ([("dispatched", "Tue 2026-11-24 18:00"), ("ready_for_pickup", "Thu 2026-11-26 11:00")], "late_ready"),
        ([("dispatched", "Wed 2026-11-25 00:00"), ("ready_for_pickup", "Thu 2026-11-26 11:00")], "late_out"),
        ([("returned", "Mon 2026-12-07 11:00")], "late_ready"),
    ],
)
def test_a_pick_up_is_kept_by_being_ready(said: list[tuple[str, str]], expected: str) -> None:
    assert verdict(ready("Wed 2026-11-25 12:00", "Tue 2026-11-24"), *said) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([("dispatched", "Mon 2026-11-23 23:59:59"), ("delivered", "Thu 2026-11-26 10:00")], "late_in_transit"),
        ([("dispatched", "Tue 2026-11-24 00:00"), ("delivered", "Thu 2026-11-26 10:00")], "late_out"),
        ([("out_for_delivery", "Tue 2026-11-24 08:00"), ("delivered", "Thu 2026-11-26 10:00")], "late_out"),
        ([("dispatched", "Tue 2026-11-24 00:00"), ("delivered", "Wed 2026-11-25 10:00")], "kept"),
        ([("delivery_failed", "Wed 2026-11-25 15:00"), ("delivered", "Thu 2026-11-26 10:00")], "nobody_home"),
        (
            [
                ("dispatched", "Tue 2026-11-24 09:00"),
                ("delivery_failed", "Wed 2026-11-25 15:00"),
                ("delivered", "Thu 2026-11-26 10:00"),
            ],
            "nobody_home",
        ),
        ([("delivery_failed", "Thu 2026-11-26 09:00"), ("delivered", "Thu 2026-11-26 15:00")], "late_in_transit"),
        ([("delivery_failed", "Tue 2026-11-24 15:00"), ("delivered", "Wed 2026-11-25 10:00")], "kept"),
        ([("delivery_failed", "Wed 2026-11-25 15:00"), ("returned", "Mon 2026-11-30 10:00")], "nobody_home"),
        ([("returned", "Tue 2026-11-24 10:00")], "late_in_transit"),
        ([("delivered", "Wed 2026-11-25 10:00"), ("returned", "Mon 2026-11-30 10:00")], "kept"),
    ],
)
def test_it_is_broken_by_the_first_step_that_was_to_blame(said: list[tuple[str, str]], expected: str) -> None:
    assert verdict(by_day("Wed 2026-11-25", "Mon 2026-11-23"), *said) == expected


@pytest.mark.parametrize(
    ("now", "said", "expected"),
    [
        ("Wed 2026-11-25 23:59:59", [], "open"),
        ("Thu 2026-11-26 00:00", [], "late_out"),
        ("Thu 2026-11-26 00:00", [("dispatched", "Mon 2026-11-23 18:00")], "late_in_transit"),
        ("Thu 2026-11-26 00:00", [("delivery_failed", "Wed 2026-11-25 18:00")], "nobody_home"),
    ],
)
def test_a_promise_that_has_passed_is_broken_before_the_parcel_arrives(
    now: str, said: list[tuple[str, str]], expected: str
) -> None:
    assert verdict(by_day("Wed 2026-11-25", "Mon 2026-11-23"), *said, now=at(now)) == expected


def test_the_moment_is_that_of_arriving_or_else_of_coming_back() -> None:
    home = steps(("delivered", "Wed 2026-11-25 10:00"), ("returned", "Mon 2026-11-30 10:00"))
    assert ended_at(home, at_centre=False) == at("Wed 2026-11-25 10:00")
    assert ended_at(home[1:], at_centre=False) == at("Mon 2026-11-30 10:00")
    assert ended_at(steps(("dispatched", "Wed 2026-11-25 10:00")), at_centre=False) is None
    passed = judge(by_day("Wed 2026-11-25"), [], LATER)
    assert passed == Outcome(None, kept=False, broken_by="late_in_transit")


def test_impossible_promises_are_not_made() -> None:
    with pytest.raises(ValueError, match="begins before"):
        window("Tue 2026-11-24 20:00", "Tue 2026-11-24 18:00")
    with pytest.raises(ValueError, match="offset"):
        Promised(datetime(2026, 11, 24))  # noqa: DTZ001
    assert len(BROKEN_BY) == len(set(BROKEN_BY)) == 5
