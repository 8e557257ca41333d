"""Pick-up centres near a place."""

from typing import Any

import orjson
from flask import Response
from flask_smorest import Blueprint

from delivery.centre_search import nearest_centres
from delivery.option_facts import location_facts
from delivery.rules.places import Destination, Point
from web.service import now, service
from web.shops import shop_of
from widget.schemas import PointsAnswer, PointsQuery


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.route("/pickup-points", methods=["GET"])
    @blueprint.arguments(PointsQuery(), location="query")
    @blueprint.response(200, PointsAnswer)
    def points(query: dict[str, Any]) -> Response:
        """The nearest centres, with their hours of the coming week."""
        here = None if query["latitude"] is None else Point(query["latitude"], query["longitude"])
        there = Destination(query["country"], query["postal_code"] or None, point=here)
        with service().database.reading() as session:
            setup = shop_of(session, query["shop"])
            memory = service().memory
            found = nearest_centres(session, now(), memory, setup, there, query["limit"], query["open_at"])
        facts = [location_facts(location, centre.zone) | {"time_zone": centre.zone.key} for centre, location in found]
        return Response(orjson.dumps({"points": facts}), content_type="application/json")
