"""Parcels of the past: what is known of each, and learning from them in the order in which things happened."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from delivery.rules.experience import Experience
from delivery.rules.learnt import Lane
from delivery.rules.wallclock import aware

ORDERED, DISPATCHED, DELIVERED = range(3)


@dataclass(frozen=True, slots=True)
class PastParcel:
    """One parcel, its moments by one wall clock, whichever it is. `shown_day`: the day the shopper was shown, if any."""

    order: str
    ordered_at: datetime
    dispatched_at: datetime | None
    delivered_at: datetime | None
    lane: Lane
    weight_g: int = 0
    shown_day: date | None = None

    def __post_init__(self) -> None:
        aware(self.ordered_at)
        for earlier, later in ((self.ordered_at, self.dispatched_at), (self.ordered_at, self.delivered_at)):
            if later is not None and later < earlier:
                raise ValueError(f"order {self.order} was ordered after it was sent or delivered")

    @property
    def taken_days(self) -> int | None:
        """From the day it was ordered to the day it arrived; None while it has not."""
        return None if self.delivered_at is None else (self.delivered_at.date() - self.ordered_at.date()).days


def replay(
    parcels: Iterable[PastParcel],
    experience: Experience,
    on_ordered: Callable[[PastParcel, int], None] = lambda _parcel, _day: None,
) -> None:
    """Tell `experience` what happened, a day after the other. `on_ordered` hears the day by which each was to arrive, made from
    what was known at the beginning of the day of its order."""
    for at, kind, number, parcel in _happened(parcels):
        day = at.toordinal()
        experience.turn_to(day)
        name = str(number)
        if kind == ORDERED:
            on_ordered(parcel, experience.ordered(name, parcel.lane, day))
        elif kind == DISPATCHED:
            experience.dispatched(name, day)
        else:
            experience.delivered(name, day)


def _happened(parcels: Iterable[PastParcel]) -> list[tuple[datetime, int, int, PastParcel]]:
    """What happened when; at one moment the order first. Parcels of one moment in an order of their own, not of the file."""
    found = []
    for number, parcel in enumerate(sorted(parcels, key=lambda parcel: (parcel.ordered_at, parcel.order))):
        moments = ((ORDERED, parcel.ordered_at), (DISPATCHED, parcel.dispatched_at), (DELIVERED, parcel.delivered_at))
        found += [(at, kind, number, parcel) for kind, at in moments if at is not None]
    return sorted(found, key=lambda one: one[:3])
