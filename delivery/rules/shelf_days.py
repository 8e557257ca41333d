"""How full a shelf is on each of the coming days, if nobody comes: an upper bound to plan with."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stay:
    """A parcel's time on a shelf, in local days: from when it lies there, and the last day; None: nobody knows its end.

    Raises ValueError for one that ends before it begins.
    """

    first_day: date
    last_day: date | None = None

    def __post_init__(self) -> None:
        if self.last_day is not None and self.last_day < self.first_day:
            raise ValueError("a stay begins before it ends")


@dataclass(frozen=True, slots=True)
class ShelfDay:
    """One day: how many parcels lie there at its most, how many more are counted because they are still to come, and how many
    leave after it."""

    day: date
    lying: int
    to_come: int
    leaving: int

    @property
    def taken(self) -> int:
        """How many places are taken."""
        return self.lying + self.to_come


def shelf_days(stays: Iterable[Stay], first_day: date, number: int) -> tuple[ShelfDay, ...]:
    """`number` days from `first_day` on. A place is taken from today, whenever its parcel comes, until the day it leaves."""
    known = tuple(stays)
    return tuple(_on(known, first_day + _DAY * ahead) for ahead in range(number))


def _on(stays: tuple[Stay, ...], day: date) -> ShelfDay:
    here = [stay for stay in stays if stay.first_day <= day and (stay.last_day is None or day <= stay.last_day)]
    to_come = sum(stay.first_day > day for stay in stays)
    return ShelfDay(day, len(here), to_come, sum(stay.last_day == day for stay in here))
