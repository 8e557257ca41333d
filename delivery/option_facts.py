"""An option as plain facts, in the words of the public interface: for JSON, for the hold and for the booking."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from delivery.options import DayHours, Location, Option, PickupOption, ShippingOption, SlotOption, Window
from delivery.rules.estimate import Step
from delivery.rules.prices import Money
from delivery.rules.wallclock import zone_named
from delivery.texts.offers import step_sentences


def option_facts(option: Option) -> dict[str, Any]:
    """The option as the offer shows it. Instants carry the offset of the option's own zone."""
    if isinstance(option, SlotOption):
        return {"id": option.id} | _slot_facts(option)
    facts: dict[str, Any] = {"id": option.id, "type": option.type, "title": option.title, "time_zone": option.time_zone}
    facts["fee"] = money_facts(option.fee)
    if isinstance(option, PickupOption):
        return facts | _pickup_facts(option)
    days = {"earliest_delivery_time": _day(option.earliest_day), "latest_delivery_time": _day(option.latest_day)}
    return facts | days


def option_json(option: Option) -> Any:
    """The option as orjson writes it. All of a window but its id is written once: an offer has a hundred."""
    if isinstance(option, SlotOption) and option.written and option.places_left is None:
        return orjson.Fragment(b'{"id":"' + option.id.encode() + option.written)
    return option_facts(option)


def window_json(title: str, time_zone: str, price: Money, window: Window) -> bytes:
    """What stands after a window's id."""
    facts = _window_option(title, time_zone, price.amount, price.currency, window.start, window.end)
    return b'",' + orjson.dumps(facts)[1:]


def _slot_facts(option: SlotOption) -> dict[str, Any]:
    window, fee = option.window, option.fee
    facts = _window_option(option.title, option.time_zone, fee.amount, fee.currency, window.start, window.end)
    if option.is_near:
        facts = facts | {"is_near": True}
    return facts if option.places_left is None else facts | {"places_left": option.places_left}


# Every shopper of a zone sees the same windows: made once for each title, fee and language.
@lru_cache(maxsize=20_000)
def _window_option(
    title: str, time_zone: str, amount: int, currency: str, start: datetime, end: datetime
) -> dict[str, Any]:
    return {
        "type": "local_delivery",
        "title": title,
        "time_zone": time_zone,
        "fee": {"amount": amount, "currency": currency},
        "delivery_window": window_facts(Window(start, end), zone_named(time_zone)),
    }


def _pickup_facts(option: PickupOption) -> dict[str, Any]:
    zone = zone_named(option.time_zone)
    return {
        "location": location_facts(option.location, zone),
        "ready_by": at(option.ready_by, zone),
        "pickup_by": at(option.pickup_by, zone),
        "wait_for_message": option.wait_for_message,
    }


def snapshot(option: Option, origin_id: str | None, service_id: str | None, ship_by: date | None) -> dict[str, Any]:
    """The option as a booking keeps it: with its promise in days and who sends it by when; without the offer's own id."""
    zone = zone_named(option.time_zone)
    facts = option_facts(option)
    del facts["id"]
    first, last = promised_days(option, zone)
    facts |= {
        "earliest_day": _day(first),
        "latest_day": _day(last),
        "origin_id": origin_id,
        "service_id": service_id,
        "ship_by": _day(ship_by),
    }
    if isinstance(option, SlotOption):
        facts["window"] = facts["delivery_window"]
    return facts


def promised_days(option: Option, zone: ZoneInfo) -> tuple[date | None, date | None]:
    """The first and last day on which the shopper may have the parcel, in the option's zone."""
    if isinstance(option, ShippingOption):
        return option.earliest_day, option.latest_day
    if isinstance(option, SlotOption):
        return option.day, option.day
    assert isinstance(option, PickupOption)
    ready_day = option.ready_by.astimezone(zone).date()
    return ready_day, ready_day


def steps_facts(steps: Sequence[Step], locale: str, today: date | None) -> list[dict[str, Any]]:
    """Why this day: each step with its rule, day, facts and a sentence."""
    return [
        {
            "rule": step.rule,
            "day": step.day.isoformat(),
            "facts": dict(step.facts),
            "text": text,
        }
        for step, text in zip(steps, step_sentences(steps, locale, today), strict=True)
    ]


def money_facts(money: Money) -> dict[str, Any]:
    """An amount in minor units and its currency."""
    return {"amount": money.amount, "currency": money.currency}


def window_facts(window: Window, zone: ZoneInfo) -> dict[str, str]:
    """From when until when."""
    return {"start": at(window.start, zone), "end": at(window.end, zone)}


@lru_cache(maxsize=20_000)
def location_facts(location: Location, zone: ZoneInfo) -> dict[str, Any]:
    """A centre: where it is, how far, and when it is open in the coming days."""
    return {
        "id": location.id,
        "name": location.name,
        "address": dict(location.address),
        "latitude": location.latitude,
        "longitude": location.longitude,
        "distance_m": location.distance_m,
        "opening_hours": [hours_facts(hours, zone) for hours in location.opening_hours],
    }


def hours_facts(hours: DayHours, zone: ZoneInfo) -> dict[str, Any]:
    """One day's open intervals."""
    return {
        "day": hours.day.isoformat(),
        "intervals": [window_facts(interval, zone) for interval in hours.intervals],
    }


@lru_cache(maxsize=50_000)
def at(instant: datetime, zone: ZoneInfo) -> str:
    """RFC 3339, with the offset of the zone at that moment."""
    return instant.astimezone(zone).isoformat()


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
