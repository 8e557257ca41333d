"""POST /v1/bookings/{booking}/events: fulfilment reports its progress."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint

from delivery import van_arrivals
from delivery.progress import FACTS, Event
from delivery.setups import Setup
from delivery.store.engine import Session
from plugin.orders.schemas import BookingSchema, EventBody
from plugin.orders.shown import shown
from web.service import now
from web.shops import merchant_of
from web.writes import Answer, write


def add_to(blueprint: Blueprint) -> None:
    """Put the route on the blueprint."""

    @blueprint.route("/bookings/<string:booking>/events", methods=["POST"])
    @blueprint.arguments(EventBody())
    @blueprint.response(200, BookingSchema)
    @blueprint.alt_response(404, "NOT_FOUND")
    @blueprint.alt_response(409, "CONFLICT")
    def report(body: dict[str, Any], booking: str) -> Response:
        """A step of the order's way. The same one again does nothing; a late one takes its place by its moment."""
        event = _event(body)
        return write(merchant_of, lambda session, setup: _report(session, setup, booking, event))


def _event(body: dict[str, Any]) -> Event:
    said = {name: body[name] for name in FACTS if body.get(name) is not None}
    return Event(body["type"], body["at"], body["id"], said)


def _report(session: Session, setup: Setup, booking_id: str, event: Event) -> Answer:
    return 200, shown(session, van_arrivals.report(session, now(), setup, booking_id=booking_id, event=event))
