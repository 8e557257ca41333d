"""A shop's looks as a style sheet, for our own pages: there nothing else may set a colour."""

import re

from flask import Response, request
from flask_smorest import Blueprint

from delivery.problems import UnknownShop
from web.service import service

SECONDS_FRESH = 3600
"""Pages name the version of the settings in the address, so that nobody waits for this to pass."""

_ID = re.compile(r"\w{1,32}", re.ASCII)


def add_to(blueprint: Blueprint) -> None:
    """Put the route on the blueprint."""

    @blueprint.route("/looks/<string:merchant>.css", methods=["GET"])
    @blueprint.response(200, content_type="text/css", description="CSS custom properties")
    @blueprint.alt_response(404, "NOT_FOUND")
    def looks(merchant: str) -> Response:
        """The colours, corners and font that a shop has set; empty when it set none."""
        if not _ID.fullmatch(merchant):
            # PostgreSQL would refuse some characters before it looks.
            raise UnknownShop("There is no such shop.")
        with service().database.reading() as session:
            setup = service().memory.setup_of_merchant(session, merchant)
        response = Response(f":root {{ {setup.look} }}\n", content_type="text/css; charset=utf-8")
        response.cache_control.public = True
        response.cache_control.max_age = SECONDS_FRESH
        response.add_etag()
        response.make_conditional(request)
        return response
