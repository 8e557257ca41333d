"""Whom the stops of a day of vans are for: read from bookings, and from holds that are not ordered yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from delivery.booking_rows import Booking, as_booking, select_bookings
from delivery.booking_states import CANCELLED
from delivery.options import Window
from delivery.rules.places import Point
from delivery.rules.slots import VANS
from delivery.setups import Setup
from delivery.store.engine import Session
from delivery.store.tables import bookings, holds

HOME, SLOT = "local_delivery", "slot"


@dataclass(frozen=True, slots=True)
class Visit:
    """Whom a stop is for. Without an order it is kept for a shopper who is checking out, and nobody is named.

    `point` is where the shop, or the postcode (`is_exact` False), says the address is; None for one without a place on the map.
    `door_seconds` is how long the stop was thought to take when it was chosen.
    """

    hold_id: str | None
    booking_id: str | None = None
    state: str | None = None
    order: str = ""
    part: str = ""
    name: str = ""
    phone: str = ""
    address: Mapping[str, Any] | None = None
    notes: str = ""
    instructions: Mapping[str, Any] | None = None
    window: Window | None = None
    point: Point | None = None
    is_exact: bool = True
    parcels: int = 1
    door_seconds: int | None = None

    @property
    def is_held(self) -> bool:
        """Whether a shopper is still checking out."""
        return self.booking_id is None

    @property
    def called(self) -> str:
        """The order's number, with its part."""
        return f"{self.order} {self.part}".strip()


def visits_of(session: Session, merchant_id: str, whose: Mapping[int, str]) -> dict[int, Visit]:
    """Whom each stop of a day is for, by its number."""
    ids = list(whose.values())
    rows = session.execute(select_bookings(merchant_id).where(bookings.c.hold_id.in_(ids)))
    known = {booking.hold_id: _of_booking(booking) for booking in map(as_booking, rows)}
    left = [hold_id for hold_id in ids if hold_id not in known]
    own = select(holds.c.id, holds.c.option).where(holds.c.merchant_id == merchant_id, holds.c.id.in_(left))
    known |= {row.id: _visit(row.id, row.option) for row in session.execute(own)}
    return {number: known[hold_id] for number, hold_id in whose.items() if hold_id in known}


def unplaced(session: Session, setup: Setup, origin_id: str, day: date) -> tuple[Visit, ...]:
    """Orders in windows that vans keep, whose address is nowhere on the map: the windows count them."""
    own = [
        pattern.id for pattern in setup.patterns.values() if pattern.origin_id == origin_id and pattern.kept_by == VANS
    ]
    # The day is looked for in an index that has it; `day` itself stands in none.
    found = select_bookings(setup.merchant_id).where(
        bookings.c.type == HOME,
        bookings.c.earliest_day == day,
        bookings.c.day == day,
        bookings.c.kind == SLOT,
        bookings.c.ref.in_(own),
        bookings.c.state != CANCELLED,
    )
    visits = (_of_booking(booking) for booking in map(as_booking, session.execute(found)))
    return tuple(sorted(visits, key=_by_window))


def _by_window(visit: Visit) -> tuple[str, str]:
    return visit.window.start.isoformat() if visit.window else "", visit.order


def _of_booking(booking: Booking) -> Visit:
    notes = (booking.notes, booking.instructions.get("note"))
    about = {
        "booking_id": booking.id,
        "state": booking.state,
        "order": booking.order,
        "part": booking.part,
        "name": booking.recipient.get("name") or "",
        "phone": booking.recipient.get("phone") or "",
        "address": booking.address,
        "notes": " · ".join(note for note in notes if note),
        "instructions": booking.instructions,
    }
    return _visit(booking.hold_id, booking.option or {}, **about)


def _visit(hold_id: str | None, option: Mapping[str, Any], **about: Any) -> Visit:
    visit, window = option.get("visit") or {}, option.get("window")
    return Visit(
        hold_id=hold_id,
        window=Window(*(datetime.fromisoformat(window[name]) for name in ("start", "end"))) if window else None,
        point=Point(visit["latitude"], visit["longitude"]) if visit else None,
        is_exact=not visit.get("unsure_seconds"),
        parcels=visit.get("parcels", 1),
        door_seconds=visit.get("seconds"),
        **about,
    )
