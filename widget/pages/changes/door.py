"""GET and POST /d/{token}/door: the shopper asks the van for more time at the door, or needs it no more."""

from typing import NamedTuple

from flask import Blueprint, Response, request

from delivery.booking_states import CHOICE_OPEN, DELIVERY_FAILED
from delivery.longer_stops import granted_minutes, longer
from delivery.pages import Page
from delivery.problems import NoTimeAtDoor, TooLate
from delivery.store.engine import Session
from delivery.van_arrivals import refresh
from delivery.van_days import VAN
from delivery.van_reports import TO_COME
from web.service import now, service
from widget.pages.changes.frame import done, not_now, opened, shown

MORE, USUAL = "more", "usual"


class AtDoor(NamedTuple):
    """How many minutes more than usual are kept at a door, and how many can be asked for."""

    kept: int
    asked: int


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/d/<string:token>/door")
    def door(token: str) -> Response:
        """What is kept, and the button. Writes nothing."""
        return _shown(token)

    @blueprint.post("/d/<string:token>/door")
    def asked(token: str) -> Response:
        """Keep more time, or the usual again; or why not."""
        minutes = 0 if request.form.get("wanted") == USUAL else None
        try:
            return done(token, lambda session, found: _ask(session, found, minutes), "door")
        except NoTimeAtDoor as problem:
            return _shown(token, problem.status)


def at_door(session: Session, found: Page) -> AtDoor | None:
    """What is kept and can be asked for; None where no van of the shop comes, or it has been."""
    booking = found.booking
    if (
        booking.place is None
        or booking.place.kind != VAN
        or booking.state not in TO_COME - {DELIVERY_FAILED, CHOICE_OPEN}
    ):
        return None
    fleet = found.setup.fleets.get(booking.origin_id or "")
    kept = granted_minutes(session, found.setup, booking) if fleet else None
    if fleet is None or kept is None or not (kept or fleet.driving.longer_minutes):
        return None
    return AtDoor(kept, fleet.driving.longer_minutes)


def _shown(token: str, status: int = 200) -> Response:
    with service().database.reading() as session:
        found = opened(session, token)
        at = at_door(session, found)
    if at is None:
        return not_now(found, TooLate())
    return shown(found, "door.html", status, at=at, is_full=status != 200)


def _ask(session: Session, found: Page, minutes: int | None) -> None:
    if at_door(session, found) is None:
        raise TooLate
    longer(session, now(), found.setup, found.booking, minutes)
    refresh(session, now(), found.setup, found.booking)
