"""Every window of the horizon that is not on offer, with the one reason why."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from delivery.asked import Asked, days_from
from delivery.rehearsing.reasons import (
    CLOCK_CHANGE,
    CLOSED,
    FULL,
    NO_VAN,
    NO_VAN_OUT,
    NOT_READY,
    PAST_CUT_OFF,
    Facts,
    MissingSlot,
    MissingZone,
    origin_lacks,
)
from delivery.rules.slots import Slot, SlotPattern, slot_on
from delivery.slots_on_offer import SLOT
from delivery.vans_on_offer import Ways, van_ways
from delivery.vans_out import is_a_van_out


def missing_zones(asked: Asked) -> tuple[MissingZone, ...]:
    """The zones with windows that do not cover the destination."""
    outside = Counter(pattern.zone.id for pattern in asked.setup.patterns.values() if not is_inside(asked, pattern))
    return tuple(MissingZone(zone_id, windows) for zone_id, windows in outside.items())


def missing_slots(asked: Asked) -> tuple[MissingSlot, ...]:
    """By day and start, the windows that this shopper would have had, were it not for the reason given.

    The first of `reasons.OF_SLOTS` that holds counts: without the origin there is no window at all; a closed day is
    closed whatever the hour; a window whose own cut-off has passed is gone even if the parcel were ready.
    """
    inside = [
        (pattern, day)
        for pattern in asked.setup.patterns.values()
        if is_inside(asked, pattern)
        for day in days_from(asked.today, asked.setup.horizon_days)
        if day.isoweekday() == pattern.weekday
    ]
    ways = _ways(asked, inside)
    found = [missing for pattern, day in inside for missing in _missing(asked, pattern, day, ways)]
    return tuple(sorted(found, key=lambda slot: (slot.day, slot.start_time, slot.end_time, slot.pattern_id)))


def is_inside(asked: Asked, pattern: SlotPattern) -> bool:
    """Whether the destination lies in the pattern's zone."""
    return pattern.zone.covers(asked.destination)


def _ways(asked: Asked, inside: Iterable[tuple[SlotPattern, date]]) -> Ways:
    slots = (slot_on(pattern, day) for pattern, day in inside)
    return van_ways(asked, (slot for slot in slots if slot is not None)) if asked.setup.has_van_windows else {}


def _missing(asked: Asked, pattern: SlotPattern, day: date, ways: Ways) -> Iterator[MissingSlot]:
    why = origin_lacks(asked, pattern.origin_id) or _why(asked, slot_on(pattern, day), ways)
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


def _why(asked: Asked, slot: Slot | None, ways: Ways) -> tuple[str, Facts] | None:
    if slot is None:
        return CLOCK_CHANGE, {}
    if slot.capacity == 0:
        return CLOSED, {}
    if slot.closes_at <= asked.now:
        return PAST_CUT_OFF, {"closed_at": slot.closes_at}
    prepared = asked.preparation(slot.origin_id)
    if prepared is not None and slot.day < prepared.ready_day:
        return NOT_READY, {"ready_day": prepared.ready_day}
    if (slot.pattern_id, slot.day) in ways:
        if ways[slot.pattern_id, slot.day] is not None:
            return None
        return NO_VAN if is_a_van_out(asked.setup, slot) else NO_VAN_OUT, {}
    if asked.taken.get((SLOT, slot.pattern_id, slot.day), 0) >= slot.capacity:
        return FULL, {"capacity": slot.capacity}
    return None
