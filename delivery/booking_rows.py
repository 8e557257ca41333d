"""A booking as it is kept: the value, its row, and how a change of it is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from delivery import pieces, work
from delivery.booking_states import AWAITING_PAYMENT, CANCELLED, CHOICE_OPEN, CONFIRMED, RETURNED
from delivery.counters import PlaceKey
from delivery.problems import BookingNotFound
from delivery.rules.parcels import Basket, Line
from delivery.rules.places import Destination
from delivery.searched import search_columns
from delivery.store.dialects import PerDialect
from delivery.store.engine import Again, Session
from delivery.store.tables import bookings


@dataclass(frozen=True, slots=True)
class Booking:
    """A choice made lasting by an order. `option` is the choice with its promise; None while it is open.

    `place` is the counter it counts in, None for an option without a capacity. `paid_until` is set as long as the
    order waits for its payment, and stays set when it was cancelled for want of it. `version` grows by one with every
    change, `page_version` when the links to its page are to stop working. `instructions` are the shopper's for the door:
    see delivery/instructions.py.

    Of a parcel for a centre, `ready_at` and `kept_until` say since and until when it lies there, `kept_longer_at` when the
    shopper asked for longer, `going_back_at` since when it is on its way back; `code_version` grows when its collect code is
    to change, and `code_hash` finds it by that: see delivery/codes.py. `stock_place`: whose stock was counted down for it.

    `expected` is what the shopper was told when the promise could no longer hold: "earliest" and "latest" (days, both
    None when nobody knows) and "told_at". `arrived_at`, `kept` and `broken_by` say how it ended, as in rules.outcomes.
    """

    id: str
    merchant_id: str
    order: str
    part: str
    state: str
    type: str | None
    hold_id: str | None
    place: PlaceKey | None
    option: Mapping[str, Any] | None
    origin_id: str | None
    service_id: str | None
    ship_by: date | None
    fee_amount: int
    currency: str
    recipient: Mapping[str, Any]
    address: Mapping[str, Any]
    lines: Sequence[Mapping[str, Any]]
    notes: str
    paid_until: datetime | None
    page_version: int
    version: int
    created_at: datetime
    updated_at: datetime
    instructions: Mapping[str, Any] = field(default_factory=dict)
    expected: Mapping[str, Any] | None = None
    arrived_at: datetime | None = None
    kept: bool | None = None
    broken_by: str | None = None
    stock_place: str | None = None
    code_version: int = 1
    code_hash: str | None = None
    ready_at: datetime | None = None
    kept_until: datetime | None = None
    kept_longer_at: datetime | None = None
    going_back_at: datetime | None = None

    @property
    def was_not_paid(self) -> bool:
        """Cancelled because no payment came: a payment may still bring it back."""
        return self.state == CANCELLED and self.paid_until is not None

    @property
    def basket(self) -> Basket:
        """What was ordered, to ask for an offer again."""
        lines = (
            Line(
                line["sku"],
                line["quantity"],
                line.get("weight_g") or 0,
                line.get("handling_days") or 0,
                line.get("value"),
            )
            for line in self.lines
        )
        return Basket(tuple(lines), self.currency)

    @property
    def destination(self) -> Destination:
        """Where it goes, to ask for an offer again."""
        return destination_of(self.address)

    @property
    def lies_in_stock(self) -> bool:
        """Whether it is made ready where it is collected, from what lies there: no carrier brings it."""
        return self.type == "pickup" and self.service_id is None and self.option is not None

    @property
    def waits_at(self) -> str | None:
        """The centre at which somebody has still to make it ready."""
        if self.state != CONFIRMED or not self.lies_in_stock or self.option is None:
            return None
        return str(self.option["location"]["id"])

    @property
    def is_known_to_fulfilment(self) -> bool:
        """Whether it has been handed over, or waits to be."""
        return self.state != AWAITING_PAYMENT and not self.was_not_paid


_BESIDE = {
    *("search_order", "search_name", "search_postal_code", "search_email", "search_phone"),
    *("earliest_day", "latest_day", "erase_asked_at", "erased_at"),
    *("preferences", "zone_id", "look_at", "centre_id"),
}
"""Columns that are no part of the value: what it is searched and found by, when its promise is looked at again, and since
when the person is to go and is gone."""
_NOT_PACKED = (CHOICE_OPEN, AWAITING_PAYMENT, CONFIRMED, CANCELLED)
_INSERT = PerDialect(bookings, lambda insert: insert.on_conflict_do_nothing().execution_options(preserve_rowcount=True))
_NEW_PROMISE: Mapping[str, None] = {"expected": None, "kept": None, "broken_by": None}
_COLUMNS = tuple(column for column in bookings.c if column.name not in _BESIDE)
_NAMES = [column.name for column in _COLUMNS]
_ONE = select(*_COLUMNS).where(bookings.c.merchant_id == bindparam("m"), bookings.c.id == bindparam("b"))
_LOCKED = _ONE.with_for_update()
_OF_ORDER = select(*_COLUMNS).where(
    bookings.c.merchant_id == bindparam("m"),
    bookings.c.order_number == bindparam("o"),
    bookings.c.part == bindparam("p"),
)


def select_bookings(merchant_id: str) -> Any:
    """A SELECT of this merchant's bookings, for as_booking."""
    return select(*_COLUMNS).where(bookings.c.merchant_id == merchant_id)


