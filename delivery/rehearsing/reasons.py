"""Why something is not on offer, by stable names; `delivery/texts/rehearsal.py` has a sentence for each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from delivery.asked import NOTHING, Asked
from delivery.rules.parcels import can_serve

CLOCK_CHANGE = "clock_change"
CLOSED = "closed"
CLOSED_DAY = "closed_day"
DOES_NOT_GO_THERE = "does_not_go_there"
FULL = "full"
HOLIDAY = "holiday"
HOURS_UNREADABLE = "hours_unreadable"
NEVER_OPENS = "never_opens"
NO_ORIGIN = "no_origin"
NO_STOCK = "no_stock"
NO_VAN = "no_van"
NO_VAN_OUT = "no_van_out"
NO_WORK_DAY = "no_work_day"
NOT_COUNTED = "not_counted"
NOT_OPEN_IN_TIME = "not_open_in_time"
NOT_READY = "not_ready"
NOT_SUPPLIED = "not_supplied"
SHELF_FULL = "shelf_full"
PAST_CUT_OFF = "past_cut_off"
ZONE = "zone"

OF_SLOTS = (NO_ORIGIN, NO_STOCK, NO_WORK_DAY, CLOCK_CHANGE, CLOSED, PAST_CUT_OFF, NOT_READY, NO_VAN_OUT, NO_VAN, FULL)
"""The first that holds is a window's reason. One that lies outside has none of its own: its zone has, once."""
OF_SERVICES = (DOES_NOT_GO_THERE, NO_ORIGIN, NO_WORK_DAY, NO_STOCK)
OF_CENTRES = (HOURS_UNREADABLE, NEVER_OPENS, NOT_SUPPLIED, SHELF_FULL, NOT_COUNTED, *OF_SERVICES, NOT_OPEN_IN_TIME)
OF_DAYS = (
    *(HOLIDAY, CLOSED_DAY, FULL, NO_VAN, NO_VAN_OUT, PAST_CUT_OFF, NOT_READY),
    *(NO_STOCK, NO_WORK_DAY, NO_ORIGIN, CLOCK_CHANGE),
)

Facts = Mapping[str, Any]
"""What a reason's sentence is filled in with: names, whole numbers, days and aware instants."""


@dataclass(frozen=True, slots=True)
class MissingSlot:
    """A window of the horizon that is not on offer. Start and end are wall clock of `time_zone`."""

    pattern_id: str
    zone_id: str
    day: date
    start_time: time
    end_time: time
    time_zone: str
    reason: str
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MissingZone:
    """A zone with windows in which the destination does not lie; `windows` a week."""

    zone_id: str
    windows: int
    reason: str = ZONE


@dataclass(frozen=True, slots=True)
class MissingService:
    """A carrier's service that is not on offer."""

    service_id: str
    name: str
    reason: str
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MissingCentre:
    """One of the nearest pick-up centres that is not on offer. `distance_m` is None when that is not known."""

    centre_id: str
    name: str
    distance_m: int | None
    reason: str
    facts: Facts = field(default_factory=dict)


def origin_lacks(asked: Asked, origin_id: str) -> tuple[str, Facts] | None:
    """Why an origin can have nothing packed: `no_origin`, `no_stock` or `no_work_day`; None when it can."""
    origin = asked.setup.origins.get(origin_id)
    if origin is None:
        return NO_ORIGIN, {"origin": origin_id}
    if not can_serve(asked.stock.get(origin_id, NOTHING), asked.question.basket):
        return NO_STOCK, {"origin": origin.name}
    if asked.preparation(origin_id) is None:
        return NO_WORK_DAY, {"origin": origin.name}
    return None
