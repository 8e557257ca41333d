"""The picker as HTML: one call for all that the element shows."""

from flask import Response
from flask_smorest import Blueprint

from delivery.offers import ask_again
from web.bodies import read_body
from web.openapi import documented_by
from web.picker import render_picker
from web.service import now, service
from web.shops import shop_of
from widget.offers import offer_to, question_of
from widget.schemas import FragmentBody

FRAGMENT = FragmentBody()


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.route("/fragments/choices", methods=["POST"])
    @documented_by(
        blueprint.arguments(FRAGMENT),
        blueprint.response(200, content_type="text/html", description="An HTML fragment"),
    )
    def choices() -> Response:
        """The picker for an offer, as accessible HTML without style, link or image."""
        body = read_body(FRAGMENT)
        with service().database.reading() as session:
            setup = shop_of(session, body["shop"])
            if body["offer"]:
                question = ask_again(service().signer, body["offer"], setup, now(), even_old=True)
            else:
                question = question_of(setup, body)
            offer = offer_to(session, setup, question)
        html = render_picker(offer, name=body["name"], texts=setup.texts_in(offer.locale), look_css=setup.look)
        response = Response(html.encode(), content_type="text/html; charset=utf-8")
        response.headers["Cache-Control"] = "no-store"
        return response
