"""GET and POST /d/{token}/elsewhere: to another address, or to a pick-up centre."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request

from delivery.change_rows import REDIRECT
from delivery.deadlines import REDIRECT as REDIRECTED
from delivery.pages import Page
from delivery.setups import Setup
from delivery.store.engine import Session
from delivery.texts import changes as words
from web.service import service
from widget.pages.changes.frame import looked_at, opened, shown, too_late
from widget.pages.changes.options import OFFER, choices, chosen, options
from widget.pages.changes.typed import address_typed, faults_of, fields_of
from widget.pages.looks import locale_for

EMPTY: Mapping[str, Any] = {"lines": [], "postal_code": None, "city": None}


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/d/<string:token>/elsewhere")
    def elsewhere(token: str) -> Response:
        """An empty address, and the pick-up centres."""
        return looked_at(token, REDIRECTED, lambda session, found: _form(session, found, None, {}))

    @blueprint.post("/d/<string:token>/elsewhere")
    def redirected(token: str) -> Response:
        """What can be had at that address or centre; then what it costs; confirmed, it is made."""
        with service().database.reading() as session:
            found = opened(session, token)
            typed = address_typed(found) if "lines" in request.form else None
            answer = _asked_first(session, found, typed)
        return answer or chosen(token, REDIRECT, typed)


def _asked_first(session: Session, found: Page, typed: Mapping[str, Any] | None) -> Response | None:
    late = too_late(found, REDIRECTED)
    if late is not None:
        return late
    if typed is not None:
        faults = faults_of(typed, countries(found.setup), locale_for(found))
        if faults:
            return _form(session, found, typed, faults)
        if OFFER not in request.form:
            return options(session, found, REDIRECT, typed)
    return None


def countries(setup: Setup) -> frozenset[str]:
    """Where the shop delivers to."""
    carried = {transit.zone.country for priced in setup.services.values() for transit in priced.service.transits}
    return frozenset(carried | {zone.country for zone in setup.slot_zones})


def _form(session: Session, found: Page, address: Mapping[str, Any] | None, faults: Mapping[str, str]) -> Response:
    locale = locale_for(found)
    own = found.booking.address["country"]
    named = [(code, words.country_name(code, locale)) for code in {*countries(found.setup), own}]
    return shown(
        found,
        "elsewhere.html",
        422 if faults else 200,
        **choices(session, found, REDIRECT, None),
        **fields_of(address or {**EMPTY, "country": own}, locale),
        countries=sorted(named, key=lambda pair: pair[1]),
        faults=faults,
    )
