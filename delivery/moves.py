"""Another day, window, address or centre after the order, by an option of an offer made for this booking.

What it costs and when it comes is looked at first; that writes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from delivery import change_rows, deadlines
from delivery.booking_rows import Booking, destination_of, get_locked
from delivery.change_rows import MOVE, SHOPPER, of_choice
from delivery.changes import Change, carry_out, is_asked
from delivery.choosing import choose, look_at, place_of
from delivery.counters import Place, PlaceKey, free_booked, goes_first
from delivery.links import PageLinks
from delivery.memory import Memory
from delivery.offers import make_offer
from delivery.options import Offer
from delivery.problems import OfferExpired, OptionUnknown, TooLate
from delivery.questions import OF_BOOKING, OptionKey, Question, open_option, open_question
from delivery.redeeming import redeem
from delivery.setups import Setup
from delivery.signing import Signer
from delivery.store.engine import Session
from delivery.van_claims import VanPlace

_WHAT = {
    change_rows.CORRECT: deadlines.CORRECT,
    change_rows.REDIRECT: deadlines.REDIRECT,
    MOVE: deadlines.MOVE,
}


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would make of a booking: its promise now and then (both as a hold keeps options), and the fee's
    difference in minor units."""

    old: Mapping[str, Any]
    new: Mapping[str, Any]
    difference: int
    currency: str


def preview(booking: Booking, option: Mapping[str, Any]) -> Preview:
    """What changes with this option. Nothing is read or written."""
    difference = option["fee"]["amount"] - booking.fee_amount
    return Preview(booking.option or {}, option, difference, booking.currency)


def question_of(booking: Booking, locale: str, address: Mapping[str, Any] | None = None) -> Question:
    """The question whose offer may be chosen from: the booking's own basket, to its own address or to this one."""
    there = destination_of(address) if address else booking.destination
    return Question(booking.merchant_id, there, booking.basket, locale, f"{OF_BOOKING}{booking.id}")


def offer_for(
    session: Session,
    now: datetime,
    memory: Memory,
    signer: Signer,
    setup: Setup,
    booking: Booking,
    *,
    kind: str,
    locale: str,
    address: Mapping[str, Any] | None = None,
) -> Offer:
    """What may be chosen instead: a move has no centres; sent elsewhere without another address, there are only centres."""
    offer = make_offer(session, now, memory, signer, setup, question_of(booking, locale, address))
    fitting = tuple(option for option in offer.options if _fits(kind, option.type, address))
    return replace(offer, options=fitting)


def look(
    session: Session,
    now: datetime,
    memory: Memory,
    signer: Signer,
    setup: Setup,
    booking: Booking,
    *,
    kind: str,
    offer_id: str,
    option_id: str,
    address: Mapping[str, Any] | None = None,
) -> Preview:
    """What choosing this option would come to. Raises what `move` does, but for the limits of changes."""
    _key, question = _checked(now, signer, setup, booking, kind, offer_id, option_id, address)
    _, facts = look_at(session, now, memory, signer, setup, question=question, offer_id=offer_id, option_id=option_id)
    return preview(booking, facts)


def move(
    session: Session,
    now: datetime,
    memory: Memory,
    signer: Signer,
    setup: Setup,
    links: PageLinks,
    *,
    booking_id: str,
    kind: str,
    offer_id: str,
    option_id: str,
    address: Mapping[str, Any] | None = None,
) -> Change:
    """Take the option's place and let the old one go, in the order of their keys; packed already, the old place is kept
    until fulfilment has answered. `kind` is MOVE, REDIRECT or CORRECT of change_rows.

    Raises TooLate, ChangeWaiting, TooManyChanges, OfferExpired for an offer that is too old or was made for anything but
    this booking, OptionUnknown, OptionGone, SlotFull, InvalidToken; then the transaction must be rolled back.
    """
    booking = get_locked(session, merchant_id=setup.merchant_id, booking_id=booking_id)
    key, question = _checked(now, signer, setup, booking, kind, offer_id, option_id, address)
    change_rows.check_may_change(session, now, booking)
    new = place_of(setup, key)
    old = None if is_asked(booking, kind) else booking.place
    if old is not None and goes_first(old, _key_of(session, memory, question, new)):
        free_booked(session, setup.merchant_id, old)
        old = None
    hold = choose(session, now, memory, signer, setup, offer_id=offer_id, option_id=option_id)
    hold = redeem(session, now, setup.merchant_id, hold.id, new)
    if old is not None:
        free_booked(session, setup.merchant_id, old)
    facts: dict[str, Any] = {"address": dict(address)} if address else {}
    facts |= of_choice(hold.option, hold.id, hold.place)
    return carry_out(session, now, links, booking, facts, kind=kind, made_by=SHOPPER)


def _key_of(session: Session, memory: Memory, question: Question, place: Place | None) -> PlaceKey | None:
    """By which key the place will be claimed. Where nobody knows the way, vans' windows are counted like others."""
    if isinstance(place, VanPlace) and memory.point_of(session, question.destination) is None:
        place = place.plain
    return None if place is None else place.key


def check_in_time(now: datetime, setup: Setup, booking: Booking, what: str) -> None:
    """Raises TooLate when this change (of deadlines.CHANGES) cannot be made any more."""
    ends = deadlines.until(booking, setup, what)
    if ends is None or now >= ends:
        raise TooLate("This can no longer be changed.")


def _checked(
    now: datetime,
    signer: Signer,
    setup: Setup,
    booking: Booking,
    kind: str,
    offer_id: str,
    option_id: str,
    address: Mapping[str, Any] | None,
) -> tuple[OptionKey, Question]:
    check_in_time(now, setup, booking, _WHAT[kind])
    asked = open_question(signer, offer_id, now)
    # The option's id carries the fee that was shown, which another basket or address may make lower.
    if asked != question_of(booking, asked.locale, address):
        raise OfferExpired("The offer was made for something else.")
    key = open_option(signer, offer_id, option_id)
    if not _fits(kind, key.type, address):
        raise OptionUnknown("This option is not one of this change.")
    return key, asked


def _fits(kind: str, option_type: str, address: Mapping[str, Any] | None) -> bool:
    if kind == MOVE:
        return option_type != "pickup"
    return address is not None or option_type == "pickup"
