"""GET and POST /plugin/counter/<centre>/arrivals: one order after the other off the van, by a scanner that types."""

import secrets

from flask import Blueprint, Response, request

from delivery import counter, parcels_at_centres, plans
from delivery.booking_rows import Booking
from delivery.parcels_at_centres import LONGEST_SHELF
from delivery.problems import AtAnotherCentre, WrongState
from delivery.rules.pickup import Centre
from delivery.store.engine import Session
from delivery.texts.catalogues import say
from delivery.texts.deliveries import state_word
from delivery.texts.sentences import N_
from plugin.counter.arriving import TOO_LONG
from plugin.counter.centres import centre_of
from plugin.counter.shown import called
from plugin.pages.frame import locale, page
from plugin.pages.visitors import by, shop
from web.service import now, service

NOTHING = N_("Scan the code on each label, or type the order number and press Enter.")
NOBODY = N_("There is no order {order}.")
PARTS = N_("The order has several parts. Type one of {parts}.")
ELSEWHERE = N_("Order {order} is not for this pick-up centre.")
OVER = N_("Order {order} cannot be checked in: {state}.")


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/counter/<string:centre>/arrivals")
    def arrivals(centre: str) -> Response:
        """An empty field that waits for the first parcel."""
        return _shown(centre_of(centre), tells=True)

    @blueprint.post("/counter/<string:centre>/arrivals")
    def arrived(centre: str) -> Response:
        """Check in all parcels of the order, tell its shopper when that is ticked, and wait for the next."""
        here, text = centre_of(centre), request.form.get("order", "").strip()
        shelf, tells = request.form.get("shelf", "").strip(), "tell" in request.form
        if len(shelf) > LONGEST_SHELF or not shelf.isprintable():
            return _shown(here, tells=tells, wrong=say(locale(), TOO_LONG), text=text)
        wrong, done = _came(here, text, shelf, tells=tells)
        return _shown(here, tells=tells, shelf=shelf, wrong=wrong, done=done, text=text if wrong else "")


def _came(here: Centre, text: str, shelf: str, *, tells: bool) -> tuple[str, str]:
    """What is wrong, or what was done, in words."""
    with service().database.reading() as session:
        found = plans.orders_called(session, shop().merchant_id, text) if text else ()
    if not found:
        return say(locale(), NOBODY, order=text[:100]) if text else say(locale(), NOTHING), ""
    if len(found) > 1:
        parts = ", ".join(f"“{called(one.order, one.part)}”" for one in found)
        return say(locale(), PARTS, parts=parts), ""
    number = called(found[0].order, found[0].part)
    try:
        service().database.write(lambda session: _check_in(session, here, found[0], shelf, tells=tells))
    except AtAnotherCentre:
        return say(locale(), ELSEWHERE, order=number), ""
    except WrongState:
        return say(locale(), OVER, order=number, state=state_word(found[0].state, locale())), ""
    if tells:
        service().hasten()
    words = N_("Order {order} is ready, and the shopper is told.") if tells else N_("Order {order} is checked in.")
    return "", say(locale(), words, order=number)


def _check_in(session: Session, here: Centre, booking: Booking, shelf: str, *, tells: bool) -> None:
    of = len(parcels_at_centres.of_booking(session, booking.merchant_id, booking.id))
    counter.check_in(session, now(), shop(), booking_id=booking.id, centre_id=here.id, of=of, shelf=shelf)
    if tells:
        once = request.form.get("once", "")[:30] or booking.id
        counter.mark_ready(session, now(), shop(), booking_id=booking.id, centre_id=here.id, by=by().who, once=once)


def _shown(here: Centre, *, tells: bool, shelf: str = "", wrong: str = "", done: str = "", text: str = "") -> Response:
    return page(
        "counter/arrivals.html",
        422 if wrong else 200,
        centre=here,
        tells=tells,
        shelf=shelf,
        wrong=wrong,
        done=done,
        text=text,
        once=secrets.token_urlsafe(12),
    )
