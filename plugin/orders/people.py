"""/v1/people: what is kept about one person, and taking it out."""

from collections.abc import Iterable
from typing import Any

import orjson
from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from delivery import privacy
from delivery.audit import By
from delivery.booking_states import STATES
from delivery.privacy import Found
from delivery.setups import Setup
from delivery.store.engine import Session
from web.fields import Text
from web.schemas import Body
from web.service import now, service
from web.shops import merchant_of
from web.writes import Answer, write

BY_KEY = By(None, "API")
"""How the log of changes calls whoever has the secret key."""


class PersonBody(Body):
    """Exactly one of the three."""

    email = Text(254, load_default=None, allow_none=True)
    phone = Text(40, load_default=None, allow_none=True)
    order = Text(100, load_default=None, allow_none=True)


class ExportedSchema(Schema):
    booking = fields.String(required=True)
    order = fields.String(required=True)
    part = fields.String(required=True)
    state = fields.String(required=True, validate=OneOf(STATES))
    kept = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.Dict()),
        required=True,
        metadata={"description": "The rows of each table that is about the booking."},
    )


class ExportSchema(Schema):
    exported_at = fields.String(required=True, metadata={"format": "date-time"})
    bookings = fields.List(fields.Nested(ExportedSchema), required=True)


class ErasedBookingSchema(Schema):
    booking = fields.String(required=True)
    order = fields.String(required=True)
    part = fields.String(required=True)
    state = fields.String(required=True, validate=OneOf(STATES))


class ErasedSchema(Schema):
    erased = fields.List(fields.Nested(ErasedBookingSchema), required=True)
    kept_until_done = fields.List(
        fields.Nested(ErasedBookingSchema),
        required=True,
        metadata={"description": "Still under way: the person is erased by itself when they are over."},
    )


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.route("/people/export", methods=["GET"])
    @blueprint.arguments(PersonBody(), location="query")
    @blueprint.response(200, ExportSchema)
    def export(query: dict[str, Any]) -> Response:
        """Everything that is kept about one person, by e-mail address, phone or order."""
        with service().database.reading() as session:
            setup = merchant_of(session)
            found = privacy.export(session, now(), setup.merchant_id, privacy.person(**query))
        response = Response(orjson.dumps({"exported_at": now(), "bookings": found}), content_type="application/json")
        response.headers["Cache-Control"] = "no-store"
        return response

    @blueprint.route("/people/erase", methods=["POST"])
    @blueprint.arguments(PersonBody())
    @blueprint.response(200, ErasedSchema)
    def erase(body: dict[str, Any]) -> Response:
        """Take one person out of all that is kept: at once where the delivery is over, else as soon as it is."""

        def work(session: Session, setup: Setup) -> Answer:
            who = privacy.person(**body)
            erased = privacy.erase(session, now(), service().signer, setup.merchant_id, BY_KEY, who)
            return 200, {
                "erased": _named(erased.erased),
                "kept_until_done": _named(erased.kept_until_done),
            }

        return write(merchant_of, work)


def _named(found: Iterable[Found]) -> list[dict[str, str]]:
    return [{"booking": one.id, "order": one.order, "part": one.part, "state": one.state} for one in found]
