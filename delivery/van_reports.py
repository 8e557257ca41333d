"""What is known of a van's day from the reports of its orders: that it left, where it has been, and whether it is late."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b

from delivery import van_days
from delivery.booking_rows import Booking, as_booking, select_bookings
from delivery.booking_states import (
    CONFIRMED,
    DELIVERED,
    DELIVERY_FAILED,
    DISPATCHED,
    OUT_FOR_DELIVERY,
    PACKED,
)
from delivery.fleets import Fleet
from delivery.progress import Event, events_of_all
from delivery.rules.days_out import Late, Seen
from delivery.rules.rounds import OUT, late_minutes_of
from delivery.rules.routes import Route
from delivery.setups import Setup
from delivery.store.engine import Session
from delivery.store.tables import bookings
from delivery.van_stops import holds_of

TO_COME = frozenset({CONFIRMED, PACKED, DISPATCHED, OUT_FOR_DELIVERY, DELIVERY_FAILED})
AROUND = 6 * 3600.0
"""Seconds before and after the shift in which a report is about this day."""


@dataclass(frozen=True, slots=True)
class Aboard:
    """An order of a van: the number of its stop, and what was reported of it, in the order in which it happened."""

    number: int
    booking: Booking
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class VanSeen:
    """A van's day as it is known. `route` has the stops that the van goes to, or was at; `orders` theirs; `seen` is None before
    it left."""

    fleet: Fleet
    day: date
    route: Route
    orders: tuple[Aboard, ...]
    seen: Seen | None

    @property
    def to_come(self) -> tuple[Aboard, ...]:
        """The orders still to be brought, in the order of the route."""
        done = self.seen.done if self.seen else {}
        by_number = {one.number: one for one in self.orders if one.number not in done}
        found = (by_number.get(stop.number) for stop in self.route.stops)
        return tuple(one for one in found if one is not None)

    @property
    def seed(self) -> int:
        """The same for the same van and day."""
        said = f"{self.fleet.origin_id} {self.day.isoformat()} {self.route.shift.van}".encode()
        return int.from_bytes(blake2b(said, digest_size=4).digest())


def van_of_booking(session: Session, setup: Setup, booking: Booking) -> tuple[Fleet, date, str] | None:
    """The van that brings an order: its fleet, the day, and which; None when none does."""
    if booking.place is None or booking.place.kind != van_days.VAN or booking.origin_id is None:
        return None
    fleet, day = setup.fleets.get(booking.origin_id), booking.place.day
    if fleet is None:
        return None
    whose = holds_of(session, setup.merchant_id, fleet.origin_id, day)
    number = next((number for number, hold_id in whose.items() if hold_id == booking.hold_id), None)
    for route in van_days.read(session, setup.merchant_id, fleet, day).routes:
        if any(stop.number == number for stop in route.stops):
            return fleet, day, route.shift.van
    return None


def read_van(
    session: Session,
    merchant_id: str,
    fleet: Fleet,
    day: date,
    van: str,
    *,
    starts_at: datetime | None = None,
    locked: bool = False,
) -> VanSeen:
    """The day of one van. `starts_at`: it left then, if nothing earlier says so. `locked`: nobody else can report about its
    orders until this transaction ends. Raises KeyError for a van that is not out that day."""
    routes = {route.shift.van: route for route in van_days.read(session, merchant_id, fleet, day).routes}
    whose = holds_of(session, merchant_id, fleet.origin_id, day)
    return _seen(session, merchant_id, fleet, day, routes[van], whose, starts_at, locked)


def read_vans(session: Session, merchant_id: str, fleet: Fleet, day: date) -> tuple[VanSeen, ...]:
    """The day of every van that is out."""
    whose = holds_of(session, merchant_id, fleet.origin_id, day)
    routes = van_days.read(session, merchant_id, fleet, day).routes
    return tuple(_seen(session, merchant_id, fleet, day, route, whose, None, False) for route in routes)


def _seen(
    session: Session,
    merchant_id: str,
    fleet: Fleet,
    day: date,
    route: Route,
    whose: dict[int, str],
    starts_at: datetime | None,
    locked: bool,
) -> VanSeen:
    orders = _orders(session, merchant_id, route, whose, locked)
    # Who is still checking out, or was cancelled, is not driven to; the plan may still have them.
    route = route.with_stops(stop for stop in route.stops if stop.number in {one.number for one in orders})
    return VanSeen(fleet, day, route, orders, seen_of(route, orders, starts_at))


def _orders(
    session: Session, merchant_id: str, route: Route, whose: dict[int, str], locked: bool
) -> tuple[Aboard, ...]:
    numbers = {whose[stop.number]: stop.number for stop in route.stops if stop.number in whose}
    # In one order, whoever locks them: so two reports about one van wait for each other, and never both.
    wanted = select_bookings(merchant_id).where(bookings.c.hold_id.in_(numbers)).order_by(bookings.c.id)
    found = [as_booking(row) for row in session.execute(wanted.with_for_update() if locked else wanted)]
    found = [booking for booking in found if booking.state in TO_COME | {DELIVERED}]
    reported = events_of_all(session, merchant_id, [booking.id for booking in found])
    return tuple(
        Aboard(numbers[booking.hold_id], booking, reported[booking.id]) for booking in found if booking.hold_id
    )


def seen_of(route: Route, orders: Iterable[Aboard], starts_at: datetime | None = None) -> Seen | None:
    """What these orders' reports say of the day of their van; None when nothing says that it left. What is scanned before the
    shift begins leaves with it."""
    first, last = route.shift.starts - AROUND, route.shift.ends + AROUND
    left: list[float] = []
    done: dict[int, float] = {}
    lates: list[Late] = []
    for one in orders:
        for event in one.events:
            moment = event.at.timestamp()
            if not first <= moment <= last:
                continue
            if event.type == OUT:
                left.append(moment)
                done.pop(one.number, None)
                lates += _lates(event, moment)
            if event.type in (DELIVERED, DELIVERY_FAILED):
                done[one.number] = moment
            if event.type == DELIVERED:
                left.append(moment)
    if starts_at is not None and first <= starts_at.timestamp() <= last:
        left.append(starts_at.timestamp())
    if not left:
        return None
    return Seen(max(min(left), route.shift.starts), done, max(lates, key=lambda late: late.said_at, default=None))


def _lates(event: Event, moment: float) -> list[Late]:
    detail = event.facts.get("detail")
    minutes = late_minutes_of(detail) if isinstance(detail, dict) else None
    return [] if minutes is None else [Late(moment, 60.0 * minutes)]
