"""A clock that runs only while parcels are delivered: how much delivery time lies between two days."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from delivery.rules.workdays import Calendar

_ONE_DAY = timedelta(days=1)
_FIRST_DAY = date(2010, 1, 1)
_BEGAN = _FIRST_DAY.toordinal()
_AHEAD = 400


@dataclass(slots=True)
class DeliveryClock:
    """`weight_of` says how much of a day's deliveries a date has, 0 to 1. Time is counted in such days, at the end of each
    date; days are ordinals of `date`. Dates before 2010 count as its first day."""

    weight_of: Callable[[date], float]
    _ends: list[float] = field(default_factory=lambda: [0.0])

    def at_end_of(self, day: int) -> float:
        """The clock's time at the end of this day."""
        position = max(0, day - _BEGAN)
        if position >= len(self._ends):
            self._run_to(position + _AHEAD)
        return self._ends[position]

    def between(self, first_day: int, last_day: int) -> float:
        """Delivery time from the end of one day to the end of the other."""
        return self.at_end_of(last_day) - self.at_end_of(first_day)

    def day_within(self, first_day: int, time: float) -> int:
        """The last delivery day that ends no later than `time` after `first_day`; the first delivery day after it at least."""
        position = max(0, first_day - _BEGAN)
        if len(self._ends) <= position + _AHEAD:
            self._run_to(position + _AHEAD)
        ends = self._ends
        start = ends[position]
        found = bisect_right(ends, start + time + 1e-9, position) - 1
        if ends[found] <= start:
            return _BEGAN + bisect_right(ends, start, position)
        while ends[found] == ends[found - 1]:
            found -= 1
        return _BEGAN + found

    def _run_to(self, position: int) -> None:
        while len(self._ends) <= position:
            day = _FIRST_DAY + _ONE_DAY * len(self._ends)
            self._ends.append(self._ends[-1] + self.weight_of(day))


def clock_of(calendar: Calendar) -> DeliveryClock:
    """A clock that runs on the calendar's work days."""
    return DeliveryClock(lambda day: 1.0 if calendar.is_work_day(day) else 0.0)


def clock_of_week(shares: Sequence[float]) -> DeliveryClock:
    """A clock of weekdays, Monday first, that know no holidays."""
    weights = tuple(shares)
    return DeliveryClock(lambda day: weights[day.weekday()])
