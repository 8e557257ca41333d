"""A delivery as a calendar (RFC 5545 and 7986): one event, which follows the delivery wherever it moves.

The same text is a file to take once and a calendar to subscribe to. The event keeps its UID for ever and its SEQUENCE is
the booking's version, so that a calendar which has it already knows which is the newer one. A window and a stay at a centre
are instants, a promise in days is whole days. Without a date there is no event: an empty calendar takes back what was there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from icalendar import Calendar, Event, vDuration

from delivery.booking_rows import Booking
from delivery.booking_states import AWAITING_PAYMENT, CANCELLED

PRODUCT = "-//Stoep//Delivery//EN"
ASKED_AGAIN = timedelta(hours=1)
"""How often a subscription should ask again."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a calendar says of a delivery, in the shopper's language. `link` is the delivery's page, `place` one line."""

    name: str
    summary: str
    description: str
    place: str
    link: str


def calendar_of(booking: Booking, promised: Mapping[str, Any] | None, words: Words) -> bytes:
    """The calendar as UTF-8. `promised` is what counts now, as delivery/descriptions.py says it."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for name in ("name", "x-wr-calname"):
        calendar.add(name, words.name)
    calendar.add("refresh-interval", vDuration(ASKED_AGAIN, params={"VALUE": "DURATION"}))
    calendar.add("x-published-ttl", vDuration(ASKED_AGAIN))
    when = _stay(booking) or (_when(promised) if promised else None)
    if when is not None:
        calendar.add_component(_event(booking, when, words))
    return bytes(calendar.to_ical())


def _event(booking: Booking, when: tuple[date | datetime, date | datetime], words: Words) -> Event:
    event = Event()
    event.add("uid", f"{booking.id}@stoep")
    event.add("sequence", booking.version)
    event.add("dtstamp", booking.updated_at.astimezone(UTC))
    event.add("last-modified", booking.updated_at.astimezone(UTC))
    event.add("dtstart", when[0])
    event.add("dtend", when[1])
    event.add("summary", words.summary)
    event.add("description", words.description)
    event.add("location", words.place)
    event.add("url", words.link)
    event.add("status", _status(booking))
    # A window wants somebody at home; a day, or a parcel that waits at a centre, keeps nobody from anything else.
    at_home = isinstance(when[0], datetime) and booking.type != "pickup"
    event.add("transp", "OPAQUE" if at_home else "TRANSPARENT")
    return event


def _stay(booking: Booking) -> tuple[date | datetime, date | datetime] | None:
    """From when until when a parcel lies at a centre, once it does."""
    if booking.ready_at is None or booking.kept_until is None:
        return None
    return booking.ready_at.astimezone(UTC), booking.kept_until.astimezone(UTC)


def _when(promised: Mapping[str, Any]) -> tuple[date | datetime, date | datetime] | None:
    """From when until when; the second of two days is the one after, as the standard wants it."""
    if promised.get("window"):
        return _instant(promised["window"]["start"]), _instant(promised["window"]["end"])
    if promised.get("ready_by") and promised.get("pickup_by"):
        return _instant(promised["ready_by"]), _instant(promised["pickup_by"])
    if not promised["earliest"]:
        return None
    last = date.fromisoformat(promised["latest"] or promised["earliest"])
    return date.fromisoformat(promised["earliest"]), last + timedelta(days=1)


def _status(booking: Booking) -> str:
    if booking.state == CANCELLED:
        return "CANCELLED"
    return "TENTATIVE" if booking.state == AWAITING_PAYMENT else "CONFIRMED"


def _instant(said: str) -> datetime:
    return datetime.fromisoformat(said).astimezone(UTC)
