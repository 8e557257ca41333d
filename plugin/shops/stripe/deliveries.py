"""POST /plugin/stripe/…/delivery: the shopper's page says where a payment goes and what was chosen; the fee is ours.

Three steps: Stripe is asked whose payment it is, one transaction keeps the place, Stripe is told. Who is cut off in between
sends the same again.
"""

import re
from dataclasses import dataclass, replace
from typing import Any

import orjson
from flask import Response
from flask_smorest import Blueprint

from delivery import stripe_accounts, stripe_sessions
from delivery.choices import open_choice
from delivery.holds import Hold
from delivery.offers import make_offer
from delivery.option_facts import at, money_facts, option_facts
from delivery.problems import (
    ChoiceGone,
    ChoiceStale,
    ChoiceUsed,
    Fault,
    InvalidInput,
    InvalidToken,
    Problem,
)
from delivery.questions import Question
from delivery.rules.prices import Money
from delivery.rules.wallclock import zone_named
from delivery.setups import Setup
from delivery.store.engine import Session
from delivery.stripe_accounts import StripeAccount
from delivery.stripe_choices import keep_for
from delivery.texts.paying import paying_note
from delivery.texts.shipping_names import shipping_name
from plugin.shops.stripe import checkout_sessions, payment_intents
from plugin.shops.stripe.client import calling
from plugin.shops.stripe.noted import notes_of
from plugin.shops.stripe.payments import Delivery, Kind, Seen
from plugin.shops.stripe.problems import (
    PaymentClosed,
    PaymentNotFound,
    PaymentNotUsable,
    StripeAway,
    StripeNotConnected,
    StripeRefused,
)
from plugin.shops.stripe.refusals import as_problems, key_problem
from plugin.shops.stripe.schemas import DeliveryAnswer, DeliveryBody, destination_of
from plugin.shops.stripe.shipping_options import MOST, amount_of, shipping_option
from web.offer_body import offer_facts
from web.problems import problem_response
from web.service import now, service
from web.shops import shop_of

_AN_ID = re.compile(r"[A-Za-z0-9_]{4,255}")


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose page calls, and the account at Stripe that is the shop's."""

    setup: Setup
    account: StripeAccount
    key: str


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.route("/checkout-sessions/<string:payment>/delivery", methods=["POST"])
    @blueprint.arguments(DeliveryBody())
    @blueprint.response(200, DeliveryAnswer)
    @blueprint.alt_response(404, "NOT_FOUND")
    @blueprint.alt_response(409, "CONFLICT")
    def session_delivery(body: dict[str, Any], payment: str) -> Response:
        """Put address, fee and window on a Checkout Session; call it from `runServerUpdate`."""
        return _deliver(checkout_sessions.KIND, payment, body)

    @blueprint.route("/payment-intents/<string:payment>/delivery", methods=["POST"])
    @blueprint.arguments(DeliveryBody())
    @blueprint.response(200, DeliveryAnswer)
    @blueprint.alt_response(404, "NOT_FOUND")
    @blueprint.alt_response(409, "CONFLICT")
    def intent_delivery(body: dict[str, Any], payment: str) -> Response:
        """The same for a PaymentIntent: the fee becomes part of its amount."""
        return _deliver(payment_intents.KIND, payment, body)


def _deliver(kind: Kind, payment: str, body: dict[str, Any]) -> Response:
    with service().database.reading() as session:
        caller = _caller(session, body["shop"])
    if not (payment.startswith(kind.prefix) and _AN_ID.fullmatch(payment)):
        raise PaymentNotFound("There is no such payment.")
    try:
        with as_problems(caller.setup.merchant_id), calling(service().config.stripe_api, caller.key) as client:
            seen = kind.read(client, caller.setup, payment, body["client_secret"])
            _check_country(seen, body)
            try:
                hold = _keep(caller, seen, body)
            except (ChoiceGone, ChoiceStale, ChoiceUsed) as problem:
                return _refused(problem, caller, seen, body)
            delivery = _delivery(caller, seen, hold, body)
            total = kind.tell(client, seen, delivery)
    except StripeRefused as problem:
        _note(caller, key_problem(problem.__cause__))
        return _said(problem, caller, body)
    except (InvalidInput, InvalidToken, PaymentClosed, PaymentNotFound, PaymentNotUsable, StripeAway) as problem:
        return _said(problem, caller, body)
    return _answer(caller, payment, hold, total)


