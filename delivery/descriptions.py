"""A booking in the words of the public interface: the same for the shop's server and for fulfilment."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from delivery.booking_rows import Booking
from delivery.booking_states import AWAITING_PAYMENT, CHOICE_OPEN, READY_FOR_PICKUP
from delivery.links import PageLinks
from delivery.rules.prices import tax_within


def describe(booking: Booking, links: PageLinks, handover: Mapping[str, Any]) -> dict[str, Any]:
    """The booking as JSON can carry it. `handover` is {"state", "tries"}.

    `promise` is null while the choice is open; then `choose_page` leads to where the shopper can still choose.
    `tax` is the part of the fee that is tax, by the rate of the moment of the choice; null without one. `location` stands
    only at a pick-up, `paid_until` only as long as the payment is awaited, `expected` only where the promise could not
    hold, `outcome` only when it is over or the promise has passed; `ready_at`, `kept_until` and `going_back_at` only as long
    as it lies at a centre, the last once nobody collected it in time.
    """
    facts: dict[str, Any] = {
        "booking": booking.id,
        "order": booking.order,
        "part": booking.part,
        "state": booking.state,
        "type": booking.type,
        "promise": promise(booking.option) if booking.option else None,
        "fee": {"amount": booking.fee_amount, "currency": booking.currency},
        "tax": _tax(booking),
        "recipient": dict(booking.recipient),
        "address": dict(booking.address),
        "delivery_page": links.page(booking.id, booking.page_version),
        "handover": dict(handover),
        "instructions": dict(booking.instructions),
        "version": booking.version,
    }
    if booking.option and booking.option.get("location"):
        facts["location"] = booking.option["location"]
    if booking.state == CHOICE_OPEN:
        facts["choose_page"] = links.choose(booking.id, booking.page_version)
    if booking.state == AWAITING_PAYMENT and booking.paid_until is not None:
        facts["paid_until"] = booking.paid_until.isoformat()
    if booking.expected and booking.option:
        facts["expected"] = dict(booking.expected) | {"time_zone": booking.option["time_zone"]}
    facts |= {name: at.isoformat() for name, at in _waits(booking).items() if at is not None}
    if booking.arrived_at is not None or booking.kept is not None:
        arrived_at = booking.arrived_at and booking.arrived_at.isoformat()
        facts["outcome"] = {"arrived_at": arrived_at, "kept": booking.kept, "broken_by": booking.broken_by}
    return facts


def _waits(booking: Booking) -> dict[str, datetime | None]:
    if booking.state != READY_FOR_PICKUP:
        return {}
    return {"ready_at": booking.ready_at, "kept_until": booking.kept_until, "going_back_at": booking.going_back_at}


def _tax(booking: Booking) -> dict[str, Any] | None:
    rate = (booking.option or {}).get("tax_rate") or 0
    if not rate:
        return None
    return {"rate": f"{rate // 100}.{rate % 100:02}", "amount": tax_within(booking.fee_amount, rate)}


def promise(option: Mapping[str, Any]) -> dict[str, Any]:
    """What was promised: the first and last day in the option's zone, null for both when it came without a date.

    A home delivery adds its `window`, a pick-up `ready_by` and `pickup_by`; `steps` say why.
    """
    first, last = _days(option)
    facts = {"earliest": first, "latest": last, "time_zone": option["time_zone"], "steps": option.get("steps", [])}
    return facts | {name: option[name] for name in ("window", "ready_by", "pickup_by") if option.get(name)}


def _days(option: Mapping[str, Any]) -> tuple[str | None, str | None]:
    if option.get("earliest_day"):
        return option["earliest_day"], option.get("latest_day")
    moment = option["window"]["start"] if option.get("window") else option.get("ready_by")
    if not moment:
        return None, None
    day = datetime.fromisoformat(moment).astimezone(ZoneInfo(option["time_zone"])).date().isoformat()
    return day, day
