"""POST …/orders/<booking>/check-in and …/ready: parcels have come, or the order can be collected."""

from flask import Blueprint, Response, request

from delivery import counter
from delivery.booking_rows import Booking
from delivery.parcels_at_centres import EXPECTED, LONGEST_SHELF, MOST, Parcel, numbers_in
from delivery.problems import AtAnotherCentre, Fault, InvalidInput, ParcelsMissing, WrongState
from delivery.rules.pickup import Centre
from delivery.store.engine import Session
from delivery.texts.catalogues import say, say_number
from delivery.texts.sentences import N_
from plugin.counter.centres import centre_of, path_of
from plugin.counter.one import order_page
from plugin.counter.shown import called
from plugin.pages.frame import locale, see_other, tell
from plugin.pages.visitors import by, shop
from web.service import now, service

READY = "ready"
NOT_NOW = N_("This cannot be done with the order any more. See below how it stands.")
MISSING = N_("Not all parcels are here. Check them in, or tick that the shopper can come already.")
NUMBERS = N_("There are at most as many parcels here as the order has, and not fewer than were seen.")
TOO_LONG = N_("A shelf's name has at most 40 letters.")


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.post("/counter/<string:centre>/orders/<string:booking>/check-in")
    def check_in(centre: str, booking: str) -> Response:
        """Note what has come, and where it lies; with `then` "ready" also tell the shopper."""
        return _done(centre_of(centre), booking, checks_in=True, marks_ready=request.form.get("then") == READY)

    @blueprint.post("/counter/<string:centre>/orders/<string:booking>/ready")
    def mark_ready(centre: str, booking: str) -> Response:
        """The shopper is told to come."""
        return _done(centre_of(centre), booking, checks_in=False, marks_ready=True)


def _done(here: Centre, booking_id: str, *, checks_in: bool, marks_ready: bool) -> Response:
    shelf = request.form.get("shelf", "").strip()
    if len(shelf) > LONGEST_SHELF or not shelf.isprintable():
        return order_page(here.id, booking_id, 422, faults=[Fault("/shelf", TOO_LONG)])

    def work(session: Session) -> tuple[tuple[Parcel, ...], Booking | None]:
        parcels = _came(session, here, booking_id, shelf) if checks_in else ()
        return parcels, _ready(session, here, booking_id) if marks_ready else None

    try:
        parcels, ready = service().database.write(work)
    except (AtAnotherCentre, WrongState):
        return order_page(here.id, booking_id, 409, faults=[Fault("", NOT_NOW)])
    except ParcelsMissing:
        return order_page(here.id, booking_id, 409, faults=[Fault("/incomplete", MISSING)])
    except InvalidInput:
        return order_page(here.id, booking_id, 422, faults=[Fault("/of", NUMBERS)])
    _tell(parcels, ready)
    return see_other(path_of(here.id) if ready else path_of(here.id, "orders", booking_id))


def _came(session: Session, here: Centre, booking_id: str, shelf: str) -> tuple[Parcel, ...]:
    """The parcels that are named; else as many as are said to be here, the first ones."""
    form = request.form
    of = _number(form.get("of", "1"))
    named = [_number(text) for text in form.getlist("parcel")]
    came = _number(form.get("came", "") or form.get("of", "1"))
    numbers = named or list(range(1, came + 1))
    return counter.check_in(
        session, now(), shop(), booking_id=booking_id, centre_id=here.id, of=of, numbers=numbers, shelf=shelf
    )


def _ready(session: Session, here: Centre, booking_id: str) -> Booking:
    return counter.mark_ready(
        session,
        now(),
        shop(),
        booking_id=booking_id,
        centre_id=here.id,
        by=by().who,
        once=request.form.get("once", "")[:30] or booking_id,
        incomplete="incomplete" in request.form,
    )


def _number(text: str) -> int:
    """Of parcels; what is none is too many."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else MOST + 1


def _tell(parcels: tuple[Parcel, ...], ready: Booking | None) -> None:
    if ready:
        service().hasten()
        number = called(ready.order, ready.part)
        tell(say(locale(), N_("Order {order} is ready, and the shopper is told."), order=number))
        return
    missing = len(numbers_in(parcels, {EXPECTED}))
    tell(say(locale(), N_("Checked in.")))
    if missing:
        tell(
            say_number(locale(), "{number} parcel has still to come.", "{number} parcels have still to come.", missing)
        )
