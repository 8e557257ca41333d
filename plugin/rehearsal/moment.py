"""GET /plugin/rehearsal: what a shopper would see at a moment, for a place and a basket, and why."""

from flask import Blueprint, Response, request

from plugin.pages.frame import page
from plugin.pages.visitors import shop
from plugin.rehearsal.questions import from_address, keep
from plugin.rehearsal.shown import shown
from web.service import service


def add_to(blueprint: Blueprint) -> None:
    """Put the route on the blueprint."""

    @blueprint.get("/rehearsal")
    def rehearsal() -> Response:
        """The form, and below it what it asks for."""
        with service().database.reading() as session:
            wanted = from_address(session, request.args)
            found = shown(session, shop(), wanted) if wanted.moment else None
        if found is None:
            return page("rehearsal/moment.html", 422, form=wanted.form, wanted=wanted, found=None)
        keep(wanted)
        return page("rehearsal/moment.html", form=wanted.form, wanted=wanted, found=found)
