"""GET and POST /d/{token}/address: a typing error in the address. A postcode of another zone takes a new choice."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request

from delivery.change_rows import CORRECT
from delivery.corrections import correct, promise_holds, town_meant
from delivery.deadlines import CORRECT as CORRECTED
from delivery.pages import Page
from delivery.store.engine import Session
from delivery.texts import changes as words
from web.service import now, service
from widget.pages.changes.frame import done, looked_at, opened, promised, shown, too_late
from widget.pages.changes.options import OFFER, STEP, chosen, options
from widget.pages.changes.typed import address_typed, faults_of, fields_of
from widget.pages.looks import locale_for


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/d/<string:token>/address")
    def address(token: str) -> Response:
        """The address as it stands, to be put right."""
        return looked_at(token, CORRECTED, lambda _session, found: _form(found, found.booking.address, {}))

    @blueprint.post("/d/<string:token>/address")
    def corrected(token: str) -> Response:
        """What the correction comes to; confirmed, it is made."""
        with service().database.reading() as session:
            found = opened(session, token)
            typed = address_typed(found)
            answer = _asked_first(session, found, typed)
        if answer is not None:
            return answer
        if OFFER in request.form:
            return chosen(token, CORRECT, typed)
        return done(token, lambda session, found: _correct(session, found, typed))


def _asked_first(session: Session, found: Page, typed: Mapping[str, Any]) -> Response | None:
    """What is to be seen before it is made; None when it was."""
    late = too_late(found, CORRECTED)
    if late is not None:
        return late
    locale = locale_for(found)
    faults = faults_of(typed, frozenset({found.booking.address["country"]}), locale)
    if not faults and typed == _own(found):
        faults = {"lines": words.fault("lines", "same", locale)}
    if faults:
        return _form(found, typed, faults)
    if OFFER in request.form:
        return None
    if not promise_holds(found.setup, found.booking, typed):
        return options(session, found, CORRECT, typed)
    return None if request.form.get(STEP) == "confirm" else _confirm(session, found, typed)


def _own(found: Page) -> dict[str, Any]:
    """The booking's address as a form would send it back."""
    address = found.booking.address
    own = {"country": address["country"], "postal_code": address.get("postal_code"), "city": address.get("city")}
    region = {"region": address["region"]} if address.get("region") else {}
    return own | {"lines": [line for line in address.get("lines") or () if line]} | region


def _form(found: Page, address: Mapping[str, Any], faults: Mapping[str, str]) -> Response:
    locale = locale_for(found)
    status = 422 if faults else 200
    heading = words.heading(CORRECT, locale)
    return shown(found, "address.html", status, heading=heading, faults=faults, **fields_of(address, locale))


def _confirm(session: Session, found: Page, typed: Mapping[str, Any]) -> Response:
    locale = locale_for(found)
    stays = promised(found.booking.option, locale)
    return shown(
        found,
        "confirm.html",
        heading=words.heading(CORRECT, locale),
        old=stays,
        new=stays,
        difference=words.difference(0, found.booking.currency, locale),
        hidden={},
        fields=fields_of(typed, locale),
        meant=town_meant(session, typed),
        asks=words.asked_first(found.booking.state, locale),
    )


def _correct(session: Session, found: Page, typed: Mapping[str, Any]) -> None:
    correct(session, now(), found.setup, service().links, booking_id=found.booking.id, address=typed)
