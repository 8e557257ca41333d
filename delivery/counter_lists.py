"""What a pick-up centre has to see to: orders to prepare, parcels to come, those that wait to be collected or go back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from delivery import evidence, parcels_at_centres
from delivery.booking_rows import Booking, as_booking, select_bookings
from delivery.booking_states import (
    COLLECTED,
    CONFIRMED,
    DELIVERY_FAILED,
    DISPATCHED,
    OUT_FOR_DELIVERY,
    PACKED,
    READY_FOR_PICKUP,
)
from delivery.evidence import Conflict
from delivery.parcels_at_centres import REFUSED, Parcel
from delivery.plans import Piece
from delivery.rules.wallclock import instant_of, local_day
from delivery.searched import folded
from delivery.setups import Setup
from delivery.store.engine import Session
from delivery.store.tables import bookings, parcels

AT_MOST = 500
"""How many orders each list takes, the most urgent first."""
FOUND_AT_MOST = 20
DAYS_AHEAD = 2
"""Today and tomorrow: what is promised for later and has not left yet is not on the lists."""
_ON_ITS_WAY = (DISPATCHED, OUT_FOR_DELIVERY, DELIVERY_FAILED)
_BEFORE = (CONFIRMED, PACKED, *_ON_ITS_WAY)
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An order at a centre. `ready_by` and `pickup_by` are promised, `kept_until` counts from when it was really ready.

    `is_own_stock`: it is prepared at the centre itself; else it is brought. `collector` is whom the recipient named to
    collect it, empty for nobody. There is nothing of the collect code here: the lists may lie on a device.
    """

    booking_id: str
    order: str
    part: str
    name: str
    state: str
    parcels: tuple[Parcel, ...]
    lines: tuple[Piece, ...]
    is_own_stock: bool
    ready_by: datetime | None
    pickup_by: datetime | None
    ready_at: datetime | None
    kept_until: datetime | None
    kept_longer_at: datetime | None
    going_back_at: datetime | None
    collector: str
    notes: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Lists:
    """The work of a centre. `to_prepare` and `to_arrive` by the promised moment, `ready` by name, `due_back` by when their
    time was over. `is_cut`: there was more than AT_MOST in one of them."""

    to_prepare: tuple[Waiting, ...] = ()
    to_arrive: tuple[Waiting, ...] = ()
    ready: tuple[Waiting, ...] = ()
    due_back: tuple[Waiting, ...] = ()
    is_cut: bool = False


def lists(session: Session, now: datetime, setup: Setup, centre_id: str) -> Lists:
    """The lists of a centre at this moment. One that is not the merchant's has none."""
    coming = _read(session, setup, centre_id, bookings.c.state.in_(_BEFORE))
    lying = _read(session, setup, centre_id, bookings.c.state == READY_FOR_PICKUP)
    refused = _read(session, setup, centre_id, bookings.c.state == COLLECTED, bookings.c.id.in_(_refused(setup)))
    groups: dict[str, list[Waiting]] = {"to_prepare": [], "to_arrive": [], "ready": [], "due_back": []}
    until = _end_of_tomorrow(now, setup, centre_id)
    for one in coming:
        if one.state in _ON_ITS_WAY or _seen(one) or (one.ready_by or now) < until:
            groups["to_prepare" if one.is_own_stock else "to_arrive"].append(one)
    for one in lying:
        groups["due_back" if _goes_back(one, now) else "ready"].append(one)
    groups["due_back"] += refused
    is_cut = any(len(group) > AT_MOST for group in groups.values())
    return Lists(
        **{name: tuple(sorted(group, key=_ORDER[name])[:AT_MOST]) for name, group in groups.items()}, is_cut=is_cut
    )


def waiting(session: Session, booking: Booking) -> Waiting:
    """One booking as the lists show it."""
    return _waiting(booking, parcels_at_centres.of_booking(session, booking.merchant_id, booking.id))


