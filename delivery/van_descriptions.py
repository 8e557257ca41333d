"""The plan of a day of vans in the words of the public interface: the same on the merchant's pages and for the shop's server."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from delivery.options import Window
from delivery.van_plans import DayPlan, PlannedStop, PlannedVan
from delivery.van_visits import Visit

COLUMNS = (
    *("day", "van", "van_name", "position", "booking", "order", "part", "state", "name", "phone"),
    *("address", "postal_code", "city", "country", "latitude", "longitude", "is_exact"),
    *("window_start", "window_end", "arrives_at", "begins_at", "leaves_at"),
    *("parcels", "minutes", "longer_minutes", "notes"),
)
"""Of a line for each stop. Stops of no van come last, with neither van nor times."""


def describe_plan(plan: DayPlan) -> dict[str, Any]:
    """The plan as JSON can carry it; moments with the offset of the origin's time zone."""
    zone = plan.fleet.time_zone
    return {
        "origin": plan.origin_id,
        "day": plan.day.isoformat(),
        "time_zone": zone.key,
        "version": plan.version,
        "planned_at": _at(plan.planned_at, zone),
        "vans": [_van(van, zone) for van in plan.vans],
        "left_over": [_visit(visit, zone) for visit in plan.left_over],
        "unplaced": [_visit(visit, zone) for visit in plan.unplaced],
    }


def lines_of(plan: DayPlan) -> Iterator[list[object]]:
    """The plan as lines of COLUMNS."""
    for van in plan.vans:
        for planned in van.stops:
            yield _line(plan, {"van": van.id, "van_name": van.name} | _stop(planned, plan.fleet.time_zone))
    for visit in (*plan.left_over, *plan.unplaced):
        yield _line(plan, _visit(visit, plan.fleet.time_zone))


def _van(van: PlannedVan, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "van": van.id,
        "name": van.name,
        "shift": _window(van.shift, zone),
        "leaves_at": _at(van.leaves_at, zone),
        "back_at": _at(van.back_at, zone),
        "drive_minutes": van.drive_minutes,
        "door_minutes": van.door_minutes,
        "parcels": int(van.route.parcels),
        "is_kept": van.route.is_kept,
        "stops": [_stop(planned, zone) for planned in van.stops],
    }


def _stop(planned: PlannedStop, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "position": planned.position,
        **_visit(planned.visit, zone),
        "window": _window(planned.window, zone),
        "arrives_at": _at(planned.arrives_at, zone),
        "begins_at": _at(planned.begins_at, zone),
        "leaves_at": _at(planned.leaves_at, zone),
        "parcels": int(planned.stop.parcels),
        "minutes": planned.door_minutes,
        "longer_minutes": planned.longer_minutes,
    }


def _visit(visit: Visit, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "booking": visit.booking_id,
        "order": visit.order or None,
        "part": visit.part,
        "state": visit.state,
        "name": visit.name,
        "phone": visit.phone,
        "address": dict(visit.address) if visit.address is not None else None,
        "latitude": visit.point.latitude if visit.point else None,
        "longitude": visit.point.longitude if visit.point else None,
        "is_exact": visit.is_exact,
        "window": _window(visit.window, zone) if visit.window else None,
        "parcels": visit.parcels,
        "notes": visit.notes,
        "instructions": dict(visit.instructions or {}),
    }


def _line(plan: DayPlan, facts: dict[str, Any]) -> list[object]:
    address, window = facts["address"] or {}, facts["window"] or {}
    flat = {
        **facts,
        "day": plan.day.isoformat(),
        "address": ", ".join(address.get("lines") or ()),
        **{name: address.get(name) for name in ("postal_code", "city", "country")},
        "window_start": window.get("start"),
        "window_end": window.get("end"),
    }
    return [flat.get(name) for name in COLUMNS]


def _window(window: Window, zone: ZoneInfo) -> dict[str, str]:
    return {"start": window.start.astimezone(zone).isoformat(), "end": window.end.astimezone(zone).isoformat()}


def _at(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return moment.astimezone(zone).isoformat() if moment else None
