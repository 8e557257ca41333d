"""Offers: what can be chosen now."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint

from delivery.offers import ask_again, make_offer
from delivery.options import Offer
from delivery.problems import InvalidToken, UnknownShop
from delivery.questions import Question, open_question
from delivery.setups import Setup
from delivery.store.engine import Session
from web.bodies import read_body
from web.offer_body import offer_json
from web.openapi import documented_by
from web.schemas import OfferSchema
from web.service import now, service
from web.shops import check_caller, shop_of
from widget.schemas import QuestionBody

QUESTION = QuestionBody()


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.route("/offers", methods=["POST"])
    @documented_by(
        blueprint.arguments(QUESTION),
        blueprint.response(200, OfferSchema),
        blueprint.alt_response(403, "FORBIDDEN"),
        blueprint.alt_response(404, "NOT_FOUND"),
    )
    def make() -> Response:
        """All options for a basket and a destination. Writes nothing."""
        body = read_body(QUESTION)
        with service().database.reading() as session:
            setup = shop_of(session, body["shop"])
            return _answer(offer_to(session, setup, question_of(setup, body)))

    @blueprint.route("/offers/<string:offer>", methods=["GET"])
    @blueprint.response(200, OfferSchema)
    def again(offer: str) -> Response:
        """The same question asked again now, with the same hold. An old offer will do."""
        with service().database.reading() as session:
            setup = _shop_of_offer(session, offer)
            return _answer(offer_to(session, setup, ask_again(service().signer, offer, setup, now(), even_old=True)))


def question_of(setup: Setup, body: dict[str, Any]) -> Question:
    """The question in a request's body, in the locale in which this shopper is answered."""
    locale = setup.locale_for(body["locale"])
    types = tuple(sorted(set(body["types"] or ())))
    return Question(setup.merchant_id, body["destination"], body["basket"], locale, body["checkout"], types)


def offer_to(session: Session, setup: Setup, question: Question) -> Offer:
    """The offer of this service, now."""
    return make_offer(session, now(), service().memory, service().signer, setup, question)


def _shop_of_offer(session: Session, offer_id: str) -> Setup:
    merchant_id = open_question(service().signer, offer_id, now(), even_old=True).merchant_id
    try:
        setup = service().memory.setup_of_merchant(session, merchant_id)
    except UnknownShop as error:
        raise InvalidToken("The offer's shop is gone.") from error
    check_caller(session, setup)
    return setup


def _answer(offer: Offer) -> Response:
    response = Response(offer_json(offer), content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
