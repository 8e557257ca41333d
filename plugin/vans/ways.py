"""What the page of a day says of vans on their way (templates/vans/started.html)."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from delivery.booking_rows import Booking
from delivery.fleets import Fleet, instant
from delivery.rules.days_out import Coming
from delivery.rules.wallclock import local_day
from delivery.setups import Setup
from delivery.store.engine import Session
from delivery.van_arrivals import expected
from delivery.van_reports import VanSeen, read_vans


@dataclass(frozen=True, slots=True)
class Expected:
    """An order still to come: when the van is there, as likely earlier as later, and between which times as good as certainly;
    that it may be later than promised, and that it is to be expected."""

    booking: Booking
    at: datetime
    start: datetime
    end: datetime
    may_be_late: bool
    is_late: bool

    @property
    def called(self) -> str:
        """The order's number, with its part."""
        return f"{self.booking.order} {self.booking.part}".strip()


@dataclass(frozen=True, slots=True)
class Way:
    """A van on its day. `left_at` is None before it left; `may_leave`, whether it can be said to have; `late_minutes` is what was
    said last. `once` is the mark of its form: sent twice, it counts once."""

    left_at: datetime | None
    may_leave: bool
    late_minutes: int | None
    done: int
    orders: int
    to_come: tuple[Expected, ...]
    once: str


def ways_of(session: Session, now: datetime, setup: Setup, fleet: Fleet, day: date) -> dict[str, Way]:
    """The vans of a day by their id, as far as they have come."""
    vans = read_vans(session, setup.merchant_id, fleet, day)
    return {van.route.shift.van: _way(session, now, setup, van) for van in vans}


def is_today(now: datetime, fleet: Fleet, day: date) -> bool:
    """By the vans' clock: a van of another day does not leave now."""
    return local_day(now, fleet.time_zone) == day


def _way(session: Session, now: datetime, setup: Setup, van: VanSeen) -> Way:
    seen = van.seen
    return Way(
        left_at=instant(seen.started_at) if seen else None,
        may_leave=seen is None and bool(van.to_come) and is_today(now, van.fleet, van.day),
        late_minutes=round(seen.late.seconds / 60) if seen and seen.late else None,
        done=len(van.orders) - len(van.to_come),
        orders=len(van.orders),
        to_come=tuple(_expected(one.booking, comes) for one, comes in expected(session, setup.merchant_id, van)),
        once=secrets.token_urlsafe(12),
    )


def _expected(booking: Booking, comes: Coming) -> Expected:
    told = comes.told()
    return Expected(
        booking,
        instant(comes.expected),
        instant(told.start),
        instant(told.end),
        may_be_late=told.end > comes.stop.closes,
        is_late=comes.expected > comes.stop.closes,
    )
