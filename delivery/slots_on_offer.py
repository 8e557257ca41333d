"""Home windows on offer: slots that the origin can still make, with a place left."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from delivery.asked import Asked, Reason
from delivery.options import SlotOption, Window
from delivery.questions import Mint
from delivery.rules.prices import Money
from delivery.rules.slots import Slot, SlotPattern, coming_slots
from delivery.texts.offers import slot_title

SLOT = "slot"
"""The kind of counter a home window counts in."""


def slots_on_offer(asked: Asked, mint: Mint) -> Iterator[tuple[SlotOption, Reason]]:
    """Options for the shop's horizon, by start. Full ones are left out, but for the one this checkout itself holds."""
    few = asked.setup.few_left
    for slot in _coming(asked):
        left = places_left(asked, slot)
        if left > 0:
            yield _option(asked, slot, left if left <= few else None, mint), _reason(asked, slot)


def places_left(asked: Asked, slot: Slot) -> int:
    """How many places this checkout can still have: its own hold does not count against it."""
    left = slot.capacity - asked.taken.get((SLOT, slot.pattern_id, slot.day), 0)
    own = asked.own
    if own is not None and own.place is not None:
        left += (own.place.kind, own.place.ref, own.place.day) == (SLOT, slot.pattern_id, slot.day)
    return left


def _coming(asked: Asked) -> list[Slot]:
    """The slots of every origin that has the goods, from the day on which it has them packed."""
    by_origin: dict[str, list[SlotPattern]] = defaultdict(list)
    for pattern in asked.setup.patterns.values():
        by_origin[pattern.origin_id].append(pattern)
    horizon = asked.today + timedelta(days=asked.setup.horizon_days)
    coming: list[Slot] = []
    for origin_id, patterns in by_origin.items():
        prepared = asked.preparation(origin_id)
        if prepared is not None and prepared.ready_day < horizon:
            days = (horizon - prepared.ready_day).days
            coming += coming_slots(patterns, asked.now, prepared.ready_day, days, asked.destination)
    if len(by_origin) > 1:
        coming.sort(key=lambda slot: (slot.start, slot.end, slot.pattern_id))
    return coming


def _option(asked: Asked, slot: Slot, few_left: int | None, mint: Mint) -> SlotOption:
    fee, zone = asked.fee(slot.fee), slot.time_zone.key
    day = slot.day.isoformat()
    return SlotOption(
        id=mint("local_delivery", slot.pattern_id, day, day, fee),
        title=slot_title(slot.day, slot.start, slot.end, zone, asked.question.locale),
        fee=Money(fee, slot.fee.currency),
        time_zone=zone,
        pattern_id=slot.pattern_id,
        day=slot.day,
        window=Window(slot.start, slot.end),
        places_left=few_left,
    )


def _reason(asked: Asked, slot: Slot) -> Reason:
    prepared = asked.preparation(slot.origin_id)
    return Reason(slot.origin_id, None, slot.day, prepared.steps if prepared else ())
