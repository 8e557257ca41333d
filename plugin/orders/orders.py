"""POST /v1/orders: a choice becomes a booking."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint

from delivery.orders import Order, place_order, question_again
from delivery.problems import ChoiceGone, ChoiceStale, ChoiceUsed
from delivery.setups import Setup
from delivery.store.engine import Session
from plugin.orders.schemas import BookingSchema, OrderBody
from plugin.orders.shown import shown
from web.fresh_offers import fresh
from web.service import now, service
from web.shops import merchant_of
from web.writes import Answer, write


def add_to(blueprint: Blueprint) -> None:
    """Put the route on the blueprint."""

    @blueprint.route("/orders", methods=["POST"])
    @blueprint.arguments(OrderBody())
    @blueprint.response(201, BookingSchema)
    @blueprint.alt_response(200, schema=BookingSchema, description="The same order came before")
    @blueprint.alt_response(401, "UNAUTHORIZED")
    @blueprint.alt_response(409, "CONFLICT")
    def place(body: dict[str, Any]) -> Response:
        """Redeem a choice with an order. The same order sent again gets the same booking."""
        order = _order(body)
        try:
            response = write(merchant_of, lambda session, setup: _place(session, setup, order))
        except (ChoiceGone, ChoiceStale, ChoiceUsed) as problem:
            return _refused(problem, order)
        service().hasten()
        return response


def _order(body: dict[str, Any]) -> Order:
    return Order(
        number=body["order"],
        part=body["part"],
        choice=body["choice"],
        paid=body["paid"],
        recipient=body["recipient"],
        address=body["address"],
        basket=body["basket"],
        notes=body["notes"],
    )


def _place(session: Session, setup: Setup, order: Order) -> Answer:
    booking, created = place_order(session, now(), service().signer, setup, service().links, order)
    return (201 if created else 200), shown(session, booking)


def _refused(problem: ChoiceGone | ChoiceStale | ChoiceUsed, order: Order) -> Response:
    with service().database.reading() as session:
        setup = merchant_of(session)
        return fresh(session, setup, problem, question_again(setup, order, service().signer, now()))
