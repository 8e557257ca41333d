"""GET /d/{token}: one delivery, for the shopper who waits for it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, Response

from delivery import credits, stripe_ledger
from delivery.answers import answer_of, may_answer
from delivery.booking_rows import Booking
from delivery.booking_states import CHOICE_OPEN, DELIVERY_FAILED, READY_FOR_PICKUP
from delivery.change_rows import of_booking
from delivery.journeys import OVER, Journey, journey_of
from delivery.options import DayHours
from delivery.pages import Page, hours_of_centre, open_page
from delivery.parts import other_parts
from delivery.preferences import open_to
from delivery.texts import changes, formats, journeys, offers, pages
from web.service import now, service
from widget.pages import calendar, journey
from widget.pages.addresses import address_lines
from widget.pages.changes.door import at_door
from widget.pages.changes.longer import said_until
from widget.pages.changes.overview import open_changes
from widget.pages.counter import said_of_counter
from widget.pages.looks import beside, locale_for, look_of, page


def add_to(blueprint: Blueprint) -> None:
    """Put the route on the blueprint."""

    @blueprint.get("/d/<string:token>")
    def delivery(token: str) -> Response:
        """The shopper's page of one delivery."""
        with service().database.reading() as session:
            found = open_page(session, service().memory, service().signer, "page", token)
            known = journey_of(session, now(), found.booking)
            was_changed = bool(of_booking(session, found.booking))
            at_counter = said_of_counter(session, found)
            longer = said_until(session, found)
            door = at_door(session, found)
            parts = other_parts(session, found.booking)
            given_back = credits.given_back(session, found.booking)
            to_pay = stripe_ledger.link_to_pay(session, found.booking.merchant_id, found.booking.id)
            can_choose = open_to(session, found.setup.messages, found.booking).is_anything
            answered = answer_of(session, found.booking.merchant_id, found.booking.id) is not None
        locale = locale_for(found)
        facts = _facts(found, known, locale) | {"token": token, "was_changed": was_changed, "longer": longer}
        facts["counter"], facts["door"] = at_counter, door
        facts["other_parts"] = [_part(other, found.setup.time_zone.key, locale) for other in parts]
        facts["may_choose_messages"] = can_choose and found.booking.state not in OVER
        facts["given_back"] = given_back and formats.money(given_back, found.booking.currency, locale)
        facts["to_pay"] = to_pay and {"link": to_pay[0], "amount": formats.money(to_pay[1], to_pay[2], locale)}
        facts["how"] = answered or may_answer(found.setup, found.booking, now())
        return page("delivery.html", locale, look=look_of(found), **facts)


def _facts(found: Page, known: Journey, locale: str) -> dict[str, Any]:
    booking, setup = found.booking, found.setup
    promised = known.promised
    zone = promised["time_zone"] if promised else setup.time_zone.key
    is_pickup = booking.type == "pickup"
    return {
        "shop": setup.name,
        "order": booking.order,
        "part": booking.part,
        "standing": pages.standing(
            *(booking.state, is_pickup, booking.paid_until, zone, locale), goes_back=booking.going_back_at is not None
        ),
        "steps": journey.steps_done(known, zone, locale),
        "to_come": journey.step_to_come(known, zone, locale),
        "promise": promised and _promise(known, booking, is_pickup, locale),
        "is_over": booking.state in OVER,
        "is_to_come": known.is_to_come,
        "centre": _centre(found, zone, locale) if is_pickup else None,
        "calendar": _calendar(found, known),
        "carrier": known.carrier,
        "tracking": known.tracking,
        "address": [booking.recipient.get("name", ""), *address_lines(booking.address)],
        "instructions": _instructions(booking.instructions, locale),
        "possible": open_changes(found, locale),
        "has_failed": booking.state == DELIVERY_FAILED,
        "contact": setup.contact,
        "reasons": pages.reasons_kept(promised["steps"], locale) if promised and not known.expected else (),
        "messages": journey.messages_sent(known, booking.order, setup.name, zone, locale),
        "choose": beside(service().links.choose(booking.id, booking.page_version))
        if booking.state == CHOICE_OPEN
        else None,
    }


