"""Choosing: an option of an offer becomes a hold, priced as it was shown."""

import secrets
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from delivery.asked import Asked, Reason, ask
from delivery.booking_rows import Booking
from delivery.holds import Hold, Place, take
from delivery.memory import Memory
from delivery.offers import ask_again, find_option
from delivery.option_facts import snapshot, steps_facts
from delivery.options import Option, PickupOption
from delivery.problems import OptionGone, SlotFull
from delivery.questions import OFFER_MINUTES, OptionKey, Question, basket_fingerprint, open_option
from delivery.rules.prices import Money
from delivery.rules.slots import slot_on
from delivery.setups import Setup
from delivery.shelves import shelf_of
from delivery.signing import Signer
from delivery.slots_on_offer import SLOT
from delivery.store.engine import Session
from delivery.van_claims import NoVan, VanPlace
from delivery.van_refusals import note_closed
from delivery.vans_on_offer import van_place, visit_facts


def choose(
    session: Session,
    now: datetime,
    memory: Memory,
    signer: Signer,
    setup: Setup,
    *,
    offer_id: str,
    option_id: str,
    checkout: str | None = None,
    client: str | None = None,
    client_limit: int | None = None,
) -> Hold:
    """Take an option of an offer, replacing what the checkout held. Whose hold it is, the offer says; else `checkout`
    does; else it is nobody's but the one's who is told its id.

    Raises InvalidToken, OfferExpired, OptionUnknown, OptionGone, SlotFull, TooManyHolds; then nothing has changed.
    """
    question = ask_again(signer, offer_id, setup, now)
    checkout = question.checkout or checkout or secrets.token_urlsafe(16)
    there = question.destination
    try:
        asked, key, facts = _looked_at(
            session, now, memory, signer, setup, replace(question, checkout=checkout), offer_id, option_id
        )
        hold = take(
            session,
            now,
            merchant_id=setup.merchant_id,
            checkout=checkout,
            place=place_of(setup, key),
            option=facts,
            country=there.country,
            postal_code=there.normal_postal_code,
            basket=basket_fingerprint(question.basket),
            minutes=setup.hold_minutes,
            limit_minutes=setup.hold_limit_minutes,
            client=client,
            client_limit=client_limit,
        )
    except NoVan as no_van:
        no_van.checkout = checkout
        raise
    note_closed(session, asked, checkout)
    return hold


def look_at(
    session: Session,
    now: datetime,
    memory: Memory,
    signer: Signer,
    setup: Setup,
    *,
    question: Question,
    offer_id: str,
    option_id: str,
) -> tuple[OptionKey, dict[str, Any]]:
    """Which option of the offer it is, and its facts as a hold would keep them. Takes nothing.

    Raises OptionUnknown, OptionGone, SlotFull.
    """
    _, key, facts = _looked_at(session, now, memory, signer, setup, question, offer_id, option_id)
    return key, facts


def _looked_at(
    session: Session,
    now: datetime,
    memory: Memory,
    signer: Signer,
    setup: Setup,
    question: Question,
    offer_id: str,
    option_id: str,
) -> tuple[Asked, OptionKey, dict[str, Any]]:
    key = open_option(signer, offer_id, option_id)
    asked = ask(session, now, memory, setup, question)
    try:
        option, reason = find_option(asked, key)
    except SlotFull as full:
        raise _no_van(asked, key) or full from None
    option = _as_offered(option, key, setup.currency)
    return asked, key, _facts(asked, option, reason, key, option_id)


def _no_van(asked: Asked, key: OptionKey) -> NoVan | None:
    """Why a window that vans keep is full; None for one that is counted."""
    visit, place = visit_facts(asked, key), place_of(asked.setup, key)
    return NoVan(asked.setup.merchant_id, replace(place, **visit)) if visit and isinstance(place, VanPlace) else None


def place_of(setup: Setup, key: OptionKey) -> Place | None:
    """The scarce place behind an option as the settings stand now; None for an option without a capacity."""
    if key.type == "pickup":
        centre = setup.centre(key.ref)
        return shelf_of(centre) if centre else None
    if key.type != "local_delivery":
        return None
    day = date.fromisoformat(key.first)
    pattern = setup.patterns.get(key.ref)
    slot = slot_on(pattern, day) if pattern else None
    plain = Place(SLOT, key.ref, day, slot.capacity if slot else 0)
    return van_place(setup, pattern, slot, plain) if pattern and slot else plain


def place_of_booking(setup: Setup, booking: Booking) -> Place | None:
    """The scarce place a booking has, as the settings stand now."""
    option = booking.option
    return (
        place_of(setup, OptionKey(option["type"], option["ref"], option["first"], option["last"], 0))
        if option
        else None
    )


def _as_offered(option: Option, key: OptionKey, currency: str) -> Option:
    """With the fee and the ready time that the shopper saw. Raises OptionGone when a centre has become much later."""
    fee = Money(key.fee, currency)
    if not isinstance(option, PickupOption):
        return replace(option, fee=fee)
    ready_by = datetime.fromisoformat(key.first)
    if option.ready_by - ready_by > timedelta(minutes=OFFER_MINUTES + 1):
        raise OptionGone("The parcel would be ready later than was offered.")
    return replace(option, fee=fee, ready_by=ready_by)


def _facts(asked: Asked, option: Option, reason: Reason, key: OptionKey, option_id: str) -> dict[str, Any]:
    place = place_of(asked.setup, key)
    quantities: dict[str, int] = {}
    for line in asked.question.basket.lines:
        quantities[line.sku] = quantities.get(line.sku, 0) + line.quantity
    facts = snapshot(option, reason.origin_id, reason.service_id, reason.ship_by)
    return facts | {
        "zone_id": _zone_of(asked, key),
        **visit_facts(asked, key),
        "ref": key.ref,
        "first": key.first,
        "last": key.last,
        "id": option_id,
        "locale": asked.question.locale,
        "order_before": reason.order_before and reason.order_before.isoformat(),
        "steps": steps_facts(reason.steps, asked.question.locale, asked.today),
        "place": place and {"kind": place.kind, "ref": key.ref, "day": place.day.isoformat()},
        "basket": sorted(quantities.items()),
        "tax_rate": asked.setup.tax_rate,
    }


def _zone_of(asked: Asked, key: OptionKey) -> str | None:
    """The zone it goes to, for the report of promises: a window's own, else the first of the service's that covers the
    destination. None for a pick-up, and where the postcode is unknown."""
    if key.type == "local_delivery":
        pattern = asked.setup.patterns.get(key.ref)
        return pattern.zone.id if pattern else None
    priced = asked.setup.services.get(key.ref)
    if priced is None or key.type == "pickup":
        return None
    zones = (transit.zone for transit in priced.service.transits)
    return next((zone.id for zone in zones if zone.covers(asked.destination)), None)
