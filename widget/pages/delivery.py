"""GET /d/{token}: one delivery, for the shopper who waits for it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, Response

from delivery.booking_states import CANCELLED, CHOICE_OPEN, COLLECTED, DELIVERED, RETURNED
from delivery.descriptions import promise
from delivery.options import DayHours
from delivery.pages import Page, hours_of_centre, open_page
from delivery.texts import formats, offers, pages
from web.service import now, service
from widget.pages.looks import beside, locale_for, look_of, page

OVER = {DELIVERED, COLLECTED, RETURNED, CANCELLED}
"""Nothing is to be expected any more."""


def add_to(blueprint: Blueprint) -> None:
    """Put the route on the blueprint."""

    @blueprint.get("/d/<string:token>")
    def delivery(token: str) -> Response:
        """The shopper's page of one delivery."""
        with service().database.reading() as session:
            found = open_page(session, service().memory, service().signer, "page", token)
        locale = locale_for(found)
        return page("delivery.html", locale, look=look_of(found), **_facts(found, locale))


def _facts(found: Page, locale: str) -> dict[str, Any]:
    booking, setup = found.booking, found.setup
    promised = promise(booking.option) if booking.option else None
    zone = promised["time_zone"] if promised else setup.time_zone.key
    is_pickup = booking.type == "pickup"
    return {
        "shop": setup.name,
        "order": booking.order,
        "part": booking.part,
        "state": booking.state,
        "standing": pages.standing(booking.state, is_pickup, booking.paid_until, zone, locale),
        "promise": promised and _promise(promised, booking.option or {}, is_pickup, locale),
        "is_over": booking.state in OVER,
        "centre": _centre(found, zone, locale) if is_pickup else None,
        "address": [booking.recipient.get("name", ""), *address_lines(booking.address)],
        "contact": setup.contact,
        "reasons": pages.reasons_kept(promised["steps"], locale) if promised else (),
        "choose": beside(service().links.choose(booking.id, booking.page_version))
        if booking.state == CHOICE_OPEN
        else None,
    }


def _promise(promised: Mapping[str, Any], option: Mapping[str, Any], is_pickup: bool, locale: str) -> dict[str, Any]:
    zone = promised["time_zone"]
    return {
        "days": pages.days_promised(promised, locale),
        "window": pages.window_promised(promised, locale),
        "ready": is_pickup and offers.ready_by(datetime.fromisoformat(promised["ready_by"]), zone, locale),
        "kept": is_pickup and offers.kept_until(datetime.fromisoformat(promised["pickup_by"]), zone, locale),
        "title": option.get("title", "") if option.get("type") == "shipping" else "",
    }


def _centre(found: Page, zone: str, locale: str) -> dict[str, Any]:
    place = (found.booking.option or {})["location"]
    return {
        "name": place["name"],
        "address": address_lines(place["address"]),
        "hours": [_day(day, zone, locale) for day in hours_of_centre(found, now())],
        "closed": offers.closed_word(locale),
    }


def _day(hours: DayHours, zone: str, locale: str) -> tuple[str, list[str]]:
    intervals = [formats.window(interval.start, interval.end, zone, locale) for interval in hours.intervals]
    return formats.short_day(hours.day, locale), intervals


def address_lines(address: Mapping[str, Any]) -> list[str]:
    """An address as it is written on a parcel: its lines, then postcode and town."""
    town = " ".join(address[name] for name in ("postal_code", "city") if address.get(name))
    return [line for line in (*(address.get("lines") or ()), town, address.get("region")) if line]