def get(session: Session, *, merchant_id: str, booking_id: str) -> Booking:
    """The booking. Raises BookingNotFound when this merchant has none of that id."""
    return _one(session, _ONE, merchant_id, booking_id)


def get_locked(session: Session, *, merchant_id: str, booking_id: str) -> Booking:
    """The booking, which nobody else can change until this transaction ends. Raises BookingNotFound."""
    return _one(session, _LOCKED, merchant_id, booking_id)


def find(session: Session, *, merchant_id: str, order: str, part: str) -> Booking | None:
    """The booking of this part of this order, if there is one."""
    row = session.execute(_OF_ORDER, {"m": merchant_id, "o": order, "p": part}).one_or_none()
    return None if row is None else as_booking(row)


def changed(session: Session, now: datetime, booking: Booking, **changes: Any) -> Booking:
    """Write the changes (names as in Booking) and return the booking as it is now, its version one higher.

    Another choice is another promise, which nobody has broken yet. The pieces of stock that are kept for it and the work that
    waits at a centre follow. Raises Again when somebody else changed it since it was read, ChoiceGone when the stock it
    needs now is gone.
    """
    if "option" in changes and changes["option"] != booking.option:
        changes = dict(_NEW_PROMISE) | changes
    new = replace(booking, **changes, version=booking.version + 1, updated_at=now)
    new = replace(new, stock_place=_pieces_follow(session, booking, new))
    row = as_row(new)
    done = session.execute(
        update(bookings)
        .where(
            bookings.c.merchant_id == booking.merchant_id,
            bookings.c.id == booking.id,
            bookings.c.version == booking.version,
        )
        .values({name: row[name] for name in row if name not in {"id", "merchant_id", "created_at"}})
    )
    if done.rowcount == 0:
        raise Again("two changes of one booking crossed")
    work.pass_on(session, new.merchant_id, booking.waits_at, new.waits_at)
    return new


def add(session: Session, booking: Booking) -> Booking:
    """Write a new booking, and return it with the stock that is kept for it. Raises Again when the same order came twice at
    once, ChoiceGone when the stock it needs is gone."""
    booking = replace(booking, stock_place=_pieces_of(session, booking))
    if session.execute(_INSERT.of(session), as_row(booking)).rowcount == 0:
        raise Again("the same order came twice at once")
    work.pass_on(session, booking.merchant_id, None, booking.waits_at)
    return booking


def _pieces_follow(session: Session, old: Booking, new: Booking) -> str | None:
    """Whose stock is kept for the booking after a change of it. What is packed lies in its box: another way there does not put
    it back on the shelf, only its end does."""
    is_over = new.state in (CANCELLED, RETURNED)
    is_another_way = old.state in _NOT_PACKED and _stock_needed(old) != _stock_needed(new)
    if not (is_over or is_another_way):
        return old.stock_place
    if old.stock_place is not None:
        pieces.give_back(session, old.merchant_id, old.stock_place, old.lines)
    return _pieces_of(session, new)


def _pieces_of(session: Session, booking: Booking) -> str | None:
    place = _stock_needed(booking)
    return None if place is None else pieces.take(session, booking.merchant_id, place, booking.lines)


def _stock_needed(booking: Booking) -> str | None:
    """The origin whose stock an order is made of that is collected there. Also while it waits for its payment: a place on the
    shelf without the goods is worth nothing."""
    is_there = booking.lies_in_stock and booking.state not in (CANCELLED, RETURNED)
    return booking.origin_id if is_there else None


def destination_of(address: Mapping[str, Any]) -> Destination:
    """An order's address, as far as an offer needs it."""
    lines = tuple(address.get("lines") or ())
    return Destination(address["country"], address.get("postal_code") or None, address.get("city"), lines)


def as_booking(row: Any) -> Booking:
    """The value of a row of `select_bookings`."""
    facts = dict(zip(_NAMES, row, strict=True))
    kind, ref, day = facts.pop("kind"), facts.pop("ref"), facts.pop("day")
    return Booking(order=facts.pop("order_number"), place=kind and PlaceKey(kind, ref, day), **facts)


def as_row(booking: Booking) -> dict[str, Any]:
    """The row of a value, with the columns it is searched by."""
    kind, ref, day = booking.place or (None, None, None)
    special: dict[str, Any] = {"order_number": booking.order, "kind": kind, "ref": ref, "day": day}
    row = {name: special[name] if name in special else getattr(booking, name) for name in _NAMES}
    beside = {"look_at": booking.updated_at if _has_a_promise(booking) else None}
    return row | beside | search_columns(booking.order, booking.recipient, booking.address, booking.option)


def _has_a_promise(booking: Booking) -> bool:
    """Whether somebody waits for what was promised, or has: every change is a reason to look at it (delivery.promises)."""
    return booking.option is not None and booking.state not in (AWAITING_PAYMENT, CANCELLED)


def _one(session: Session, statement: Any, merchant_id: str, booking_id: str) -> Booking:
    row = session.execute(statement, {"m": merchant_id, "b": booking_id}).one_or_none()
    if row is None:
        raise BookingNotFound("There is no such booking.")
    return as_booking(row)
