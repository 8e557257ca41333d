"""Changes after the order, whoever makes them: written down, settled and told in the transaction in which they are made."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from delivery import change_notices, change_rows, codes, handovers, messages, settlements
from delivery.booking_rows import Booking, changed, destination_of, get_locked
from delivery.booking_states import CHOICE_OPEN, CONFIRMED, DELIVERY_FAILED, PACKED, STILL_HERE
from delivery.bookings import check_fresh
from delivery.change_rows import ASKED, CHOICE, CORRECT, DETAILS, MADE, MOVE, REDIRECT, SHOP, ChangeRow, of_choice
from delivery.choosing import place_of
from delivery.counters import free_booked, goes_first
from delivery.erased import is_erased
from delivery.holds import Hold, Place, find_hold
from delivery.links import PageLinks
from delivery.problems import ChoiceStale, ChoiceUsed, WrongState
from delivery.questions import basket_fingerprint
from delivery.redeemable import choice_key, live_choice
from delivery.redeeming import Used, redeem
from delivery.setups import Setup
from delivery.signing import Signer
from delivery.store.engine import Session

NEED_AN_ANSWER = frozenset({CORRECT, REDIRECT, MOVE})
"""The kinds that fulfilment may refuse once the parcel is packed, and after a try to deliver it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; None leaves a thing as it is. `choice` is a token made for the same basket."""

    address: Mapping[str, Any] | None = None
    recipient: Mapping[str, Any] | None = None
    notes: str | None = None
    choice: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A change, its state ("made", or "asked" while fulfilment has to answer), the booking as it is now, and the fee's
    difference in minor units (negative: cheaper)."""

    id: str
    state: str
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
    made_by: str = SHOP,
) -> Change:
    """Make the change: the new place is taken and the old one given back together, or nothing happens. Packed already, it
    is asked of fulfilment, and the old place is kept until the answer.

    Raises BookingNotFound, WrongState once the goods have left or the person was erased, ChangeWaiting, TooManyChanges,
    ChoiceStale for another postcode without a new choice and for a choice made for something else, ChoiceGone, ChoiceUsed,
    InvalidToken; then the transaction must be rolled back.
    """
    booking = get_locked(session, merchant_id=setup.merchant_id, booking_id=booking_id)
    if booking.state not in STILL_HERE:
        raise WrongState(f"The booking is {booking.state}.")
    if is_erased(session, booking):
        raise WrongState("The person of this booking was erased: nobody can be put into it again.")
    change_rows.check_may_change(session, now, booking)
    facts = _facts(booking, wanted)
    kind = _kind(booking, wanted)
    if wanted.choice is None:
        _check_promise_holds(booking, wanted)
    else:
        facts |= _moved(session, now, signer, setup, booking, wanted, keep=is_asked(booking, kind))
    return carry_out(session, now, links, booking, facts, kind=kind, made_by=made_by)


def carry_out(
    session: Session,
    now: datetime,
    links: PageLinks,
    old: Booking,
    facts: Mapping[str, Any],
    *,
    kind: str,
    made_by: str,
) -> Change:
    """Write the facts (names as in Booking) and what follows of it: the change, its settlement, what fulfilment and people
    hear. `old` is locked and may be changed; places are the caller's to take."""
    new = changed(session, now, old, **_with_code(session, links, old, facts))
    difference = new.fee_amount - old.fee_amount
    state = ASKED if is_asked(old, kind) else MADE
    row = change_rows.add(session, now, old, new, kind=kind, state=state, made_by=made_by, difference=difference)
    if old.is_known_to_fulfilment:
        # What is not paid yet is paid with the new fee.
        settlements.add(session, now, new, reason=settlements.CHANGE, ref=row.id, difference=difference)
        handovers.enqueue(session, now, new, "booking.changed", links, change=told(row))
    if old.state == CHOICE_OPEN and new.state == CONFIRMED:
        messages.tell(session, now, new, "confirmed")
    else:
        change_notices.tell_of(session, now, old, new, row)
    return Change(row.id, row.state, new, difference)


def _with_code(session: Session, links: PageLinks, old: Booking, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts, with another collect code if it goes to another centre."""
    if "option" not in facts:
        return dict(facts)
    return dict(facts) | codes.after(session, links.signer, old, facts["option"])


def told(row: ChangeRow) -> dict[str, str]:
    """A change in the words of fulfilment. `asked` waits for an answer."""
    return {"change": row.id, "kind": row.kind, "state": row.state}


def is_asked(booking: Booking, kind: str) -> bool:
    """Whether fulfilment has to answer first: the parcel is packed, or lies with the courier after a try. Until then the old
    place stays booked."""
    return booking.state in (PACKED, DELIVERY_FAILED) and kind in NEED_AN_ANSWER


def _kind(booking: Booking, wanted: Wanted) -> str:
    if booking.state == CHOICE_OPEN and wanted.choice:
        return CHOICE
    if wanted.choice:
        return REDIRECT if wanted.address else MOVE
    return CORRECT if wanted.address else DETAILS


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
    session: Session,
    now: datetime,
    signer: Signer,
    setup: Setup,
    booking: Booking,
    wanted: Wanted,
    *,
    keep: bool,
) -> dict[str, Any]:
    choice = live_choice(session, now, signer, setup, wanted.choice or "")
    hold = _swap(session, now, booking, choice.hold_id, place_of(setup, choice_key(choice)), keep=keep)
    country, postal_code = _where(wanted.address or booking.address)
    check_fresh(hold, country, postal_code, basket_fingerprint(booking.basket))
    state = CONFIRMED if booking.state == CHOICE_OPEN else booking.state
    return {"state": state, **of_choice(hold.option, hold.id, hold.place)}


def _swap(session: Session, now: datetime, booking: Booking, hold_id: str, place: Place | None, *, keep: bool) -> Hold:
    """Two counters are touched in the order of their keys, so that two who swap do not block each other. `keep`: the old
    place stays booked."""
    old = None if keep else booking.place
    claimed = find_hold(session, merchant_id=booking.merchant_id, hold_id=hold_id).place
    first = old is not None and goes_first(old, claimed)
    if old is not None and first:
        free_booked(session, booking.merchant_id, old)
    try:
        hold = redeem(session, now, booking.merchant_id, hold_id, place)
    except Used as error:
        raise ChoiceUsed("This choice already belongs to an order.") from error
    if old is not None and not first:
        free_booked(session, booking.merchant_id, old)
    return hold


def _where(address: Mapping[str, Any]) -> tuple[str, str | None]:
    there = destination_of(address)
    return there.country, there.normal_postal_code
