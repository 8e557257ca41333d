"""Bookings: an order makes a choice lasting, with its promise, and tells fulfilment in the same transaction."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select, tuple_

from delivery import change_rows, codes, handovers, messages, open_choices
from delivery.booking_rows import Booking, add, as_booking, changed, find, get, get_locked, select_bookings
from delivery.booking_states import AWAITING_PAYMENT, CANCELLED, CHOICE_OPEN, CONFIRMED, STILL_HERE
from delivery.counters import Place, free_booked
from delivery.cursors import read_cursor, write_cursor
from delivery.holds import Hold
from delivery.links import PageLinks
from delivery.problems import ChoiceStale, ChoiceUsed, WrongState
from delivery.redeeming import Used, redeem
from delivery.store.engine import Session
from delivery.store.tables import bookings, merchants

__all__ = [
    "Booking",
    "Confirmed",
    "Page",
    "announce",
    "cancel",
    "check_fresh",
    "confirm",
    "find",
    "get",
    "list_bookings",
]


class Confirmed(NamedTuple):
    """A booking, and whether this call made it (else the order was known)."""

    booking: Booking
    created: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Some bookings, and the cursor that asks for those after them; None at the end."""

    bookings: tuple[Booking, ...]
    cursor: str | None


def confirm(
    session: Session,
    now: datetime,
    *,
    merchant_id: str,
    order: str,
    part: str,
    hold_id: str | None,
    place: Place | None,
    paid: bool,
    payment_minutes: int,
    recipient: Mapping[str, Any],
    address: Mapping[str, Any],
    lines: Sequence[Mapping[str, Any]],
    notes: str,
    country: str,
    postal_code: str | None,
    basket: str,
    links: PageLinks,
) -> Confirmed:
    """Make the hold a booking of this part of this order, and write the message for fulfilment.

    A known (order, part) gets its booking back and nothing is done twice. A hold that has ended claims its place anew;
    `place` says how many there are of it now. Unpaid, it keeps its place for `payment_minutes` and fulfilment is not
    told. Without a hold the choice is open.
    Raises ChoiceStale for another country, postcode or basket than the hold's, ChoiceUsed when it confirmed another
    order, ChoiceGone when the place or the stock is gone; then the transaction must be rolled back.
    """
    known = find(session, merchant_id=merchant_id, order=order, part=part)
    if known is not None:
        return Confirmed(known, created=False)
    hold = None
    if hold_id is not None:
        try:
            hold = redeem(session, now, merchant_id, hold_id, place)
        except Used:
            return _known_after_all(session, merchant_id, order, part)
        check_fresh(hold, country, postal_code, basket)
    booking = _new(
        now,
        hold,
        merchant_id=merchant_id,
        order=order,
        part=part,
        currency=_currency(session, merchant_id) if hold is None else hold.option["fee"]["currency"],
        state=_first_state(hold, paid),
        recipient=dict(recipient),
        address=dict(address),
        lines=[dict(line) for line in lines],
        notes=notes,
        paid_until=None if paid else now + timedelta(minutes=payment_minutes),
    )
    booking = replace(booking, **codes.first(links.signer, booking))
    booking = add(session, booking)
    if hold is None:
        open_choices.came(session, now, booking)
    if paid:
        announce(session, now, booking, links)
    return Confirmed(booking, created=True)


def announce(session: Session, now: datetime, booking: Booking, links: PageLinks) -> None:
    """Tell fulfilment of a new booking, confirmed or with its choice still open; and the shopper: that it is confirmed, or where
    to choose."""
    event_type = "booking.choice_open" if booking.state == CHOICE_OPEN else "booking.confirmed"
    handovers.enqueue(session, now, booking, event_type, links)
    if booking.state == CONFIRMED:
        messages.tell(session, now, booking, "confirmed")
    else:
        open_choices.begin(session, now, booking)


