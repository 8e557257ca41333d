"""The courier's window: what it may be, and which of several reports counts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import pytest

from delivery.rules.rounds import Arrival, WindowCannotBe, arrival_of, arrival_on_round
from tests.rules.human_dates import at, told


class Step(NamedTuple):
    type: str
    at: datetime
    facts: Mapping[str, Any]


def window(starts: str, ends: str) -> dict[str, Any]:
    return {"window": {"start": at(starts).isoformat(), "end": at(ends).isoformat()}}


def out(moment: str, *between: str) -> Step:
    return Step("out_for_delivery", at(moment), {"detail": window(*between)} if between else {})


@pytest.mark.parametrize(
    ("told_at", "starts", "ends", "why"),
    [
        ("Tue 2026-11-24 09:00", "Tue 2026-11-24 14:20", "Tue 2026-11-24 14:50", ""),
        ("Tue 2026-11-24 14:30", "Tue 2026-11-24 14:20", "Tue 2026-11-24 14:50", ""),
        ("Tue 2026-11-24 23:00", "Tue 2026-11-24 23:30", "Wed 2026-11-25 00:30", ""),
        ("Tue 2026-11-24 09:00", "Tue 2026-11-24 14:50", "Tue 2026-11-24 14:20", "ends after it begins"),
        ("Tue 2026-11-24 09:00", "Tue 2026-11-24 14:50", "Tue 2026-11-24 14:50", "ends after it begins"),
        ("Tue 2026-11-24 09:00", "Tue 2026-11-24 09:00", "Tue 2026-11-24 21:00", ""),
        ("Tue 2026-11-24 09:00", "Tue 2026-11-24 09:00", "Tue 2026-11-24 21:00:01", "at most twelve hours"),
        ("Tue 2026-11-24 14:50", "Tue 2026-11-24 14:20", "Tue 2026-11-24 14:50", "over before"),
        ("Tue 2026-11-24 14:49:59", "Tue 2026-11-24 14:20", "Tue 2026-11-24 14:50", ""),
        ("Tue 2026-11-24 14:00", "Wed 2026-11-25 13:00", "Wed 2026-11-25 14:00", ""),
        ("Tue 2026-11-24 14:00", "Wed 2026-11-25 13:00", "Wed 2026-11-25 14:00:01", "more than a day"),
        # Clocks go back in the night to Sunday: from 15:00 to 15:00 are twenty-five hours.
        ("Sat 2026-10-24 15:00", "Sun 2026-10-25 13:00", "Sun 2026-10-25 14:00", ""),
        ("Sat 2026-10-24 15:00", "Sun 2026-10-25 14:00", "Sun 2026-10-25 15:00", "more than a day"),
        # They go forward: from 21:00 to 10:00 are twelve hours.
        ("Sat 2026-03-28 20:00", "Sat 2026-03-28 21:00", "Sun 2026-03-29 10:00", ""),
        ("Sat 2026-03-28 20:00", "Sat 2026-03-28 21:00", "Sun 2026-03-29 10:01", "at most twelve hours"),
    ],
)
def test_what_a_window_may_be(told_at: str, starts: str, ends: str, why: str) -> None:
    if why:
        with pytest.raises(WindowCannotBe, match=why):
            arrival_of(window(starts, ends), at(told_at))
    else:
        assert arrival_of(window(starts, ends), at(told_at)) == Arrival(at(starts), at(ends), at(told_at))


@pytest.mark.parametrize("said", ["noon", {"start": "2026-11-24T14:00:00+01:00"}, [], {"start": "x", "end": "y"}])
def test_what_is_no_window_is_refused(said: Any) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        arrival_of({"window": said}, at("Tue 2026-11-24 09:00"))


EARLY = ("Tue 2026-11-24 14:00", "Tue 2026-11-24 15:00")
NARROW = ("Tue 2026-11-24 14:20", "Tue 2026-11-24 14:50")
FAILED = Step("delivery_failed", at("Tue 2026-11-24 14:55"), {})


@pytest.mark.parametrize(
    ("reported", "begins"),
    [
        ([], None),
        ([out("Tue 2026-11-24 09:00")], None),
        ([out("Tue 2026-11-24 09:00", *EARLY)], "Tue 2026-11-24 14:00"),
        ([out("Tue 2026-11-24 09:00", *EARLY), out("Tue 2026-11-24 13:00", *NARROW)], "Tue 2026-11-24 14:20"),
        # A scan that says nothing of the hour takes nothing back; another round does.
        ([out("Tue 2026-11-24 09:00", *EARLY), out("Tue 2026-11-24 13:00")], "Tue 2026-11-24 14:00"),
        ([out("Tue 2026-11-24 09:00", *EARLY), FAILED], None),
        ([out("Tue 2026-11-24 09:00", *EARLY), FAILED, out("Wed 2026-11-25 09:00")], None),
        (
            [Step("loaded", at("Tue 2026-11-24 08:00"), {}), out("Tue 2026-11-24 09:00", *NARROW)],
            "Tue 2026-11-24 14:20",
        ),
    ],
)
def test_the_last_word_of_the_round_counts(reported: list[Step], begins: str | None) -> None:
    found = arrival_on_round(reported)
    assert (found and told(found.starts_at)) == begins
