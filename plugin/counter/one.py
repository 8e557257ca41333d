"""GET /plugin/counter/<centre>/orders/<booking>: one order at the counter, its parcels, and what can be done with it now."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, request

from delivery import counter_lists, evidence
from delivery.booking_rows import Booking, get
from delivery.booking_states import (
    AWAITING_PAYMENT,
    CANCELLED,
    CHOICE_OPEN,
    COLLECTED,
    DELIVERED,
    READY_FOR_PICKUP,
    RETURNED,
)
from delivery.codes import centre_of as centre_id_of
from delivery.counter_lists import Waiting
from delivery.evidence import Kept
from delivery.parcels_at_centres import EXPECTED, HERE, LEFT, REFUSED, numbers_in
from delivery.problems import Fault
from delivery.rules.pickup import Centre
from delivery.texts.catalogues import say
from delivery.texts.deliveries import state_word
from delivery.texts.sentences import N_
from plugin.counter import proofs, shown
from plugin.counter.centres import centre_of
from plugin.pages.forms import typed
from plugin.pages.frame import locale, page
from plugin.pages.visitors import shop
from web.service import now, service

_NOT_YET = frozenset({CHOICE_OPEN, AWAITING_PAYMENT})
_OVER = frozenset({CANCELLED, COLLECTED, DELIVERED, RETURNED})
_PARCELS = {
    "expected": N_("not here yet"),
    "here": N_("here"),
    "collected": N_("collected"),
    "refused": N_("refused, lies here"),
    "gone_back": N_("gone back"),
}
REASONS = (N_("Damaged"), N_("Not what was ordered"), N_("No longer wanted"), N_("Came too late"))


@dataclass(frozen=True, slots=True)
class Deeds:
    """What can be done with an order at this counter. `brings_back`: a return can be taken in; `leaves`: what lies there can
    be handed to whoever takes it back."""

    checks_in: bool
    marks_ready: bool
    hands_over: bool
    brings_back: bool
    leaves: bool


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/counter/<string:centre>/orders/<string:booking>")
    def one(centre: str, booking: str) -> Response:
        """Who it is for, where it lies, and what can be done with it."""
        return order_page(centre, booking)


def order_page(centre_id: str, booking_id: str, status: int = 200, *, faults: Sequence[Fault] = ()) -> Response:
    """The order as it stands now, with what was wrong beside its field."""
    here = centre_of(centre_id)
    with service().database.reading() as session:
        booking = get(session, merchant_id=shop().merchant_id, booking_id=booking_id)
        waiting = counter_lists.waiting(session, booking)
        happened = evidence.of_booking(session, shop().merchant_id, booking_id)
    can = deeds(here, booking, waiting)
    return page(
        "counter/one.html",
        status,
        centre=here,
        zone=here.zone.key,
        booking=booking,
        one=waiting,
        called=shown.called(booking.order, booking.part),
        state=state_word(booking.state, locale()),
        marks=list(shown.marks(waiting)),
        can=can,
        is_ready=booking.state == READY_FOR_PICKUP,
        is_coming=can.marks_ready,
        elsewhere=_elsewhere(here, booking),
        has_proof=proofs.holds(booking),
        parcel_word=lambda parcel: say(locale(), _PARCELS[parcel.state]),
        expected=numbers_in(waiting.parcels, {EXPECTED}),
        here=numbers_in(waiting.parcels, {HERE}),
        left=numbers_in(waiting.parcels, LEFT),
        happened=[_happening(one) for one in happened],
        reasons=[say(locale(), reason) for reason in REASONS],
        form=typed(request.form, faults),
        once=secrets.token_urlsafe(12),
    )


def deeds(here: Centre, booking: Booking, one: Waiting) -> Deeds:
    """What can be done with it here and now."""
    is_here = centre_id_of(booking.option) == here.id
    is_open = is_here and booking.state not in _OVER | _NOT_YET
    left, refused = numbers_in(one.parcels, LEFT), numbers_in(one.parcels, {REFUSED})
    is_due = one.going_back_at is not None or (one.kept_until is not None and one.kept_until <= now())
    return Deeds(
        checks_in=is_open and bool(numbers_in(one.parcels, {EXPECTED}) or booking.state != READY_FOR_PICKUP),
        marks_ready=is_open and booking.state != READY_FOR_PICKUP,
        hands_over=is_open and bool(left),
        brings_back=booking.state in (COLLECTED, DELIVERED),
        leaves=is_here and ((booking.state == READY_FOR_PICKUP and is_due) or bool(refused)),
    )


def _elsewhere(here: Centre, booking: Booking) -> str:
    """Where it is for when it is not for this counter."""
    place = (booking.option or {}).get("location")
    if place is None:
        return say(locale(), N_("This order is not collected at a pick-up centre."))
    if place["id"] != here.id:
        return say(locale(), N_("This order is for another pick-up centre: {centre}."), centre=place["name"])
    return ""


def _happening(kept: Kept) -> shown.Happening:
    at = shop().centre(kept.centre_id)
    zone = at.zone if at else shop().time_zone
    return shown.happening(kept, at.name if at else kept.centre_id, zone.key)
