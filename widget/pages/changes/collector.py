"""GET and POST /d/{token}/collector: somebody else may collect it."""

from flask import Blueprint, Response, request

from delivery.collectors import LONGEST_NAME, collector_of, may_be_named, name_collector
from delivery.pages import Page
from delivery.problems import WrongState
from delivery.store.engine import Session
from delivery.texts import changes as words
from web.service import now, service
from widget.pages.changes.frame import done, not_now, opened, shown
from widget.pages.looks import locale_for


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/d/<string:token>/collector")
    def collector(token: str) -> Response:
        """Whom the shopper named, to be changed or taken back."""
        with service().database.reading() as session:
            found = opened(session, token)
        return _form(found, collector_of(found.booking))

    @blueprint.post("/d/<string:token>/collector")
    def named(token: str) -> Response:
        """Keep the name; or the form again, with what is wrong."""
        name = " ".join(request.form.get("collector", "").split())
        if len(name) > LONGEST_NAME or not name.isprintable():
            with service().database.reading() as session:
                found = opened(session, token)
            return _form(found, name, "long")
        return done(token, lambda session, found: _keep(session, found, name))


def _form(found: Page, name: str, wrong: str = "") -> Response:
    if not may_be_named(found.booking):
        return not_now(found, WrongState())
    fault = words.fault("collector", wrong, locale_for(found)) if wrong else ""
    status = 422 if wrong else 200
    return shown(found, "collector.html", status, name=name, fault=fault, longest=LONGEST_NAME)


def _keep(session: Session, found: Page, name: str) -> None:
    booking = found.booking
    name_collector(session, now(), found.setup, service().links, booking_id=booking.id, name=name)
