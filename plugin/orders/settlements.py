"""POST /v1/bookings/{booking}/settlements/{settlement}/settled: the shop has taken or given back what a change made due."""

from flask import Response
from flask_smorest import Blueprint

from delivery import bookings, settlements
from delivery.setups import Setup
from delivery.store.engine import Session
from plugin.orders.schemas import BookingSchema
from plugin.orders.shown import shown
from web.service import now
from web.shops import merchant_of
from web.writes import Answer, write


def add_to(blueprint: Blueprint) -> None:
    """Put the route on the blueprint."""

    @blueprint.route("/bookings/<string:booking>/settlements/<string:settlement>/settled", methods=["POST"])
    @blueprint.response(200, BookingSchema)
    @blueprint.alt_response(404, "NOT_FOUND")
    @blueprint.alt_response(409, "CONFLICT")
    def settled(booking: str, settlement: str) -> Response:
        """The money has been taken or given back. The same again does nothing."""
        return write(merchant_of, lambda session, setup: _settled(session, setup, booking, settlement))


def _settled(session: Session, setup: Setup, booking_id: str, settlement_id: str) -> Answer:
    whose = {"merchant_id": setup.merchant_id, "booking_id": booking_id}
    settlements.settled(session, now(), **whose, settlement_id=settlement_id)
    return 200, shown(session, bookings.get(session, **whose))
