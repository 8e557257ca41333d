"""Changes after the order: another address, another window, a centre instead. Fulfilment is told in the same transaction."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert

from delivery import handovers, messages
from delivery.booking_rows import Booking, changed, destination_of, get_locked
from delivery.booking_states import CHOICE_OPEN, CONFIRMED, STILL_HERE
from delivery.bookings import check_fresh
from delivery.choosing import place_of
from delivery.counters import free_booked
from delivery.holds import Hold, Place
from delivery.links import PageLinks
from delivery.problems import ChoiceStale, ChoiceUsed, WrongState
from delivery.questions import basket_fingerprint
from delivery.redeemable import choice_key, live_choice
from delivery.redeeming import Used, redeem
from delivery.setups import Setup
from delivery.signing import Signer
from delivery.store.engine import Session
from delivery.store.tables import changes


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; None leaves a thing as it is. `choice` is a token made for the same basket."""

    address: Mapping[str, Any] | None = None
    recipient: Mapping[str, Any] | None = None
    notes: str | None = None
    choice: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A change that was made: the booking as it is now, and the fee's difference in minor units (negative: cheaper)."""

    id: str
    booking: Booking
    difference: int


def change(
    session: Session,
    now: datetime,
    signer: Signer,
    setup: Setup,
    links: PageLinks,
    *,
    booking_id: str,
    wanted: Wanted,
) -> Change:
    """Make the change: the new place is taken and the old one given back together, or nothing happens.

    Raises BookingNotFound, WrongState once the goods have left, ChoiceStale for another postcode without a new choice
    and for a choice made for something else, ChoiceGone, ChoiceUsed, InvalidToken; then the transaction must be rolled
    back.
    """
    booking = get_locked(session, merchant_id=setup.merchant_id, booking_id=booking_id)
    if booking.state not in STILL_HERE:
        raise WrongState(f"The booking is {booking.state}.")
    facts = _facts(booking, wanted)
    if wanted.choice is None:
        _check_promise_holds(booking, wanted)
    else:
        facts |= _moved(session, now, signer, setup, booking, wanted)
    new = changed(session, now, booking, **facts)
    if booking.is_known_to_fulfilment:
        handovers.enqueue(session, now, new, "booking.changed", links)
    if booking.state == CHOICE_OPEN and new.state == CONFIRMED:
        messages.tell(session, now, new, "confirmed")
    return Change(_keep(session, now, booking, new), new, new.fee_amount - booking.fee_amount)


def _facts(booking: Booking, wanted: Wanted) -> dict[str, Any]:
    return {
        "address": dict(wanted.address or booking.address),
        "recipient": dict(wanted.recipient or booking.recipient),
        "notes": booking.notes if wanted.notes is None else wanted.notes,
    }


def _check_promise_holds(booking: Booking, wanted: Wanted) -> None:
    if wanted.address and booking.option and _where(wanted.address) != _where(booking.address):
        raise ChoiceStale("Another postcode needs a new choice: the promise was made for the old one.")


def _moved(
    session: Session, now: datetime, signer: Signer, setup: Setup, booking: Booking, wanted: Wanted
) -> dict[str, Any]:
    choice = live_choice(session, now, signer, setup, wanted.choice or "")
    hold = _swap(session, now, booking, choice.hold_id, place_of(setup, choice_key(choice)))
    country, postal_code = _where(wanted.address or booking.address)
    check_fresh(hold, country, postal_code, basket_fingerprint(booking.basket))
    option = hold.option
    ship_by = option.get("ship_by")
    return {
        "state": CONFIRMED if booking.state == CHOICE_OPEN else booking.state,
        "type": option["type"],
        "hold_id": hold.id,
        "place": hold.place,
        "option": option,
        "origin_id": option.get("origin_id"),
        "service_id": option.get("service_id"),
        "ship_by": date.fromisoformat(ship_by) if ship_by else None,
        "fee_amount": option["fee"]["amount"],
    }


def _swap(session: Session, now: datetime, booking: Booking, hold_id: str, place: Place | None) -> Hold:
    """Two counters are touched in the order of their keys, so that two who swap do not block each other."""
    old = booking.place
    first = old is not None and (place is None or old < place.key)
    if old is not None and first:
        free_booked(session, booking.merchant_id, old)
    try:
        hold = redeem(session, now, booking.merchant_id, hold_id, place)
    except Used as error:
        raise ChoiceUsed("This choice already belongs to an order.") from error
    if old is not None and not first:
        free_booked(session, booking.merchant_id, old)
    return hold


def _keep(session: Session, now: datetime, old: Booking, new: Booking) -> str:
    change_id = f"cg_{secrets.token_urlsafe(16)}"
    session.execute(
        insert(changes).values(
            id=change_id,
            merchant_id=new.merchant_id,
            booking_id=new.id,
            kind="choice" if new.hold_id != old.hold_id else "details",
            state="made",
            before=_kept(old),
            after=_kept(new),
            created_at=now,
            answered_at=None,
        )
    )
    return change_id


def _kept(booking: Booking) -> dict[str, Any]:
    return {
        "address": dict(booking.address),
        "recipient": dict(booking.recipient),
        "notes": booking.notes,
        "option": booking.option,
        "hold": booking.hold_id,
    }


def _where(address: Mapping[str, Any]) -> tuple[str, str | None]:
    there = destination_of(address)
    return there.country, there.normal_postal_code
