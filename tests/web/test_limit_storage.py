"""Counting calls in one process."""

from datetime import UTC, datetime

from tests.doors import TestClock
from web.limit_storage import InProcess


def test_a_window_ends_after_its_time_and_counts_anew() -> None:
    clock = TestClock(datetime(2026, 11, 24, 9, 0, tzinfo=UTC))
    counts = InProcess(clock)
    assert [counts.incr("a", 60), counts.incr("a", 60), counts.incr("b", 60)] == [1, 2, 1]
    assert counts.get_expiry("a") == clock.now.timestamp() + 60
    clock.forward(seconds=60)
    assert counts.get("a") == 0
    assert counts.incr("a", 60) == 1


def test_ended_windows_do_not_pile_up() -> None:
    clock = TestClock(datetime(2026, 11, 24, 9, 0, tzinfo=UTC))
    counts = InProcess(clock)
    for number in range(100_000):
        counts.incr(str(number), 60)
    clock.forward(minutes=2)
    counts.incr("one more", 60)
    assert counts.reset() == 1
