"""What a message to a shopper is about: the facts of one order as they stand when it is sent, and whether it still is true."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from delivery import credits, deadlines
from delivery.booking_rows import Booking
from delivery.booking_states import CHOICE_OPEN, DELIVERY_FAILED, READY_FOR_PICKUP
from delivery.centres_on_offer import opening_of
from delivery.change_rows import ChangeRow
from delivery.codes import code_of, written
from delivery.descriptions import promise
from delivery.links import PageLinks
from delivery.message_changes import change_facts
from delivery.messages import (
    ASK,
    AT_RISK,
    FEE_CREDITED,
    GOING_BACK,
    MAIL,
    OF_A_WAIT,
    STILL_TRUE,
    WEBHOOK,
    address_of,
)
from delivery.open_choices import known_of
from delivery.preferences import comes_otherwise, unwanted
from delivery.progress import events_of
from delivery.rounds import is_still_to_come, nearer_of
from delivery.rules.wallclock import local_day, zone_named
from delivery.setups import Setup
from delivery.store.engine import Session
from delivery.store.tables import answers
from delivery.texts.formats import moment, money, short_day, window
from delivery.texts.messages import Facts, courier_said, expected_said, plan
from delivery.texts.pages import days_promised, window_promised
from delivery.texts.sentences import N_

LONGEST_NAME = 80
_NOT_A_NAME = re.compile(r"://|www\.|[@<>]|\.[a-z]{2,}/", re.IGNORECASE)

SWITCHED_OFF = N_("Messages of this kind were switched off before it could be sent.")
NOT_WANTED = N_("The shopper does not want messages of this kind, or not this way.")
MOVED_ON = N_("The order had moved on before it could be sent.")
_NOBODY = {
    MAIL: N_("The order has no e-mail address any more."),
    WEBHOOK: N_("The order has no telephone number any more."),
}


def why_not(session: Session, setup: Setup, booking: Booking, kind: str, channel: str = MAIL) -> str | None:
    """Why a message that was written must not be sent any more, as a sentence; None when it may. `booking` is `as_told`."""
    if not setup.messages.sends(kind, channel):
        return SWITCHED_OFF
    if booking.state not in STILL_TRUE[kind]:
        return MOVED_ON
    if (kind == AT_RISK and booking.expected is None) or (kind == ASK and _has_answered(session, booking)):
        return MOVED_ON
    if kind == FEE_CREDITED and not credits.given_back(session, booking):
        return MOVED_ON
    if kind in OF_A_WAIT and (kind == GOING_BACK) != (booking.going_back_at is not None):
        return MOVED_ON
    if kind in unwanted(session, booking) or comes_otherwise(session, booking, kind, channel):
        return NOT_WANTED
    return None if address_of(booking, channel) else _NOBODY[channel]


def _has_answered(session: Session, booking: Booking) -> bool:
    own = answers.c.merchant_id == booking.merchant_id, answers.c.booking_id == booking.id
    return session.execute(select(answers.c.score).where(*own)).first() is not None


def facts_of(
    session: Session,
    now: datetime,
    setup: Setup,
    booking: Booking,
    links: PageLinks,
    locale: str,
    change: ChangeRow | None = None,
) -> Facts:
    """The facts by their names in delivery/texts/messages.py; what is unknown is empty. `change` is what it is about."""
    place = _place(booking)
    return {
        "name": _name(booking),
        "order": f"{booking.order} / {booking.part}" if booking.part else booking.order,
        "shop": setup.name,
        "place": place,
        "hours": _hours(setup, now, booking, locale),
        **_promised(now, booking, place, locale),
        **_way(session, now, setup, booking, links, locale),
        **_reported(session, now, booking, locale),
        **change_facts(now, setup, booking, change, links, locale),
        **_ways_out(now, setup, booking, links),
        "amount": _given_back(session, booking, locale),
        "code": written(code_of(links.signer, booking)) if booking.state == READY_FOR_PICKUP else "",
        "how": links.how(booking.id, booking.page_version),
    }


def _ways_out(now: datetime, setup: Setup, booking: Booking, links: PageLinks) -> dict[str, str]:
    """What the shopper can still do about a parcel that could not be delivered."""
    if booking.state != DELIVERY_FAILED:
        return {"move": "", "elsewhere": ""}
    page = links.page(booking.id, booking.page_version)
    pages = {"move": deadlines.MOVE, "elsewhere": deadlines.REDIRECT}
    return {
        name: f"{page}/{name}" if deadlines.is_possible(now, setup, booking, what) else ""
        for name, what in pages.items()
    }


def _given_back(session: Session, booking: Booking, locale: str) -> str:
    """The fee that a broken promise gives back; nothing if it does not."""
    amount = credits.given_back(session, booking)
    return money(amount, booking.currency, locale) if amount else ""


def _way(
    session: Session, now: datetime, setup: Setup, booking: Booking, links: PageLinks, locale: str
) -> dict[str, str]:
    """Where the shopper's link leads, and what it goes with. As long as nothing was chosen: where to choose, until when, and
    what it goes with if nobody does; without that the end means nothing to the shopper."""
    if booking.state != CHOICE_OPEN:
        link = links.page(booking.id, booking.page_version)
        return {"link": link, "service": setup.service_name(booking.service_id)}
    service = setup.service_name(setup.afterwards.choice_default)
    known = known_of(session, booking.merchant_id, booking.id)
    until = known.choose_until if known else now + timedelta(hours=setup.afterwards.choice_hours)
    ends = moment(until, setup.time_zone.key, locale) if service and until else ""
    return {"link": links.choose(booking.id, booking.page_version), "service": service, "until": ends}


def _name(booking: Booking) -> str:
    """What the shopper is called. Anybody may order for anybody's address: a name that advertises something is left out."""
    name = " ".join(str(booking.recipient.get("name") or "").split())
    return "" if len(name) > LONGEST_NAME or _NOT_A_NAME.search(name) else name


