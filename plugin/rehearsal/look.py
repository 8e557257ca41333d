"""A shop's looks as a style sheet for the picker alone: also those that are not saved yet."""

from flask import Blueprint, Response, request

from delivery.setups import Setup
from web.service import service

PURPOSE = "look"


def add_to(blueprint: Blueprint) -> None:
    """Put the route on the blueprint."""

    @blueprint.get("/rehearsal/look.css")
    def look() -> Response:
        """The sheet of the sealed looks. Only what we sealed ourselves is written into it."""
        css = service().signer.open(PURPOSE, request.args.get("look", ""))["css"]
        return Response(f":host {{ {css} }}\n", content_type="text/css; charset=utf-8")


def sealed(setup: Setup) -> str:
    """The looks as the sheet's address carries them; empty for a shop without looks of its own."""
    return service().signer.seal(PURPOSE, {"css": setup.look}) if setup.look else ""
