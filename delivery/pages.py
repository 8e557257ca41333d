"""The shopper's own pages of one delivery: whose it is, what it says of a centre today, and the choice made afterwards."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from delivery import moves
from delivery.booking_rows import Booking, get, get_locked
from delivery.booking_states import CHOICE_OPEN
from delivery.centres_on_offer import opening_of
from delivery.change_rows import SHOP, SHOPPER
from delivery.changes import Change, Wanted, change
from delivery.choices import choice_token
from delivery.choosing import choose
from delivery.links import PageLinks
from delivery.memory import Memory
from delivery.open_choices import THE_SHOPPER, Chooser, chosen
from delivery.options import DayHours
from delivery.problems import (
    BookingNotFound,
    ChoiceGone,
    ChoiceStale,
    ChoiceUsed,
    InvalidToken,
    OfferExpired,
    OptionGone,
    OptionUnknown,
    SlotFull,
    UnknownShop,
    WrongState,
)
from delivery.questions import Question, open_question
from delivery.setups import Setup
from delivery.signing import Signer
from delivery.store.engine import Session
from delivery.store.tables import bookings

CHOOSE_AGAIN = (OptionGone, SlotFull, OfferExpired, OptionUnknown, InvalidToken, ChoiceGone, ChoiceStale, ChoiceUsed)
"""What a fresh offer mends."""

_whose = (
    select(bookings.c.merchant_id, bookings.c.page_version)
    .where(bookings.c.id == bindparam("booking"))
    .execution_options(across_merchants="the link names the booking, not the shop")
)


@dataclass(frozen=True, slots=True)
class Page:
    """A delivery and the shop it belongs to."""

    setup: Setup
    booking: Booking


def open_page(session: Session, memory: Memory, signer: Signer, purpose: str, token: str) -> Page:
    """What a link leads to; `purpose` is "page" or "choose".

    Raises BookingNotFound for every link that is no good, whatever is wrong with it.
    """
    try:
        facts = signer.open(purpose, token)
    except InvalidToken as error:
        raise BookingNotFound("The link leads nowhere.") from error
    row = session.execute(_whose, {"booking": facts.get("b")}).one_or_none()
    if row is None or row.page_version != facts.get("v"):
        raise BookingNotFound("The link leads nowhere.")
    try:
        setup = memory.setup_of_merchant(session, row.merchant_id)
    except UnknownShop as error:
        raise BookingNotFound("The link leads nowhere.") from error
    return Page(setup, get(session, merchant_id=row.merchant_id, booking_id=facts["b"]))


def hours_of_centre(page: Page, now: datetime) -> tuple[DayHours, ...]:
    """When the promised centre is open in the coming week, as the settings stand now; nothing when it is gone."""
    place = (page.booking.option or {}).get("location")
    centre = page.setup.centre(place["id"]) if place else None
    return opening_of(centre, now).week if centre else ()


def question_of(page: Page, locale: str) -> Question:
    """The question whose offer the shopper may choose from: the booking's own address and basket."""
    return moves.question_of(page.booking, locale)


def choose_later(
    session: Session,
    now: datetime,
    memory: Memory,
    signer: Signer,
    links: PageLinks,
    page: Page,
    *,
    offer_id: str,
    option_id: str,
    who: Chooser = THE_SHOPPER,
) -> Change:
    """Choose for an order that came without a choice. The place is taken and the booking confirmed together.

    Raises WrongState when it is no longer open, OfferExpired for an offer that is too old or was made for anything but
    this booking, OptionUnknown, OptionGone, SlotFull, InvalidToken; then the transaction must be rolled back.
    """
    setup = page.setup
    # Locked first: of two clicks one finds the choice made, instead of a place taken in vain.
    booking = get_locked(session, merchant_id=setup.merchant_id, booking_id=page.booking.id)
    if booking.state != CHOICE_OPEN:
        raise WrongState(f"The booking is {booking.state}.")
    asked = open_question(signer, offer_id, now)
    own = question_of(Page(setup, booking), asked.locale)
    # The option's id carries the fee that was shown, which another basket or address may make lower.
    if asked != own:
        raise OfferExpired("The offer was made for something else.")
    hold = choose(session, now, memory, signer, setup, offer_id=offer_id, option_id=option_id)
    wanted = Wanted(choice=choice_token(signer, hold))
    made_by = SHOPPER if who == THE_SHOPPER else SHOP
    made = change(session, now, signer, setup, links, booking_id=booking.id, wanted=wanted, made_by=made_by)
    chosen(session, now, booking, who)
    return made
