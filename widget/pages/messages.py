"""Which mails a shopper gets: /d/{token}/messages, a list with ticks; and /m/{token}, one click that ends what is optional.

A mail program posts to /m by itself when its user unsubscribes (RFC 8058): without cookies, and it reads no page. A GET
writes nothing, because mail scanners follow links.
"""

from typing import Any

from flask import Blueprint, Response, request

from delivery.pages import Page, open_page
from delivery.preferences import OPTIONAL, switch_off, unwanted
from delivery.store.engine import Session
from delivery.texts.preferences import kind_called
from web.service import service
from widget.pages.looks import locale_for, look_of, page, see_other


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
        """The optional mails that the shop sends, those wanted ticked."""
        with service().database.reading() as session:
            found = _opened(session, "page", token)
            off = unwanted(session, found.booking)
        locale = locale_for(found)
        kinds = [(kind, kind_called(kind, locale), kind not in off) for kind in _sent(found)]
        return _shown(found, "messages.html", "../", kinds=kinds)

    @blueprint.post("/d/<string:token>/messages")
    def chosen_messages(token: str) -> Response:
        """Keep what is ticked."""
        wanted = request.form.getlist("kind")
        service().database.write(lambda session: _keep(session, token, wanted))
        return see_other("messages")


def _opened(session: Session, purpose: str, token: str) -> Page:
    return open_page(session, service().memory, service().signer, purpose, token)


def _stop(session: Session, token: str) -> Page:
    found = _opened(session, "mail", token)
    switch_off(session, found.booking)
    return found


def _keep(session: Session, token: str, wanted: list[str]) -> None:
    found = _opened(session, "page", token)
    shown = _sent(found)
    kept = unwanted(session, found.booking) - set(shown)
    switch_off(session, found.booking, kept | {kind for kind in shown if kind not in wanted})


def _sent(found: Page) -> list[str]:
    return [kind for kind in OPTIONAL if found.setup.messages.sends(kind)]


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
