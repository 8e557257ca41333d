"""The window that a courier names once the parcel is on the round: usually narrower than what was promised."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from delivery.rules.wallclock import aware

LONGEST = timedelta(hours=12)
"""What is longer is no round of one courier."""
FARTHEST = timedelta(hours=24)
"""How long after it went out a window may end."""
MOST_LATE = 600
"""Minutes: what is later comes on another day."""

OUT, FAILED = "out_for_delivery", "delivery_failed"


class Step(Protocol):
    """A reported step: its name, its moment, and what came with it."""

    @property
    def type(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def facts(self) -> Mapping[str, Any]: ...


class WindowCannotBe(ValueError):
    """Why a window cannot be, as a sentence."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """From when until when the courier expects to be there, as told at `told_at`. All aware.

    Raises WindowCannotBe for one that ends first, lasts longer than LONGEST, is over when it is told, or ends later than
    FARTHEST after that. It may have begun.
    """

    starts_at: datetime
    ends_at: datetime
    told_at: datetime

    def __post_init__(self) -> None:
        for instant in (self.starts_at, self.ends_at, self.told_at):
            aware(instant)
        if self.ends_at <= self.starts_at:
            raise WindowCannotBe("A window ends after it begins.")
        if self.ends_at - self.starts_at > LONGEST:
            raise WindowCannotBe("A window lasts at most twelve hours.")
        if self.ends_at <= self.told_at:
            raise WindowCannotBe("The window is over before the parcel went out.")
        if self.ends_at - self.told_at > FARTHEST:
            raise WindowCannotBe("The window ends more than a day after the parcel went out.")


def arrival_of(detail: Mapping[str, Any], told_at: datetime) -> Arrival | None:
    """The window in the detail of a report, {"start", "end"} in RFC 3339; None without one. Raises ValueError."""
    said = detail.get("window")
    if said is None:
        return None
    if not isinstance(said, Mapping) or set(said) != {"start", "end"}:
        raise WindowCannotBe("A window has a start and an end.")
    return Arrival(datetime.fromisoformat(said["start"]), datetime.fromisoformat(said["end"]), told_at)


def late_minutes_of(detail: Mapping[str, Any]) -> int | None:
    """By how many minutes the van is later than planned, "late_minutes" in the detail of a report that it is out; None where
    nothing is said, or what is no whole number of 0 to MOST_LATE."""
    said = detail.get("late_minutes")
    if not isinstance(said, int) or isinstance(said, bool):
        return None
    return said if 0 <= said <= MOST_LATE else None


def arrival_on_round(reported: Iterable[Step]) -> Arrival | None:
    """The courier's window of the round under way, `reported` in the order in which it happened: the last one that was told
    since the last try. So a report that comes late says nothing new, and each round has its own."""
    found = None
    for step in reported:
        if step.type == FAILED:
            found = None
        if step.type == OUT:
            found = arrival_of(step.facts.get("detail") or {}, step.at) or found
    return found
