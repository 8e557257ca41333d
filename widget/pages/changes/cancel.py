"""GET and POST /d/{token}/cancel: the end of it, where the merchant allows that."""

from flask import Blueprint, Response

from delivery.cancellations import cancel
from delivery.deadlines import CANCEL
from delivery.pages import Page
from delivery.store.engine import Session
from delivery.texts import changes as words
from web.service import now, service
from widget.pages.changes.frame import done, looked_at, promised, shown
from widget.pages.looks import locale_for


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/d/<string:token>/cancel")
    def cancelling(token: str) -> Response:
        """What it means, and the button."""
        return looked_at(token, CANCEL, lambda _session, found: _asked(found))

    @blueprint.post("/d/<string:token>/cancel")
    def cancelled(token: str) -> Response:
        """Cancel it."""
        return done(token, _cancel)


def _asked(found: Page) -> Response:
    locale, booking = locale_for(found), found.booking
    difference = words.difference(-booking.fee_amount, booking.currency, locale)
    return shown(found, "cancel.html", old=promised(booking.option, locale), difference=difference)


def _cancel(session: Session, found: Page) -> None:
    cancel(session, now(), found.setup, service().links, booking_id=found.booking.id)