def named(session: Session, setup: Setup, centre_id: str, text: str) -> tuple[Waiting, ...]:
    """Orders at this centre that somebody may mean who types an order's number, its beginning, or a part of a name; whatever
    state they are in, those that can be collected first, then the newest."""
    said = folded(text)
    if not said:
        return ()
    called = or_(
        bookings.c.search_order.startswith(said, autoescape=True),
        bookings.c.search_name.contains(said, autoescape=True),
    )
    found = _read(session, setup, centre_id, called, newest_first=True)
    exact = [one for one in found if folded(one.order) == said or folded(f"{one.order} {one.part}") == said]
    newest = sorted(exact or found, key=lambda one: one.created_at, reverse=True)
    return tuple(sorted(newest, key=lambda one: one.state != READY_FOR_PICKUP)[:FOUND_AT_MOST])


def conflicts(session: Session, merchant_id: str, centre_id: str) -> tuple[Conflict, ...]:
    """What devices reported that could not be so, until a person has seen it."""
    return evidence.unseen(session, merchant_id, centre_id)


def see_conflict(session: Session, now: datetime, merchant_id: str, centre_id: str, collection_id: str) -> bool:
    """A person has seen it. False when there is none that nobody has seen."""
    return evidence.seen(session, now, merchant_id, centre_id, collection_id)


def _read(
    session: Session, setup: Setup, centre_id: str, *which: ColumnElement[bool], newest_first: bool = False
) -> list[Waiting]:
    here = select_bookings(setup.merchant_id).where(bookings.c.centre_id == centre_id, *which)
    age = bookings.c.created_at.desc() if newest_first else bookings.c.created_at
    found = [as_booking(row) for row in session.execute(here.order_by(age, bookings.c.id).limit(2 * AT_MOST + 1))]
    known = parcels_at_centres.of_bookings(session, setup.merchant_id, [booking.id for booking in found])
    return [_waiting(booking, known.get(booking.id, (Parcel(1),))) for booking in found]


def _refused(setup: Setup) -> Any:
    return select(parcels.c.booking_id).where(parcels.c.merchant_id == setup.merchant_id, parcels.c.state == REFUSED)


def _waiting(booking: Booking, own: tuple[Parcel, ...]) -> Waiting:
    option = booking.option or {}
    return Waiting(
        booking_id=booking.id,
        order=booking.order,
        part=booking.part,
        name=str(booking.recipient.get("name") or ""),
        state=booking.state,
        parcels=own,
        lines=_pieces(booking.lines),
        is_own_stock=booking.service_id is None,
        ready_by=_instant(option, "ready_by"),
        pickup_by=_instant(option, "pickup_by"),
        ready_at=booking.ready_at,
        kept_until=booking.kept_until or (_instant(option, "pickup_by") if booking.state == READY_FOR_PICKUP else None),
        kept_longer_at=booking.kept_longer_at,
        going_back_at=booking.going_back_at,
        collector=str(booking.instructions.get("collector") or ""),
        notes=booking.notes,
        created_at=booking.created_at,
    )


def _pieces(lines: Sequence[Mapping[str, Any]]) -> tuple[Piece, ...]:
    return tuple(Piece(line["sku"], line["quantity"]) for line in lines)


def _instant(option: Mapping[str, Any], name: str) -> datetime | None:
    return datetime.fromisoformat(option[name]) if option.get(name) else None


def _seen(one: Waiting) -> bool:
    return any(parcel.came_at is not None for parcel in one.parcels)


def _goes_back(one: Waiting, now: datetime) -> bool:
    return one.going_back_at is not None or (one.kept_until is not None and one.kept_until <= now)


def _end_of_tomorrow(now: datetime, setup: Setup, centre_id: str) -> datetime:
    centre = setup.centre(centre_id)
    zone = centre.zone if centre else setup.time_zone
    return instant_of(local_day(now, zone) + timedelta(days=DAYS_AHEAD), time(0), zone)


def _by_promise(one: Waiting) -> tuple[object, ...]:
    return one.ready_by or _NEVER, one.order, one.part


def _by_name(one: Waiting) -> tuple[object, ...]:
    return folded(one.name), one.order, one.part


def _by_end(one: Waiting) -> tuple[object, ...]:
    return one.kept_until or _NEVER, one.order, one.part


_ORDER = {"to_prepare": _by_promise, "to_arrive": _by_promise, "ready": _by_name, "due_back": _by_end}