def _caller(session: Session, publishable_key: str) -> Caller:
    setup = shop_of(session, publishable_key)
    account = stripe_accounts.find(session, setup.merchant_id)
    if account is None:
        raise StripeNotConnected("Connect it on the install page.")
    try:
        return Caller(setup, account, account.api_key(service().signer))
    except InvalidToken as error:
        raise StripeRefused("The shop has to give its key once more.") from error


def _check_country(seen: Seen, body: dict[str, Any]) -> None:
    """Stripe would refuse it as well, but not say so that a shopper could do something about it."""
    countries = (seen.facts.get("shipping_address_collection") or {}).get("allowed_countries")
    if countries and body["shipping_details"]["address"]["country"] not in countries:
        fault = Fault("/shipping_details/address/country", "The shop does not send there.")
        raise InvalidInput("The address cannot be delivered to.", (fault,))


def _keep(caller: Caller, seen: Seen, body: dict[str, Any]) -> Hold | None:
    whose, there = caller.setup.merchant_id, destination_of(body["shipping_details"]["address"])

    def work(session: Session) -> Hold | None:
        setup = service().memory.setup_of_merchant(session, whose)
        if body["choice"] is None:
            stripe_sessions.take_off(session, merchant_id=whose, object_id=seen.payable.id)
            return None
        ours = (service().memory, service().signer, setup)
        return keep_for(session, now(), *ours, payable=seen.payable, token=body["choice"], destination=there)

    return service().database.write(work)


def _delivery(caller: Caller, seen: Seen, hold: Hold | None, body: dict[str, Any]) -> Delivery:
    setup, tax = caller.setup, caller.account.tax_behavior
    details, locale = body["shipping_details"], setup.locale_for(body["locale"])
    notes = notes_of(hold, locale)
    if hold is None:
        return Delivery(details, None, 0, tuple(_plain_options(caller, seen, body, locale)), notes)
    option = shipping_option(now(), setup, tax, hold.option, hold.option["locale"], notes)
    return Delivery(details, hold, amount_of(setup, tax, hold.option["fee"]["amount"]), (option,), notes)


def _plain_options(caller: Caller, seen: Seen, body: dict[str, Any], locale: str) -> list[Any]:
    """Before anything was chosen: the carriers' days, so that the total has a fee. Windows are chosen in our element."""
    question = replace(_question(caller.setup, seen, body), types=("shipping",))
    ours = service()
    with ours.database.reading() as session:
        offer = make_offer(session, now(), ours.memory, ours.signer, caller.setup, question)
    facts = [option_facts(option) for option in offer.options[:MOST]]
    return [shipping_option(now(), caller.setup, caller.account.tax_behavior, one, locale, {}) for one in facts]


def _question(setup: Setup, seen: Seen, body: dict[str, Any]) -> Question:
    there = destination_of(body["shipping_details"]["address"])
    return Question(
        setup.merchant_id, there, seen.payable.basket, setup.locale_for(body["locale"]), _checkout(setup, body)
    )


def _checkout(setup: Setup, body: dict[str, Any]) -> str | None:
    try:
        return body["choice"] and open_choice(service().signer, body["choice"], setup.merchant_id, now()).checkout
    except (ChoiceStale, InvalidToken):
        return None


def _refused(problem: Problem, caller: Caller, seen: Seen, body: dict[str, Any]) -> Response:
    with service().database.reading() as session:
        question = _question(caller.setup, seen, body)
        offer = make_offer(session, now(), service().memory, service().signer, caller.setup, question)
    return _said(problem, caller, body, offer=offer_facts(offer))


def _said(problem: Problem, caller: Caller, body: dict[str, Any], **more: Any) -> Response:
    """With a sentence for the shopper: the picker says nothing, as it is the page that asked."""
    text = paying_note(problem.code, caller.setup.locale_for(body["locale"]))
    return problem_response(problem, more | {"text": text})


def _note(caller: Caller, problem: str | None) -> None:
    """So that the install page says it: the shopper cannot do anything about it."""
    if problem is not None:
        whose = caller.setup.merchant_id
        service().database.write(lambda session: stripe_accounts.refused(session, whose, problem))


def _answer(caller: Caller, payment: str, hold: Hold | None, total: int) -> Response:
    told: dict[str, Any] = {"payment": payment, "delivery": None, "expires_at": None}
    if hold is not None:
        option = hold.option
        told["delivery"] = {"title": shipping_name(option, option["locale"]), "fee": option["fee"]}
        told["expires_at"] = at(hold.expires_at, zone_named(option["time_zone"]))
    told["total"] = money_facts(Money(total, caller.setup.currency))
    response = Response(orjson.dumps(told), content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