def _part(other: Booking, zone: str, locale: str) -> dict[str, Any]:
    """Another part of the order: where its page is, and how it stands."""
    is_pickup = other.type == "pickup"
    standing = pages.standing(
        *(other.state, is_pickup, other.paid_until, zone, locale), goes_back=other.going_back_at is not None
    )
    link = beside(service().links.page(other.id, other.page_version))
    return {"link": link, "is_pickup": is_pickup, "heading": standing.heading}


def _promise(known: Journey, booking: Booking, is_pickup: bool, locale: str) -> dict[str, Any]:
    """What counts now, and what was promised first where that is something else."""
    promised, option = known.promised or {}, booking.option or {}
    counts = known.counts or promised
    return {
        "days": pages.days_promised(counts, locale),
        "window": pages.window_promised(counts, locale),
        "ready": is_pickup and _ready(counts, locale),
        "kept": is_pickup and _kept(counts, promised, booking, locale),
        "title": option.get("title", "") if option.get("type") == "shipping" else "",
        "holds": known.holds and journeys.holding(known.holds, is_pickup, locale),
        "is_bad": known.holds in ("moved", "may_move", "passed", "late", "early"),
        "at_first": known.is_another and _at_first(promised, is_pickup, locale),
        "by_courier": known.nearer is not None,
    }


def _ready(promised: Mapping[str, Any], locale: str) -> str:
    if not promised.get("ready_by"):
        return journeys.ready_on(pages.days_promised(promised, locale), locale)
    return offers.ready_by(datetime.fromisoformat(promised["ready_by"]), promised["time_zone"], locale)


def _kept(counts: Mapping[str, Any], promised: Mapping[str, Any], booking: Booking, locale: str) -> str:
    """Until when it is kept, by what was promised until it lies there; a later date alone does not say it."""
    if booking.going_back_at is not None:
        return ""
    if booking.kept_until is not None:
        return offers.kept_until(booking.kept_until, promised["time_zone"], locale)
    until = counts.get("pickup_by") or (promised["pickup_by"] if counts is promised else None)
    return offers.kept_until(datetime.fromisoformat(until), promised["time_zone"], locale) if until else ""


def _at_first(promised: Mapping[str, Any], is_pickup: bool, locale: str) -> str:
    if is_pickup:
        return formats.moment(datetime.fromisoformat(promised["ready_by"]), promised["time_zone"], locale)
    return journeys.days_and_window(promised, locale)


def _calendar(found: Page, known: Journey) -> str | None:
    """Where to subscribe; None when there is no date to come that a calendar could hold."""
    booking, counts = found.booking, known.counts
    if booking.state in OVER or not counts or not counts["earliest"]:
        return None
    return calendar.subscription(service().links.page(booking.id, booking.page_version))


def _instructions(said: Mapping[str, Any], locale: str) -> list[str]:
    """What the courier was asked to do, line by line."""
    leave = said.get("leave")
    where = ": ".join(filter(None, (changes.leave(leave, locale), said.get("where")))) if leave else ""
    return [line for line in (where, *(said.get("note") or "").splitlines()) if line]


def _centre(found: Page, zone: str, locale: str) -> dict[str, Any]:
    place = (found.booking.option or {})["location"]
    return {
        "name": place["name"],
        "address": address_lines(place["address"]),
        "map": journey.map_of(place),
        "is_ready": found.booking.state == READY_FOR_PICKUP,
        "hours": [_day(day, zone, locale) for day in hours_of_centre(found, now())],
        "closed": offers.closed_word(locale),
    }


def _day(hours: DayHours, zone: str, locale: str) -> tuple[str, list[str]]:
    intervals = [formats.window(interval.start, interval.end, zone, locale) for interval in hours.intervals]
    return formats.short_day(hours.day, locale), intervals
