"""Holds: an option taken for a while, and the signed choice that comes with it."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint

from delivery import holds
from delivery.choices import choice_token
from delivery.choosing import choose
from delivery.holds import Hold
from delivery.option_facts import at
from delivery.problems import OfferExpired, OptionGone, SlotFull
from delivery.rules.wallclock import zone_named
from delivery.setups import Setup
from delivery.store.engine import Session
from delivery.van_claims import NoVan
from web.fresh_offers import with_fresh_offer
from web.rescues import make_room, note_refusal
from web.service import now, service
from web.shops import check_caller, client_mark, shop_of
from web.writes import Answer, write
from widget.schemas import HoldBody, HoldSchema

SHOWN = (
    "id",
    "type",
    "title",
    "time_zone",
    "fee",
    "earliest_delivery_time",
    "latest_delivery_time",
    "delivery_window",
    "location",
    "ready_by",
    "pickup_by",
    "wait_for_message",
)


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.route("/holds", methods=["POST"])
    @blueprint.arguments(HoldBody())
    @blueprint.response(201, HoldSchema)
    @blueprint.alt_response(409, "CONFLICT")
    @blueprint.alt_response(429, "TOO_MANY_REQUESTS")
    def take(body: dict[str, Any]) -> Response:
        """Take an option for this checkout; what the checkout held before is let go in the same moment."""
        try:
            return _taken(body)
        except (SlotFull, OptionGone, OfferExpired) as problem:
            return with_fresh_offer(problem, body["shop"], body["offer"])

    @blueprint.route("/holds/<string:hold>/extend", methods=["POST"])
    @blueprint.response(200, HoldSchema)
    @blueprint.alt_response(404, "NOT_FOUND")
    @blueprint.alt_response(409, "CONFLICT")
    def extend(hold: str) -> Response:
        """Keep the place longer, up to `extendable_until`."""

        def work(session: Session, setup: Setup) -> Answer:
            kept = holds.extend(session, now(), merchant_id=setup.merchant_id, hold_id=hold, minutes=setup.hold_minutes)
            return 200, _facts(kept)

        return write(lambda session: _shop_of_hold(session, hold), work)

    @blueprint.route("/holds/<string:hold>", methods=["DELETE"])
    @blueprint.response(204)
    @blueprint.alt_response(404, "NOT_FOUND")
    def release(hold: str) -> Response:
        """Let the place go. Doing so again does nothing."""

        def work(session: Session, setup: Setup) -> Answer:
            holds.release(session, now(), merchant_id=setup.merchant_id, hold_id=hold)
            return 204, None

        return write(lambda session: _shop_of_hold(session, hold), work)


def _taken(body: dict[str, Any]) -> Response:
    """Take it; where no van can come by, once more if other routes leave room."""

    def taken() -> Response:
        return write(lambda session: shop_of(session, body["shop"]), lambda session, setup: _take(session, setup, body))

    try:
        return taken()
    except NoVan as no_van:
        if not make_room(service().database, now(), no_van):
            note_refusal(service().database, now(), no_van)
            raise
    return taken()


def _take(session: Session, setup: Setup, body: dict[str, Any]) -> Answer:
    hold = choose(
        session,
        now(),
        service().memory,
        service().signer,
        setup,
        offer_id=body["offer"],
        option_id=body["option"],
        checkout=body["checkout"],
        client=client_mark(),
        client_limit=service().config.live_holds_per_address,
    )
    return 201, _facts(hold)


def _shop_of_hold(session: Session, hold_id: str) -> Setup:
    setup = service().memory.setup_of_hold(session, hold_id)
    check_caller(session, setup)
    return setup


def _facts(hold: Hold) -> dict[str, Any]:
    zone = zone_named(hold.option["time_zone"])
    return {
        "hold": hold.id,
        "expires_at": at(hold.expires_at, zone),
        "extendable_until": at(hold.extendable_until, zone),
        "choice": choice_token(service().signer, hold),
        "option": {name: hold.option[name] for name in SHOWN if name in hold.option},
    }
