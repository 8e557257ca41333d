"""What has to leave: a merchant's own work list, for whoever packs and sends by hand. It reads; it changes nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import or_, select

from delivery.booking_rows import Booking, as_booking, select_bookings
from delivery.booking_states import (
    CONFIRMED,
    DELIVERY_FAILED,
    DISPATCHED,
    OUT_FOR_DELIVERY,
    PACKED,
    READY_FOR_PICKUP,
)
from delivery.options import Window
from delivery.rules.wallclock import local_day
from delivery.setups import Setup
from delivery.store.engine import Session
from delivery.store.tables import bookings

AT_MOST = 1000
"""How many bookings each of the lists takes at most, the most urgent first."""
TO_SEND = (CONFIRMED, PACKED)
ON_THE_WAY = (DISPATCHED, OUT_FOR_DELIVERY, DELIVERY_FAILED)
_NEVER = datetime.max.replace(tzinfo=UTC)


class Piece(NamedTuple):
    """A line of an order."""

    sku: str
    quantity: int


class KeptCentre(NamedTuple):
    """A pick-up centre as it stood when it was chosen."""

    name: str
    address: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sending:
    """One booking, with all that whoever packs or labels it has to know.

    `time_zone` is that of the window and of `ready_by`. `origin` and `service` are names as they are set now; their ids
    when they are gone, "" when there is none. `centre` and `ready_by` stand at a pick-up, `window` at a home window.
    """

    id: str
    order: str
    part: str
    state: str
    type: str | None
    ship_by: date | None
    origin_id: str | None
    origin: str
    service: str
    recipient: str
    phone: str
    address: Mapping[str, Any]
    window: Window | None
    centre: KeptCentre | None
    ready_by: datetime | None
    time_zone: str
    lines: tuple[Piece, ...]
    notes: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What has to leave, by the day on which it must, in its origin's zone; what waits at a centre; what is on its way.

    Each is sorted: by day, then those with a window by its start, then by service and order. `undated` was promised without
    a date. `is_cut` says that there was more than AT_MOST.
    """

    overdue: tuple[Sending, ...]
    today: tuple[Sending, ...]
    tomorrow: tuple[Sending, ...]
    undated: tuple[Sending, ...]
    to_collect: tuple[Sending, ...]
    on_the_way: tuple[Sending, ...]
    is_cut: bool


def plan(session: Session, now: datetime, setup: Setup, origin_id: str | None = None) -> Plan:
    """The merchant's work list at this moment, of one origin or of all."""
    until = max(_today(now, setup, origin) for origin in (None, *setup.origins)) + timedelta(days=1)
    due = _read(session, setup, TO_SEND, origin_id, until)
    sent = _read(session, setup, (READY_FOR_PICKUP, *ON_THE_WAY), origin_id)
    by_day: dict[str, list[Booking]] = {"overdue": [], "today": [], "tomorrow": [], "undated": [], "later": []}
    for booking in due[:AT_MOST]:
        by_day[_when(now, setup, booking)].append(booking)
    del by_day["later"]
    waiting = [booking for booking in sent[:AT_MOST] if booking.state == READY_FOR_PICKUP]
    moving = [booking for booking in sent[:AT_MOST] if booking.state != READY_FOR_PICKUP]
    groups = by_day | {"to_collect": waiting, "on_the_way": moving}
    return Plan(
        **{name: _sorted(_sending(booking, setup) for booking in group) for name, group in groups.items()},
        is_cut=len(due) > AT_MOST or len(sent) > AT_MOST,
    )


def sendings(session: Session, setup: Setup, booking_ids: Iterable[str]) -> tuple[Sending, ...]:
    """These bookings of the merchant, sorted like a plan; ids that are not its own are left out."""
    wanted = list(dict.fromkeys(booking_ids))[:AT_MOST]
    found = session.execute(select_bookings(setup.merchant_id).where(bookings.c.id.in_(wanted)))
    return _sorted(_sending(as_booking(row), setup) for row in found)


def orders_called(session: Session, merchant_id: str, text: str) -> tuple[Booking, ...]:
    """What somebody means who scans or types an order's number: its only part, the part named after a blank, or all parts."""
    named = text.strip()
    number, _, part = named.rpartition(" ")
    found = session.execute(
        select_bookings(merchant_id)
        .where(
            or_(
                bookings.c.order_number == named,
                (bookings.c.order_number == number) & (bookings.c.part == part),
            )
        )
        .order_by(bookings.c.part)
    )
    known = [as_booking(row) for row in found]
    return tuple(booking for booking in known if booking.order == named) or tuple(known)


def _read(
    session: Session, setup: Setup, states: tuple[str, ...], origin_id: str | None, until: date | None = None
) -> list[Booking]:
    # The ids come from an index alone; then the rows are read, of those that are shown only.
    ids = (
        select(bookings.c.id)
        .where(bookings.c.merchant_id == setup.merchant_id, bookings.c.state.in_(states))
        .order_by(bookings.c.ship_by.nulls_last(), bookings.c.id)
        .limit(AT_MOST + 1)
    )
    if origin_id is not None:
        ids = ids.where(bookings.c.origin_id == origin_id)
    if until is not None:
        ids = ids.where(or_(bookings.c.ship_by.is_(None), bookings.c.ship_by <= until))
    found = list(session.scalars(ids))
    order = {booking_id: number for number, booking_id in enumerate(found)}
    rows = session.execute(select_bookings(setup.merchant_id).where(bookings.c.id.in_(found)))
    return sorted(map(as_booking, rows), key=lambda booking: order[booking.id])


def _today(now: datetime, setup: Setup, origin_id: str | None) -> date:
    origin = setup.origins.get(origin_id or "")
    return local_day(now, origin.zone if origin else setup.time_zone)


def _when(now: datetime, setup: Setup, booking: Booking) -> str:
    if booking.ship_by is None:
        return "undated"
    days = (booking.ship_by - _today(now, setup, booking.origin_id)).days
    return "overdue" if days < 0 else ("today", "tomorrow")[days] if days < 2 else "later"


def _sending(booking: Booking, setup: Setup) -> Sending:
    option = booking.option or {}
    place, window, ready_by = option.get("location"), option.get("window"), option.get("ready_by")
    origin = setup.origins.get(booking.origin_id or "")
    service = setup.services.get(booking.service_id or "")
    return Sending(
        id=booking.id,
        order=booking.order,
        part=booking.part,
        state=booking.state,
        type=booking.type,
        ship_by=booking.ship_by,
        origin_id=booking.origin_id,
        origin=origin.name if origin else booking.origin_id or "",
        service=service.service.name if service else booking.service_id or "",
        recipient=booking.recipient.get("name") or "",
        phone=booking.recipient.get("phone") or "",
        address=booking.address,
        window=Window(datetime.fromisoformat(window["start"]), datetime.fromisoformat(window["end"]))
        if window
        else None,
        centre=KeptCentre(place["name"], place["address"]) if place else None,
        ready_by=datetime.fromisoformat(ready_by) if ready_by else None,
        time_zone=option.get("time_zone") or setup.time_zone.key,
        lines=tuple(Piece(line["sku"], line["quantity"]) for line in booking.lines),
        notes=booking.notes,
    )


def _sorted(found: Iterable[Sending]) -> tuple[Sending, ...]:
    return tuple(sorted(found, key=_urgency))


def _urgency(sending: Sending) -> tuple[object, ...]:
    window = sending.window
    start, end = (window.start, window.end) if window else (_NEVER, _NEVER)
    return (sending.ship_by or date.max, start, end, sending.service, sending.order, sending.part, sending.id)
