"""Home windows on offer: slots that the origin can still make, with a place left."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import cast

from delivery.asked import Asked, Reason
from delivery.option_facts import window_json
from delivery.options import SlotOption, Window
from delivery.questions import Mint, OptionBody, option_body
from delivery.rules.prices import Money
from delivery.rules.slots import Slot, coming_slots
from delivery.texts.offers import slot_title
from delivery.vans_on_offer import ByVan, van_ways, way_price

SLOT = "slot"
"""The kind of counter a home window counts in."""


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A window as every shopper of the zone sees it: all of an option but its id and the places left."""

    slot: Slot
    place: tuple[str, str, date]
    closes_at: datetime
    capacity: int
    body: OptionBody
    body_day: str
    title: str
    price: Money
    time_zone: str
    window: Window
    written: bytes


def slots_on_offer(asked: Asked, mint: Mint) -> Iterator[tuple[SlotOption, Slot]]:
    """Options for the shop's horizon, by start. Full ones are left out, but for the one this checkout itself holds; so are those
    that vans keep, where none can come by."""
    now, taken, few = asked.now, asked.taken, asked.setup.few_left
    own = asked.own.place if asked.own else None
    shelf = [shown for shown in _shelf(asked) if shown.closes_at > now]
    kept_by_vans = van_ways(asked, (shown.slot for shown in shelf)) if asked.setup.has_van_windows else {}
    for shown in shelf:
        which = (shown.slot.pattern_id, shown.slot.day)
        if which in kept_by_vans:
            if (way := kept_by_vans[which]) is not None:
                yield _by_van(asked, shown, way, mint), shown.slot
            continue
        left = shown.capacity - taken.get(shown.place, 0) + (shown.place == own)
        if left > 0:
            yield _option(shown, left if left <= few else None, mint), shown.slot


def _by_van(asked: Asked, shown: Shown, way: ByVan, mint: Mint) -> SlotOption:
    """A window that a van can keep, at the price of the way there."""
    price = way_price(asked.setup.fleets[shown.slot.origin_id].driving, shown.price, way)
    if price != shown.price:
        body = option_body("local_delivery", shown.slot.pattern_id, shown.body_day, shown.body_day, price.amount)
        shown = replace(shown, body=body, price=price, written=b"")
    option = _option(shown, None, mint)
    return replace(option, is_near=True, written=b"") if way.is_near else option


def open_slots(asked: Asked) -> Iterator[Slot]:
    """Windows that this shopper may still choose, were there room in all of them."""
    return (shown.slot for shown in _shelf(asked) if shown.closes_at > asked.now and shown.capacity > 0)


def slot_reason(asked: Asked, slot: Slot) -> Reason:
    """Who sends what goes in this window, and why it can."""
    prepared = asked.preparation(slot.origin_id)
    return Reason(slot.origin_id, None, slot.day, prepared.steps if prepared else (), slot.closes_at)


def _option(shown: Shown, few_left: int | None, mint: Mint) -> SlotOption:
    return SlotOption(
        mint(shown.body),
        shown.title,
        shown.price,
        shown.time_zone,
        shown.slot.pattern_id,
        shown.slot.day,
        shown.window,
        few_left,
        shown.written,
    )


def _shelf(asked: Asked) -> tuple[Shown, ...]:
    """The windows this shopper may see, made once for all whose question comes to the same."""
    ready_days = _ready_days(asked)
    amounts = tuple(asked.price(fee).amount for fee in asked.setup.slot_fees)
    zones = tuple(zone.covers(asked.destination) for zone in asked.setup.slot_zones)
    key = (asked.today, ready_days, zones, amounts, asked.question.locale)
    shelf = asked.setup.made.get(key)
    if shelf is None:
        shelf = asked.setup.made.keep(key, tuple(_shown(asked, slot) for slot in _coming(asked, dict(ready_days))))
    return cast(tuple[Shown, ...], shelf)


def _ready_days(asked: Asked) -> tuple[tuple[str, date], ...]:
    """The origins that have the goods, and the day on which each has them packed."""
    found = ((origin_id, asked.preparation(origin_id)) for origin_id in asked.setup.slot_origins)
    return tuple((origin_id, prepared.ready_day) for origin_id, prepared in found if prepared is not None)


def _coming(asked: Asked, ready_days: dict[str, date]) -> list[Slot]:
    horizon = asked.today + timedelta(days=asked.setup.horizon_days)
    long_ago = datetime.min.replace(tzinfo=asked.now.tzinfo)
    coming: list[Slot] = []
    for origin_id, ready_day in ready_days.items():
        patterns = [pattern for pattern in asked.setup.patterns.values() if pattern.origin_id == origin_id]
        coming += coming_slots(patterns, long_ago, ready_day, (horizon - ready_day).days, asked.destination)
    coming.sort(key=lambda slot: (slot.start, slot.end, slot.pattern_id))
    return coming


def _shown(asked: Asked, slot: Slot) -> Shown:
    zone, day, price = slot.time_zone.key, slot.day.isoformat(), asked.price(slot.fee)
    title = slot_title(slot.day, slot.start, slot.end, zone, asked.question.locale)
    return Shown(
        slot=slot,
        place=(SLOT, slot.pattern_id, slot.day),
        closes_at=slot.closes_at,
        capacity=slot.capacity,
        body=option_body("local_delivery", slot.pattern_id, day, day, price.amount),
        body_day=day,
        title=title,
        price=price,
        time_zone=zone,
        window=Window(slot.start, slot.end),
        written=window_json(title, zone, price, Window(slot.start, slot.end)),
    )
