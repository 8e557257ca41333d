"""GET /s/{code}: the short link of a text message leads to the long one."""

from urllib.parse import quote

from flask import Blueprint, Response, request

from delivery.short_links import long_link
from web.service import service
from widget.pages.looks import root, see_other


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/s/<string:code>")
    def short(code: str) -> Response:
        """Where the code leads."""
        return see_other(_way(code))

    @blueprint.get("/s/<string:code>/<path:below>")
    def short_below(code: str, below: str) -> Response:
        """The same page below the long link."""
        asked = request.query_string.decode("ascii", "ignore")
        return see_other(f"{_way(code)}/{quote(below)}" + (f"?{asked}" if asked else ""))


def _way(code: str) -> str:
    """The way from this page, wherever a proxy puts them both."""
    with service().database.reading() as session:
        link = long_link(session, service().signer, service().links, code)
    return root() + link.removeprefix(service().links.root + "/")
