"""What a delivery's page says of the counter: the collect code, who may collect it, who took what; and the code as a picture."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response

from delivery import evidence, parcels_at_centres
from delivery.booking_states import READY_FOR_PICKUP
from delivery.codes import code_of, written
from delivery.collectors import collector_of, may_be_named
from delivery.evidence import Kept
from delivery.pages import Page, open_page
from delivery.parcels_at_centres import LEFT, Parcel
from delivery.problems import BookingNotFound
from delivery.store.engine import Session
from delivery.texts import collecting
from delivery.texts.formats import iso_moment, moment
from web.code_pictures import drawn, pictured
from web.service import service
from widget.pages.looks import locale_for


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/d/<string:token>/code.svg")
    def drawing(token: str) -> Response:
        """The collect code as a QR code, as long as there is something to collect."""
        return Response(drawn(_code_to_draw(token)), content_type="image/svg+xml; charset=utf-8")

    @blueprint.get("/d/<string:token>/code.png")
    def picture(token: str) -> Response:
        """The same for whoever wants to keep it or print it."""
        response = Response(pictured(_code_to_draw(token)), content_type="image/png")
        response.headers["Content-Disposition"] = 'inline; filename="collect-code.png"'
        return response


def said_of_counter(session: Session, found: Page) -> dict[str, Any]:
    """`code`: as people read it and spelled for whoever listens, None while nothing waits; `collector` and `may_name`; `handed`:
    what happened at the counter, each with its moment; `left`: that parcels still wait, once some are gone."""
    booking, locale = found.booking, locale_for(found)
    zone = (booking.option or {}).get("time_zone") or found.setup.time_zone.key
    parcels = parcels_at_centres.of_booking(session, booking.merchant_id, booking.id)
    happened = evidence.of_booking(session, booking.merchant_id, booking.id)
    return {
        "code": _code(found),
        "collector": collector_of(booking) if booking.type == "pickup" else "",
        "may_name": may_be_named(booking),
        "handed": list(_handed(found, happened, len(parcels), zone, locale)),
        "left": _left(found, parcels, locale),
    }


def _code(found: Page) -> dict[str, str] | None:
    if found.booking.state != READY_FOR_PICKUP:
        return None
    code = code_of(service().signer, found.booking)
    return {"written": written(code), "spelled": ", ".join(code)}


def _handed(found: Page, happened: tuple[Kept, ...], of: int, zone: str, locale: str) -> Iterator[dict[str, str]]:
    for one in happened:
        if one.took_place:
            facts = {"when": moment(one.at, zone, locale), "at": iso_moment(one.at, zone)}
            yield facts | {"what": _what(found, one, of, locale)}


def _what(found: Page, one: Kept, of: int, locale: str) -> str:
    if one.kind == evidence.COLLECTED:
        return collecting.collected(one.who, len(one.parcels), of, locale)
    if one.kind == evidence.REFUSED:
        return collecting.refused(len(one.parcels), of, locale)
    centre = found.setup.centre(one.centre_id)
    return collecting.taken_in(centre.name if centre else one.centre_id, locale)


def _left(found: Page, parcels: tuple[Parcel, ...], locale: str) -> str:
    waiting = len(parcels_at_centres.numbers_in(parcels, LEFT))
    if found.booking.state != READY_FOR_PICKUP or not 0 < waiting < len(parcels):
        return ""
    return collecting.left(waiting, len(parcels), locale)


def _code_to_draw(token: str) -> str:
    with service().database.reading() as session:
        found = open_page(session, service().memory, service().signer, "page", token)
    code = _code(found)
    if code is None:
        raise BookingNotFound("There is nothing to collect.")
    return code["written"]
