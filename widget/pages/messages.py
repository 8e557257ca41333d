"""Which messages a shopper gets, and how: /d/{token}/messages; and /m/{token}, one click that ends what is optional.

A mail program posts to /m by itself when its user unsubscribes (RFC 8058): without cookies, and it reads no page. A GET
writes nothing, because mail scanners follow links.
"""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request

from delivery.messages import MAIL, WEBHOOK
from delivery.pages import Page, open_page
from delivery.preferences import open_to, switch_off, unwanted, unwanted_channels
from delivery.store.engine import Session
from delivery.texts.preferences import WAYS, kind_called, way_called
from web.service import service
from widget.pages.looks import locale_for, look_of, page, see_other

_NOT_BY: Mapping[str, frozenset[str]] = {
    "both": frozenset(),
    "mail": frozenset({WEBHOOK}),
    "phone": frozenset({MAIL}),
}
"""What is not wanted, by what was chosen."""


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint. The forms need no token against forgery, for the reason that choose.py gives."""

    @blueprint.get("/m/<string:token>")
    def stopping(token: str) -> Response:
        """What it ends, and the button."""
        with service().database.reading() as session:
            return _shown(_opened(session, "mail", token), "stop.html", "../d/", is_done=False)

    @blueprint.post("/m/<string:token>")
    def stopped(token: str) -> Response:
        """End it. The same again does nothing."""
        found = service().database.write(lambda session: _stop(session, token))
        return _shown(found, "stop.html", "../d/", is_done=True)

    @blueprint.get("/d/<string:token>/messages")
    def messages(token: str) -> Response:
        """The optional ones that the shop sends, those wanted ticked; and by which channel, where there are two."""
        with service().database.reading() as session:
            found = _opened(session, "page", token)
            off, not_by = unwanted(session, found.booking), unwanted_channels(session, found.booking)
            can = open_to(session, found.setup.messages, found.booking)
        locale = locale_for(found)
        kinds = [(kind, kind_called(kind, locale), kind not in off) for kind in can.kinds]
        ways = [(way, way_called(way, locale), not_by == _NOT_BY[way]) for way in WAYS] if can.channels else []
        return _shown(found, "messages.html", "../", kinds=kinds, ways=ways, is_kept="kept" in request.args)

    @blueprint.post("/d/<string:token>/messages")
    def chosen_messages(token: str) -> Response:
        """Keep what is ticked."""
        wanted, way = request.form.getlist("kind"), request.form.get("way", "")
        service().database.write(lambda session: _keep(session, token, wanted, way))
        return see_other("messages?kept=1")


def _opened(session: Session, purpose: str, token: str) -> Page:
    return open_page(session, service().memory, service().signer, purpose, token)


def _stop(session: Session, token: str) -> Page:
    found = _opened(session, "mail", token)
    switch_off(session, found.booking)
    return found


def _keep(session: Session, token: str, wanted: list[str], way: str) -> None:
    """What is not on the page, and a way that is none, stays as it was."""
    found = _opened(session, "page", token)
    can = open_to(session, found.setup.messages, found.booking)
    kept = unwanted(session, found.booking) - set(can.kinds)
    not_by = _NOT_BY.get(way) if can.channels else None
    switch_off(session, found.booking, kept | {kind for kind in can.kinds if kind not in wanted}, not_by)


def _shown(found: Page, template: str, way: str, **facts: Any) -> Response:
    """`way` leads to where the delivery pages stand."""
    booking = found.booking
    link = service().links.page(booking.id, booking.page_version)
    return page(
        template,
        locale_for(found),
        look=look_of(found),
        shop=found.setup.name,
        order=booking.order,
        part=booking.part,
        delivery=way + link.rsplit("/", 1)[1],
        **facts,
    )
