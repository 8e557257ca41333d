"""The way out of a refusal: the same question asked again, answered beside the problem."""

from flask import Response

from delivery.offers import ask_again, make_offer
from delivery.problems import Problem
from delivery.questions import Question
from delivery.setups import Setup
from delivery.store.engine import Session
from web.offer_body import offer_facts
from web.problems import problem_response
from web.service import now, service
from web.shops import shop_of


def with_fresh_offer(problem: Problem, publishable_key: str, offer_id: str) -> Response:
    """The problem document with an offer made now in `offer`."""
    with service().database.reading() as session:
        setup = shop_of(session, publishable_key)
        question = ask_again(service().signer, offer_id, setup, now(), even_old=True)
        return fresh(session, setup, problem, question)


def fresh(session: Session, setup: Setup, problem: Problem, question: Question) -> Response:
    """The same, for whoever already knows the question."""
    offer = make_offer(session, now(), service().memory, service().signer, setup, question)
    return problem_response(problem, {"offer": offer_facts(offer)})
