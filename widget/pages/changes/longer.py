"""GET and POST /d/{token}/longer: a parcel that waits at a centre is kept longer, once."""

from flask import Blueprint, Response

from delivery.pages import Page
from delivery.problems import TooLate
from delivery.store.engine import Session
from delivery.texts.formats import moment
from delivery.waiting import keep_longer, longer_until
from web.service import now, service
from widget.pages.changes.frame import done, not_now, opened, shown
from widget.pages.looks import locale_for


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/d/<string:token>/longer")
    def longer(token: str) -> Response:
        """Until when it would be kept, and the button; or that it is too late. Writes nothing."""
        with service().database.reading() as session:
            found = opened(session, token)
            until = said_until(session, found)
        if until is None:
            return not_now(found, TooLate())
        booking = found.booking
        zone, locale = (booking.option or {})["time_zone"], locale_for(found)
        before = moment(booking.kept_until, zone, locale) if booking.kept_until else ""
        return shown(found, "longer.html", until=until, before=before)

    @blueprint.post("/d/<string:token>/longer")
    def kept_longer(token: str) -> Response:
        """Keep it longer."""
        return done(token, _keep)


def said_until(session: Session, found: Page) -> str | None:
    """Until when it would be kept if the shopper asked now, in words; None when that cannot be asked."""
    until = longer_until(session, now(), found.booking)
    return moment(until, (found.booking.option or {})["time_zone"], locale_for(found)) if until else None


def _keep(session: Session, found: Page) -> None:
    booking = found.booking
    keep_longer(session, now(), service().links, merchant_id=booking.merchant_id, booking_id=booking.id)