def _promised(now: datetime, booking: Booking, place: str, locale: str) -> dict[str, str]:
    if booking.option is None:
        return {"plan": "", "day": "", "window": "", "until": ""}
    promised = promise(booking.option)
    said = promised.get("pickup_by")
    until = booking.kept_until or (datetime.fromisoformat(said) if said else None)
    kept = {"until": moment(until, promised["time_zone"], locale) if until and until > now else ""}
    if booking.expected is not None:
        return _expected(booking.expected, locale) | kept
    return kept | {
        # What was promised for a moment that has passed is no plan any more.
        "plan": "" if _is_past(now, promised) else plan(booking.type, promised, place, locale),
        "day": days_promised(promised, locale) if promised["earliest"] else "",
        "window": window_promised(promised, locale) or "",
    }


def _expected(expected: Mapping[str, Any], locale: str) -> dict[str, str]:
    """The later day that took the promise's place, if one is known."""
    day = days_promised(expected, locale) if expected["earliest"] else ""
    return {"plan": expected_said(day, locale) if day else "", "day": day, "window": ""}


def _is_past(now: datetime, promised: Mapping[str, Any]) -> bool:
    if promised.get("ready_by"):
        return datetime.fromisoformat(promised["ready_by"]) <= now
    if promised.get("window"):
        return datetime.fromisoformat(promised["window"]["end"]) <= now
    last = promised["latest"] or promised["earliest"]
    return bool(last) and date.fromisoformat(last) < local_day(now, zone_named(promised["time_zone"]))


def _place(booking: Booking) -> str:
    """The centre with its address, or where it is brought."""
    location = (booking.option or {}).get("location")
    return (
        ", ".join([location["name"], *_lines(location["address"])]) if location else ", ".join(_lines(booking.address))
    )


def _lines(address: Mapping[str, Any]) -> list[str]:
    town = " ".join(str(address[name]) for name in ("postal_code", "city") if address.get(name))
    return [str(line) for line in (*(address.get("lines") or ()), town) if line]


def _hours(setup: Setup, now: datetime, booking: Booking, locale: str) -> str:
    """When the centre is open in the coming week, as the settings stand now."""
    location = (booking.option or {}).get("location")
    centre = setup.centre(location["id"]) if location else None
    if centre is None:
        return ""
    zone = centre.zone.key
    days = (
        (day.day, [window(interval.start, interval.end, zone, locale) for interval in day.intervals])
        for day in opening_of(centre, now).week
    )
    return "; ".join(f"{short_day(on_day, locale)} {', '.join(open_)}" for on_day, open_ in days if open_)


def _reported(session: Session, now: datetime, booking: Booking, locale: str) -> dict[str, str]:
    """The carrier and its link, as they were reported last; and when the courier comes, in the place of what was promised."""
    found = {"carrier": "", "tracking": ""}
    events = events_of(session, booking.merchant_id, booking.id)
    for event in events:
        found["carrier"] = str(event.facts.get("carrier") or found["carrier"])
        found["tracking"] = str(event.facts.get("tracking_url") or found["tracking"])
    nearer = nearer_of(booking, events)
    if nearer is None or not is_still_to_come(now, nearer):
        return found
    day, hours = days_promised(nearer, locale), window_promised(nearer, locale) or ""
    return found | {"plan": courier_said(day, hours, locale), "day": day, "window": hours}
