"""/v1/bookings: read, paid, payment failed, cancel."""

from collections.abc import Callable
from typing import Any

import orjson
from flask import Response
from flask_smorest import Blueprint

from delivery import bookings, payments
from delivery.bookings import Booking
from delivery.choosing import place_of_booking
from delivery.setups import Setup
from delivery.store.engine import Session
from plugin.orders.schemas import BookingSchema, BookingsPage, BookingsQuery
from plugin.orders.shown import shown, shown_together
from web.service import now, service
from web.shops import merchant_of
from web.writes import Answer, write

Deed = Callable[[Session, Setup], Booking]


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.route("/bookings", methods=["GET"])
    @blueprint.arguments(BookingsQuery(), location="query")
    @blueprint.response(200, BookingsPage)
    def find(query: dict[str, Any]) -> Response:
        """Bookings by the moment of their last change, oldest first, in pages."""
        with service().database.reading() as session:
            setup = merchant_of(session)
            page = bookings.list_bookings(session, merchant_id=setup.merchant_id, **query)
            facts = shown_together(session, page.bookings)
        return _json({"bookings": facts, "next_cursor": page.cursor})

    @blueprint.route("/bookings/<string:booking>", methods=["GET"])
    @blueprint.response(200, BookingSchema)
    @blueprint.alt_response(404, "NOT_FOUND")
    def read(booking: str) -> Response:
        """One booking."""
        with service().database.reading() as session:
            setup = merchant_of(session)
            found = bookings.get(session, merchant_id=setup.merchant_id, booking_id=booking)
            return _json(shown(session, found))

    @blueprint.route("/bookings/<string:booking>/paid", methods=["POST"])
    @blueprint.response(200, BookingSchema)
    @blueprint.alt_response(404, "NOT_FOUND")
    @blueprint.alt_response(409, "CONFLICT")
    def paid(booking: str) -> Response:
        """The order was paid: it is handed over."""

        def deed(session: Session, setup: Setup) -> Booking:
            known = bookings.get(session, merchant_id=setup.merchant_id, booking_id=booking)
            place = place_of_booking(setup, known)
            whose = {"merchant_id": setup.merchant_id, "booking_id": booking}
            return payments.paid(session, now(), **whose, place=place, links=service().links)

        return _do(deed)

    @blueprint.route("/bookings/<string:booking>/payment_failed", methods=["POST"])
    @blueprint.response(200, BookingSchema)
    @blueprint.alt_response(404, "NOT_FOUND")
    @blueprint.alt_response(409, "CONFLICT")
    def payment_failed(booking: str) -> Response:
        """The payment failed: the place is free again."""
        return _do(
            lambda session, setup: payments.payment_failed(
                session, now(), merchant_id=setup.merchant_id, booking_id=booking
            )
        )

    @blueprint.route("/bookings/<string:booking>/cancel", methods=["POST"])
    @blueprint.response(200, BookingSchema)
    @blueprint.alt_response(404, "NOT_FOUND")
    @blueprint.alt_response(409, "CONFLICT")
    def cancel(booking: str) -> Response:
        """Free the place and tell fulfilment."""
        return _do(
            lambda session, setup: bookings.cancel(
                session, now(), merchant_id=setup.merchant_id, booking_id=booking, links=service().links
            )
        )


def _do(deed: Deed) -> Response:
    def work(session: Session, setup: Setup) -> Answer:
        return 200, shown(session, deed(session, setup))

    response = write(merchant_of, work)
    service().hasten()
    return response


def _json(facts: dict[str, Any]) -> Response:
    response = Response(orjson.dumps(facts), content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
