"""GET /d/{token}/delivery.ics: the delivery as a calendar, to take once or to subscribe to."""

import re

from flask import Blueprint, Response

from delivery.calendars import Words, calendar_of
from delivery.journeys import expected_of, promise_of
from delivery.pages import Page, open_page
from delivery.progress import events_of
from delivery.rounds import nearer_of
from delivery.texts import calendars, pages
from web.service import service
from widget.pages.addresses import address_lines
from widget.pages.looks import locale_for

FILE = "delivery.ics"


def add_to(blueprint: Blueprint) -> None:
    """Put the route on the blueprint."""

    @blueprint.get(f"/d/<string:token>/{FILE}")
    def calendar(token: str) -> Response:
        """The calendar of one delivery."""
        with service().database.reading() as session:
            found = open_page(session, service().memory, service().signer, "page", token)
            reported = events_of(session, found.booking.merchant_id, found.booking.id)
        locale = locale_for(found)
        promised = nearer_of(found.booking, reported) or expected_of(found.booking) or promise_of(found.booking)
        written = calendar_of(found.booking, promised, _words(found, locale))
        response = Response(written, content_type="text/calendar; charset=utf-8")
        response.headers["Content-Language"] = locale
        response.headers["Content-Disposition"] = f'attachment; filename="{FILE}"'
        return response


def subscription(page_address: str) -> str:
    """The calendar's address as programs for calendars take it, to ask for it again and again."""
    return re.sub(r"^https?:", "webcal:", f"{page_address}/{FILE}")


def _words(found: Page, locale: str) -> Words:
    booking, setup = found.booking, found.setup
    is_pickup = booking.type == "pickup"
    goes_back = booking.going_back_at is not None
    zone = setup.time_zone.key
    standing = pages.standing(booking.state, is_pickup, booking.paid_until, zone, locale, goes_back=goes_back)
    location = (booking.option or {}).get("location")
    place = [location["name"], *address_lines(location["address"])] if location else address_lines(booking.address)
    link = service().links.page(booking.id, booking.page_version)
    return Words(
        name=calendars.name(setup.name, booking.order, locale),
        summary=calendars.summary(setup.name, booking.order, is_pickup, locale),
        description=f"{standing.heading}. {standing.sentence}\n\n{link}",
        place=", ".join(place),
        link=link,
    )
