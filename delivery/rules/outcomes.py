"""Whether a promise was kept: what was promised against what happened, and by which step it was broken."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from delivery.rules.wallclock import aware, instant_of

EARLY, LATE_OUT, LATE_IN_TRANSIT = "early", "late_out", "late_in_transit"
NOBODY_HOME, LATE_READY = "nobody_home", "late_ready"
BROKEN_BY = (LATE_OUT, LATE_IN_TRANSIT, NOBODY_HOME, LATE_READY, EARLY)

_LEAVING = frozenset({"dispatched", "in_transit", "out_for_delivery"})
_THERE = {True: frozenset({"ready_for_pickup", "collected"}), False: frozenset({"delivered"})}


class Reported(NamedTuple):
    """A step of the parcel (its name as in delivery.booking_states) and when it happened."""

    step: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Promised:
    """Until when what was promised can be kept: `ends_at` is the last moment that counts, without any grace.

    `begins_at`: a window's beginning, before which is too early. `leaves_by`: the last moment of the day on which it
    was to leave. A pick-up (`at_centre`) is kept by being ready. Raises ValueError for a window that ends first.
    """

    ends_at: datetime
    begins_at: datetime | None = None
    leaves_by: datetime | None = None
    at_centre: bool = False

    def __post_init__(self) -> None:
        for instant in (self.ends_at, self.begins_at, self.leaves_by):
            if instant is not None:
                aware(instant)
        if self.begins_at is not None and self.begins_at > self.ends_at:
            raise ValueError("a window begins before it ends")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended. `arrived_at`: when it was where it was to go, or came back without having been there; None as long
    as it is neither. `broken_by` is one of BROKEN_BY, None when it was kept."""

    arrived_at: datetime | None
    kept: bool
    broken_by: str | None


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The last moment of the day on clocks in `zone`. UTC."""
    return instant_of(day + timedelta(days=1), time(0), zone) - timedelta(microseconds=1)


def ended_at(reported: Sequence[Reported], *, at_centre: bool) -> datetime | None:
    """When the parcel was first where it was to go; else when it came back; None: it is still expected. `reported` in
    the order in which it happened."""
    there = _first(reported, _THERE[at_centre])
    return there or _first(reported, frozenset({"returned"}))


def judge(promised: Promised, reported: Sequence[Reported], now: datetime) -> Outcome | None:
    """Whether the promise was kept. `reported` in the order in which it happened. None: it can still be kept."""
    arrived_at = _first(reported, _THERE[promised.at_centre])
    if arrived_at is None:
        over_at = ended_at(reported, at_centre=promised.at_centre)
        if over_at is None and now <= promised.ends_at:
            return None
        return Outcome(over_at, kept=False, broken_by=_reason(promised, reported, None if over_at else now))
    kept = (promised.begins_at or arrived_at) <= arrived_at <= promised.ends_at
    return Outcome(arrived_at, kept, None if kept else _reason(promised, reported, None))


def left_at(reported: Sequence[Reported]) -> datetime | None:
    """When the parcel was first known to have left the origin; None: it is not known to have."""
    return _first(reported, _LEAVING)


def _reason(promised: Promised, reported: Sequence[Reported], still_here_at: datetime | None) -> str:
    """A courier who came in time and found nobody comes first; then a parcel that left too late, or has not left by
    `still_here_at`. One that is over without any word of its leaving is not said to have left late."""
    begins_at = promised.begins_at
    arrived_at = _first(reported, _THERE[promised.at_centre])
    if arrived_at is not None and begins_at is not None and arrived_at < begins_at:
        return EARLY
    attempts = [at for step, at in reported if step == "delivery_failed"]
    if any((begins_at or at) <= at <= promised.ends_at for at in attempts):
        return NOBODY_HOME
    left = left_at(reported) or still_here_at
    if promised.leaves_by is not None and left is not None and left > promised.leaves_by:
        return LATE_OUT
    return LATE_READY if promised.at_centre else LATE_IN_TRANSIT


def _first(reported: Sequence[Reported], steps: frozenset[str]) -> datetime | None:
    return next((at for step, at in reported if step in steps), None)
