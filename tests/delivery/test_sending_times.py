"""When a daily list leaves: at its time by the merchant's clock, clock changes included."""

from datetime import UTC, datetime, time, timedelta

import pytest

from delivery.sending_times import due_at

ZONE = "Europe/Amsterdam"


def at(text: str) -> datetime:
    """An instant from a moment in UTC, its weekday written out."""
    moment = datetime.strptime(text, "%a %Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    assert f"{moment:%a}" == text[:3]
    return moment


@pytest.mark.parametrize(
    ("now", "send_at", "due"),
    [
        ("Mon 2026-11-23 09:00:00", "17:00", "Mon 2026-11-23 16:00:00"),
        ("Mon 2026-11-23 15:59:59", "17:00", "Mon 2026-11-23 16:00:00"),
        ("Mon 2026-11-23 16:00:00", "17:00", "Mon 2026-11-23 16:00:00"),
        ("Mon 2026-11-23 16:00:01", "17:00", "Tue 2026-11-24 16:00:00"),
        ("Mon 2026-11-23 22:59:59", "00:00", "Mon 2026-11-23 23:00:00"),
        ("Mon 2026-11-23 23:00:01", "00:00", "Tue 2026-11-24 23:00:00"),
        ("Thu 2026-12-31 17:00:00", "17:00", "Fri 2027-01-01 16:00:00"),
        # The clock goes forward on Sunday at 02:00: 02:30 is skipped, and means the moment of the change.
        ("Sat 2026-03-28 12:00:00", "02:30", "Sun 2026-03-29 01:00:00"),
        ("Sun 2026-03-29 12:00:00", "17:00", "Sun 2026-03-29 15:00:00"),
        # It goes back on Sunday at 03:00: of 02:30 there are two, and the first counts.
        ("Sat 2026-10-24 12:00:00", "02:30", "Sun 2026-10-25 00:30:00"),
        ("Sun 2026-10-25 01:00:00", "02:30", "Mon 2026-10-26 01:30:00"),
    ],
)
def test_the_next_moment_at_which_the_clock_shows_it(now: str, send_at: str, due: str) -> None:
    assert due_at(at(now), time.fromisoformat(send_at), ZONE) == at(due)


def test_without_a_time_it_is_due_at_once() -> None:
    now = at("Mon 2026-11-23 09:00:00")
    assert due_at(now, None, ZONE) == now
    assert due_at(now, time(9), "Asia/Tokyo") - now < timedelta(days=1)
