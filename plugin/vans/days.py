"""GET /plugin/vans: the days to come, what is sold of each, and how full the vans are."""

from flask import Blueprint, Response

from delivery.texts.promises import share_said
from delivery.van_weeks import weeks
from plugin.pages.frame import locale, page
from plugin.pages.visitors import shop
from web.service import now, service

PATH = "/plugin/vans"


def add_to(blueprint: Blueprint) -> None:
    """Put the route on the blueprint."""

    @blueprint.get("")
    def days() -> Response:
        """A table for each origin that vans start from."""
        with service().database.reading() as session:
            found = weeks(session, now(), shop())
        return page("vans/days.html", origins=found, share=lambda number: share_said(number, locale()))
