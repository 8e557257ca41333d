"""Every window of the horizon that is not on offer, with the one reason why."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from delivery.asked import Asked, days_from
from delivery.rehearsing.reasons import (
    CLOCK_CHANGE,
    CLOSED,
    FULL,
    NOT_READY,
    PAST_CUT_OFF,
    Facts,
    MissingSlot,
    MissingZone,
    origin_lacks,
)
from delivery.rules.slots import Slot, SlotPattern, slot_on
from delivery.slots_on_offer import SLOT


def missing_zones(asked: Asked) -> tuple[MissingZone, ...]:
    """The zones with windows that do not cover the destination."""
    outside = Counter(pattern.zone.id for pattern in asked.setup.patterns.values() if not is_inside(asked, pattern))
    return tuple(MissingZone(zone_id, windows) for zone_id, windows in outside.items())


def missing_slots(asked: Asked) -> tuple[MissingSlot, ...]:
    """By day and start, the windows that this shopper would have had, were it not for the reason given.

    The first of `reasons.OF_SLOTS` that holds counts: without the origin there is no window at all; a closed day is
    closed whatever the hour; a window whose own cut-off has passed is gone even if the parcel were ready.
    """
    found = [
        missing
        for pattern in asked.setup.patterns.values()
        if is_inside(asked, pattern)
        for day in days_from(asked.today, asked.setup.horizon_days)
        if day.isoweekday() == pattern.weekday
        for missing in _missing(asked, pattern, day)
    ]
    return tuple(sorted(found, key=lambda slot: (slot.day, slot.start_time, slot.end_time, slot.pattern_id)))


def is_inside(asked: Asked, pattern: SlotPattern) -> bool:
    """Whether the destination lies in the pattern's zone."""
    return pattern.zone.covers(asked.destination)


def _missing(asked: Asked, pattern: SlotPattern, day: date) -> Iterator[MissingSlot]:
    why = origin_lacks(asked, pattern.origin_id) or _why(asked, slot_on(pattern, day))
    if why is not None:
        yield MissingSlot(
            pattern.id,
            pattern.zone.id,
            day,
            pattern.start_time,
            pattern.end_time,
            pattern.time_zone.key,
            *why,
        )


def _why(asked: Asked, slot: Slot | None) -> tuple[str, Facts] | None:
    if slot is None:
        return CLOCK_CHANGE, {}
    if slot.capacity == 0:
        return CLOSED, {}
    if slot.closes_at <= asked.now:
        return PAST_CUT_OFF, {"closed_at": slot.closes_at}
    prepared = asked.preparation(slot.origin_id)
    if prepared is not None and slot.day < prepared.ready_day:
        return NOT_READY, {"ready_day": prepared.ready_day}
    if asked.taken.get((SLOT, slot.pattern_id, slot.day), 0) >= slot.capacity:
        return FULL, {"capacity": slot.capacity}
    return None
