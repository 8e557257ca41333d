"""Windows that vans keep: whether one can come by, and how much more driving that takes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import inf
from operator import is_
from typing import Any

from delivery.asked import Asked
from delivery.driving import Driving
from delivery.fleets import Fleet
from delivery.questions import OptionKey
from delivery.rules.driving import Place as Where
from delivery.rules.gaps import Gaps, Openings, best_way, joined, least_extra, neighbours, openings
from delivery.rules.places import Point
from delivery.rules.prices import Money
from delivery.rules.slots import VANS, Slot, SlotPattern
from delivery.scarce import Place
from delivery.setups import Setup
from delivery.van_claims import VanPlace
from delivery.van_days import VAN, VanDay


@dataclass(frozen=True, slots=True)
class ByVan:
    """How a van keeps a window: how many more seconds it drives, and whether it is in the street anyway."""

    extra: float
    is_near: bool


Ways = Mapping[tuple[str, date], ByVan | None]
"""By slot pattern and day, of windows that vans keep: how; None where none can. What is not in it is not kept by vans."""


def van_place(setup: Setup, pattern: SlotPattern, slot: Slot, plain: Place) -> Place:
    """The scarce place behind a window: on the routes of its fleet, where vans keep it and it is open; else `plain`."""
    fleet = setup.fleets.get(pattern.origin_id)
    if pattern.kept_by != VANS or fleet is None or slot.capacity == 0:
        return plain
    window = (slot.start.timestamp(), slot.end.timestamp())
    return VanPlace(VAN, "", slot.day, slot.capacity, plain, fleet, *window)


def visit_facts(asked: Asked, key: OptionKey) -> dict[str, Any]:
    """Who is to be visited, for the option as a hold keeps it; nothing where no van drives or nobody knows where to."""
    pattern = asked.setup.patterns.get(key.ref) if key.type == "local_delivery" else None
    fleet = pattern and pattern.kept_by == VANS and asked.setup.fleets.get(pattern.origin_id)
    return {"visit": visit_of(asked, fleet.driving)} if fleet and asked.point is not None else {}


def visit_of(asked: Asked, driving: Driving) -> dict[str, Any]:
    """The visit that this question would come to, at a place that is known: see delivery.van_claims.Visit."""
    assert asked.point is not None
    parcels = driving.parcels_of(asked.question.basket)
    return {
        "latitude": asked.point.latitude,
        "longitude": asked.point.longitude,
        "unsure_seconds": _unsure_seconds(asked, driving.unsure_minutes),
        "parcels": parcels,
        "grams": asked.question.basket.weight_g,
        "seconds": driving.door_seconds(parcels),
    }


def _unsure_seconds(asked: Asked, minutes: int) -> int:
    return 0 if asked.question.destination.point is not None else 60 * minutes


def van_ways(asked: Asked, slots: Iterable[Slot]) -> Ways:
    """How vans can keep these windows, for all days at once."""
    by_fleet: dict[str, dict[date, list[Slot]]] = {}
    for slot in slots:
        if asked.setup.patterns[slot.pattern_id].kept_by == VANS and slot.origin_id in asked.setup.fleets:
            by_fleet.setdefault(slot.origin_id, {}).setdefault(slot.day, []).append(slot)
    if asked.point is None:
        return {}
    found: dict[tuple[str, date], ByVan | None] = {}
    for origin_id, by_day in by_fleet.items():
        found |= {(slot.pattern_id, slot.day): None for own in by_day.values() for slot in own}
        found |= _ways_of_fleet(asked, asked.setup.fleets[origin_id], by_day, asked.point)
    return found


def _ways_of_fleet(
    asked: Asked, fleet: Fleet, by_day: Mapping[date, list[Slot]], point: Point
) -> dict[tuple[str, date], ByVan | None]:
    days = [asked.vans[fleet.origin_id, day] for day in by_day if (fleet.origin_id, day) in asked.vans]
    if not days:
        return {}
    place = fleet.plane.place(point, _unsure_seconds(asked, fleet.driving.unsure_minutes))
    found: dict[tuple[str, date], ByVan | None] = {}
    for day, open_here in zip(days, _openings(asked, days, place), strict=True):
        windows = [(slot.start.timestamp(), slot.end.timestamp()) for slot in by_day[day.day]]
        for slot, window, extra in zip(by_day[day.day], windows, least_extra(open_here, windows), strict=True):
            if extra < inf:
                is_near = extra <= 60 * fleet.driving.near_minutes and _is_near(day, place, window, open_here)
                found[slot.pattern_id, day.day] = ByVan(extra, is_near)
    return found


def _openings(asked: Asked, days: Sequence[VanDay], place: Where) -> Iterator[Openings]:
    """The openings of each day: in one pass over all days, unless the pace changes over one of them."""
    fleet = days[0].fleet
    visit = visit_of(asked, fleet.driving)
    stop = (place, float(visit["seconds"]), float(visit["parcels"]), float(visit["grams"]))
    later = [day for day in days if not day.has_begun(asked.now)]
    if later and len(later) < len(days):
        # A day that has begun is another at each moment; what all others come to is remembered.
        rest = _openings(asked, later, place)
        for day in days:
            yield next(_openings(asked, [day], place) if day.has_begun(asked.now) else rest)
        return
    if not later or not all(day.clock.is_even and day.roads == days[0].roads for day in days):
        for day in days:
            yield openings(day.gaps_at(asked.now), day.roads, day.clock, *stop)
        return
    found = openings(_joined(fleet, days), days[0].roads, days[0].clock, *stop)
    first = 0
    for day in days:
        yield found.between(first, first + len(day.gaps))
        first += len(day.gaps)


def _joined(fleet: Fleet, days: Sequence[VanDay]) -> Gaps:
    """The gaps of these days in one, remembered as long as none of them changes."""
    each = [day.gaps for day in days]
    known = fleet.made.get("joined")
    if known is not None and len(known[0]) == len(each) and all(map(is_, known[0], each)):
        remembered: Gaps = known[1]
        return remembered
    together = joined(each)
    fleet.made.keep("joined", (each, together))
    return together


def _is_near(day: VanDay, place: Where, window: tuple[float, float], open_here: Openings) -> bool:
    """Whether a van is in the street then. True only of a stop beside the gap that somebody has ordered, and that is visited
    within this window whatever the routes become."""
    near, way = 60 * day.fleet.driving.near_minutes, best_way(open_here, *window)
    return way is not None and any(
        one.seconds <= near and window[0] <= one.opens and one.closes <= window[1] and one.number not in day.held
        for one in neighbours(day.gaps, way.gap, day.roads, place)
    )


def way_price(driving: Driving, usual: Money, way: ByVan) -> Money:
    """What the window costs with the driving it takes. Never less than nothing."""
    if driving.near_discount and way.is_near:
        return Money(max(0, usual.amount - driving.near_discount), usual.currency)
    if driving.far_fee and driving.far_minutes is not None and way.extra >= 60 * driving.far_minutes:
        return Money(usual.amount + driving.far_fee, usual.currency)
    return usual
