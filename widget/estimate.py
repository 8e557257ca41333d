"""The estimate for a product page."""

from typing import Any

import orjson
from flask import Response
from flask_smorest import Blueprint

from delivery.product_estimates import ANY_SKU, ProductEstimate, estimate_for
from delivery.rules.parcels import Line
from delivery.rules.places import Destination
from web.offer_body import estimate_facts
from web.service import now, service
from web.shops import shop_of
from widget.schemas import EstimateAnswer, EstimateQuery


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.route("/estimate", methods=["GET"])
    @blueprint.arguments(EstimateQuery(), location="query")
    @blueprint.response(200, EstimateAnswer)
    def estimate(query: dict[str, Any]) -> Response:
        """When one piece arrives. May be cached until the next cut-off, as the answer itself says."""
        with service().database.reading() as session:
            setup = shop_of(session, query["shop"])
            locale = setup.locale_for(query["locale"])
            there = Destination(query["country"], query["postal_code"] or None)
            line = Line(query["sku"] or ANY_SKU, 1, handling_days=query["handling_days"])
            found = estimate_for(session, now(), service().memory, setup, there, line, locale)
        response = Response(orjson.dumps(_facts(found, locale)), content_type="application/json")
        response.headers["Cache-Control"] = (
            f"public, max-age={found.seconds_true}" if found.seconds_true else "no-store"
        )
        response.headers["Vary"] = "Origin, Authorization"
        return response


def _facts(found: ProductEstimate, locale: str) -> dict[str, Any]:
    return {
        "estimate": found.estimate and estimate_facts(found.estimate, found.time_zone, locale),
        "time_zone": found.time_zone,
        "text": found.text,
        "json_ld": found.json_ld,
    }