def cancel(session: Session, now: datetime, *, merchant_id: str, booking_id: str, links: PageLinks) -> Booking:
    """Cancel the booking, give its place back and tell fulfilment, if that knew of it, and the shopper. Does nothing the
    second time.

    Raises BookingNotFound, and WrongState once the goods have left.
    """
    booking = get_locked(session, merchant_id=merchant_id, booking_id=booking_id)
    if booking.was_not_paid:
        return changed(session, now, booking, paid_until=None)
    if booking.state == CANCELLED:
        return booking
    if booking.state not in STILL_HERE:
        raise WrongState(f"The booking is {booking.state}.")
    kept = change_rows.close_waiting(session, now, booking, change_rows.UNDONE)
    for place in sorted(place for place in (booking.place, kept) if place is not None):
        free_booked(session, merchant_id, place)
    cancelled = changed(session, now, booking, state=CANCELLED, paid_until=None)
    if booking.is_known_to_fulfilment:
        handovers.enqueue(session, now, cancelled, "booking.cancelled", links)
        messages.tell(session, now, cancelled, "cancelled")
    return cancelled


def list_bookings(
    session: Session,
    *,
    merchant_id: str,
    order: str | None = None,
    state: str | None = None,
    updated_after: datetime | None = None,
    cursor: str | None = None,
    limit: int,
) -> Page:
    """Bookings from the one untouched longest to the one touched last, at most `limit`.

    One that is changed while somebody pages comes again, later; none is left out. Raises InvalidInput for a cursor
    that is not ours.
    """
    statement = select_bookings(merchant_id).order_by(bookings.c.updated_at, bookings.c.id).limit(limit + 1)
    if order is not None:
        statement = statement.where(bookings.c.order_number == order)
    if state is not None:
        statement = statement.where(bookings.c.state == state)
    if updated_after is not None:
        statement = statement.where(bookings.c.updated_at > updated_after)
    if cursor is not None:
        at, last_id = read_cursor(cursor)
        statement = statement.where(tuple_(bookings.c.updated_at, bookings.c.id) > tuple_(at, last_id))
    found = [as_booking(row) for row in session.execute(statement)]
    more = write_cursor(found[limit - 1].updated_at, found[limit - 1].id) if len(found) > limit else None
    return Page(tuple(found[:limit]), more)


def _known_after_all(session: Session, merchant_id: str, order: str, part: str) -> Confirmed:
    """The hold is used: by this very order, sent twice at once, or by another."""
    known = find(session, merchant_id=merchant_id, order=order, part=part)
    if known is None:
        raise ChoiceUsed("This choice already belongs to another order.")
    return Confirmed(known, created=False)


def check_fresh(hold: Hold, country: str, postal_code: str | None, basket: str) -> None:
    """Raises ChoiceStale unless the hold was taken for this country, postcode and basket.

    A hold taken without a postcode is bound to the country only: its promise covers all of it.
    """
    if hold.country != country or hold.postal_code not in (None, postal_code):
        raise ChoiceStale("The choice was made for another address.")
    if hold.basket != basket:
        raise ChoiceStale("The choice was made for another basket.")


def _first_state(hold: Hold | None, paid: bool) -> str:
    if not paid:
        return AWAITING_PAYMENT
    return CHOICE_OPEN if hold is None else CONFIRMED


def _new(now: datetime, hold: Hold | None, **facts: Any) -> Booking:
    option = None if hold is None else hold.option
    ship_by = option.get("ship_by") if option else None
    return Booking(
        id=f"bk_{secrets.token_urlsafe(16)}",
        type=option["type"] if option else None,
        hold_id=hold.id if hold else None,
        place=hold.place if hold else None,
        option=option,
        origin_id=option.get("origin_id") if option else None,
        service_id=option.get("service_id") if option else None,
        ship_by=date.fromisoformat(ship_by) if ship_by else None,
        fee_amount=option["fee"]["amount"] if option else 0,
        page_version=1,
        version=1,
        created_at=now,
        updated_at=now,
        **facts,
    )


def _currency(session: Session, merchant_id: str) -> str:
    currency: str = session.execute(select(merchants.c.currency).where(merchants.c.id == merchant_id)).scalar_one()
    return currency
