"""Changes: POST /v1/bookings/{booking}/changes makes one, POST /v1/changes/{change}/answer is fulfilment's word on one."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint

from delivery import bookings, change_answers
from delivery.booking_rows import destination_of
from delivery.bookings import Booking
from delivery.change_rows import ACCEPTED
from delivery.changes import Change, Wanted, change
from delivery.problems import ChoiceGone, ChoiceStale, ChoiceUsed
from delivery.questions import Question
from delivery.setups import Setup
from delivery.store.engine import Session
from plugin.orders.schemas import AnswerBody, ChangeBody, ChangeSchema
from plugin.orders.shown import shown
from web.fresh_offers import fresh
from web.service import now, service
from web.shops import merchant_of
from web.writes import Answer, write


def add_to(blueprint: Blueprint) -> None:
    """Put the route on the blueprint."""

    @blueprint.route("/bookings/<string:booking>/changes", methods=["POST"])
    @blueprint.arguments(ChangeBody())
    @blueprint.response(201, ChangeSchema)
    @blueprint.alt_response(404, "NOT_FOUND")
    @blueprint.alt_response(409, "CONFLICT")
    def make(body: dict[str, Any], booking: str) -> Response:
        """Change a booking until its goods have left. Another postcode needs a new choice."""
        wanted = Wanted(body["address"], body["recipient"], body["notes"], body["choice"])
        try:
            response = write(merchant_of, lambda session, setup: _make(session, setup, booking, wanted))
        except (ChoiceGone, ChoiceStale, ChoiceUsed) as problem:
            return _refused(problem, booking, wanted)
        service().hasten()
        return response

    @blueprint.route("/changes/<string:change>/answer", methods=["POST"])
    @blueprint.arguments(AnswerBody())
    @blueprint.response(200, ChangeSchema)
    @blueprint.alt_response(404, "NOT_FOUND")
    @blueprint.alt_response(409, "CONFLICT")
    def answer(body: dict[str, Any], change: str) -> Response:
        """Accept or refuse a change that was asked because the parcel is packed. A refusal puts everything back."""
        response = write(merchant_of, lambda session, setup: _answered(session, setup, change, body))
        service().hasten()
        return response


def _answered(session: Session, setup: Setup, change_id: str, body: dict[str, Any]) -> Answer:
    accepted, reason = body["answer"] == ACCEPTED, body["reason"]
    whose = {"merchant_id": setup.merchant_id, "change_id": change_id}
    made = change_answers.answer(session, now(), service().links, **whose, accepted=accepted, reason=reason)
    return 200, _shown(session, made)


def _make(session: Session, setup: Setup, booking_id: str, wanted: Wanted) -> Answer:
    known = service()
    made = change(session, now(), known.signer, setup, known.links, booking_id=booking_id, wanted=wanted)
    return 201, _shown(session, made)


def _shown(session: Session, made: Change) -> dict[str, Any]:
    return {
        "change": made.id,
        "state": made.state,
        "difference": {"amount": made.difference, "currency": made.booking.currency},
        "booking": shown(session, made.booking),
    }


def _refused(problem: ChoiceGone | ChoiceStale | ChoiceUsed, booking_id: str, wanted: Wanted) -> Response:
    with service().database.reading() as session:
        setup = merchant_of(session)
        booking = bookings.get(session, merchant_id=setup.merchant_id, booking_id=booking_id)
        return fresh(session, setup, problem, _question(setup, booking, wanted))


def _question(setup: Setup, booking: Booking, wanted: Wanted) -> Question:
    there = destination_of(wanted.address or booking.address)
    return Question(setup.merchant_id, there, booking.basket, setup.locale_for(booking.recipient.get("locale")))
