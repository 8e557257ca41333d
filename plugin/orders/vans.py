"""GET /v1/vans/{origin}/{day}: what the vans of an origin do on a day."""

import orjson
from flask import Response
from flask_smorest import Blueprint

from delivery.van_descriptions import describe_plan
from delivery.van_plans import plan_of
from delivery.van_weeks import day_named
from plugin.orders.van_schemas import DayOfVansSchema
from web.service import service
from web.shops import merchant_of


def add_to(blueprint: Blueprint) -> None:
    """Put the route on the blueprint."""

    @blueprint.route("/vans/<string:origin>/<string:day>", methods=["GET"])
    @blueprint.response(200, DayOfVansSchema)
    @blueprint.alt_response(404, "NOT_FOUND")
    def plan_of_day(origin: str, day: str) -> Response:
        """The plan of a day: per van its stops in order, when it comes, to whom, with what."""
        on_day = day_named(day)
        with service().database.reading() as session:
            found = plan_of(session, merchant_of(session), origin, on_day)
        return Response(orjson.dumps(describe_plan(found)), content_type="application/json")
