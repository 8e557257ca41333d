"""Until when a centre keeps a parcel: its opening and its days, read from its own row, so that whoever reports that a parcel
lies ready need not know the rest of the shop's settings."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select

from delivery.booking_rows import Booking
from delivery.rules.keeping import end_of_calendar_days, kept_until, last_day_of, reminded_at
from delivery.rules.opening import BadOpeningHours, Interval, open_intervals
from delivery.rules.pickup import Centre
from delivery.rules.wallclock import instant_of, local_day, zone_named
from delivery.store.engine import Session
from delivery.store.tables import centres

Hours = tuple[str, ZoneInfo, str, str | None, tuple[tuple[date, str | None], ...]]
"""What a centre's opening follows from: text, zone, country, subdivision, exceptions."""

USUAL_DAYS = 7
"""How long a parcel is kept by a centre that is gone from the settings."""

_LOOKS_AHEAD = timedelta(days=45)
_A_WEEK, _HOLIDAYS = timedelta(days=7), timedelta(days=28)
_MIDNIGHT = time(0)

_ROW = select(centres).where(centres.c.merchant_id == bindparam("m"), centres.c.id == bindparam("c"))


@dataclass(frozen=True, slots=True)
class Keeping:
    """How a centre keeps parcels: when it opens, for how many opening days, and how many more when the shopper asks."""

    hours: Hours
    keep_days: int
    longer_days: int

    @property
    def zone(self) -> ZoneInfo:
        """By which clock it opens."""
        return self.hours[1]


def keeping_of(session: Session, booking: Booking) -> Keeping | None:
    """How the centre of a booking keeps parcels now; None for a booking without one, and when it is gone."""
    place = (booking.option or {}).get("location")
    if not place:
        return None
    row = session.execute(_ROW, {"m": booking.merchant_id, "c": place["id"]}).one_or_none()
    if row is None:
        return None
    exceptions = tuple(sorted((date.fromisoformat(day), text) for day, text in row.exceptions.items()))
    hours = row.opening_hours, zone_named(row.time_zone), row.country, row.subdivision, exceptions
    return Keeping(hours, row.keep_days, row.longer_days)


def lies_until(keeping: Keeping | None, booking: Booking, since: datetime) -> datetime:
    """Until when a parcel of this booking is kept that lies there `since` then (UTC): by the centre's days, and never
    shorter than was promised."""
    option = booking.option or {}
    promised = datetime.fromisoformat(option["pickup_by"]) if option.get("pickup_by") else since
    if keeping is None:
        found = end_of_calendar_days(since, USUAL_DAYS, zone_named(option["time_zone"]))
    else:
        found = counted(keeping.hours, since, keeping.keep_days)
    return max(found, promised.astimezone(UTC))


def lies_longer_until(keeping: Keeping, until: datetime) -> datetime | None:
    """Until when it is kept when the shopper asks for longer; None where the centre keeps nothing longer."""
    if keeping.longer_days == 0:
        return None
    last_day = instant_of(last_day_of(until, keeping.zone), _MIDNIGHT, keeping.zone)
    return max(until, counted(keeping.hours, last_day, keeping.longer_days))


def reminders(keeping: Keeping | None, booking: Booking, now: datetime, until: datetime) -> dict[str, datetime]:
    """When the shopper is reminded, by occasion, as rules.keeping.reminded_at says."""
    if keeping is None:
        return reminded_at((), now, until, zone_named((booking.option or {})["time_zone"]))
    return reminded_at(opened(keeping.hours, now, until), now, until, keeping.zone)


def hours_of(centre: Centre) -> Hours:
    """What the opening of a centre of the settings follows from."""
    exceptions = tuple(sorted(centre.exceptions.items())) if centre.exceptions else ()
    return centre.opening_hours, centre.zone, centre.country, centre.subdivision, exceptions


@lru_cache(maxsize=4096)
def counted(hours: Hours, since: datetime, days: int) -> datetime:
    """The end of so many opening days after `since` (UTC); of calendar days where the door hardly ever opens, or its hours
    cannot be read."""
    zone = hours[1]
    for ahead in (_LOOKS_AHEAD, days * _A_WEEK + _HOLIDAYS):
        found = kept_until(opened(hours, since, since + ahead), since, days, zone)
        if found is not None:
            return found
    return end_of_calendar_days(since, days, zone)


def opened(hours: Hours, first: datetime, last: datetime) -> list[Interval]:
    """When it is open from the local day of `first` to that of `last`, both whole; nothing for hours that cannot be read."""
    text, zone, country, subdivision, exceptions = hours
    start = instant_of(local_day(first, zone), _MIDNIGHT, zone)
    end = instant_of(local_day(last, zone) + timedelta(days=1), _MIDNIGHT, zone)
    try:
        return open_intervals(text, start, end, zone, country, subdivision, dict(exceptions))
    except BadOpeningHours:
        return []
