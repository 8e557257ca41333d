"""Makes the demo's merchant, once."""

import json
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from importlib.resources import files
from typing import Any

from sqlalchemy import Table, insert

from delivery.audit import OPERATOR
from delivery.merchants import add_merchant, is_merchant
from delivery.places import import_places, read_places
from delivery.rules.workdays import Region, public_holidays
from delivery.settings import items
from delivery.store.engine import Session
from delivery.store.tables import centres, origins, services, slot_patterns, stock, zones

MERCHANT_ID = "sh_demo"

_HERE = files("plugin.commands.demo_merchant")
_OPEN_ALL_THE_SAME: dict[str, list[str]] = {"closed_days": [], "open_days": []}


def seed(session: Session, now: datetime, allowed_origins: tuple[str, ...]) -> bool:
    """Make the merchant, all it has set and the postcodes around it. False, and nothing done, when it is there."""
    if is_merchant(session, MERCHANT_ID):
        return False
    facts = json.loads((_HERE / "merchant.json").read_text(encoding="utf-8"))
    merchant = facts["merchant"]
    add_merchant(session, now, merchant_id=MERCHANT_ID, allowed_origins=allowed_origins, **merchant)
    zone = merchant["time_zone"]
    _keep(session, origins, (_origin(row, zone) for row in facts["origins"]))
    _keep(session, zones, iter(facts["zones"]))
    _keep(session, services, (_service(row, zone) for row in facts["services"]))
    _keep(session, slot_patterns, _patterns(facts["courier"], zone, _holidays_ahead(now, merchant["country"])))
    _keep(session, centres, (_centre(row, zone) for row in facts["centres"]))
    items.save(session, now, OPERATOR, MERCHANT_ID, "fees", "", facts["fees"])
    session.execute(insert(stock), [{"merchant_id": MERCHANT_ID, **row} for row in facts["stock"]])
    seed_places(session)
    return True


def seed_places(session: Session) -> None:
    """About sixty Dutch postcodes, copied from GeoNames (docs/credits.md)."""
    with (_HERE / "places.tsv").open(encoding="utf-8") as lines:
        import_places(session, read_places(lines, "places.tsv"))


def _keep(session: Session, table: Table, rows: Iterator[dict[str, Any]]) -> None:
    session.execute(
        insert(table),
        [{"merchant_id": MERCHANT_ID, "position": position, **row} for position, row in enumerate(rows)],
    )


def _origin(row: dict[str, Any], zone: str) -> dict[str, Any]:
    return {
        **row,
        **_OPEN_ALL_THE_SAME,
        "country": row["address"]["country"],
        "time_zone": zone,
        "keeps_holidays": True,
        "usual_cut_off": time.fromisoformat(row["usual_cut_off"]),
        "cut_off_overrides": {},
    }


def _service(row: dict[str, Any], zone: str) -> dict[str, Any]:
    calendars = {name: {**row[name], **_OPEN_ALL_THE_SAME} for name in ("collects", "delivers")}
    return {**row, **calendars, "time_zone": zone}


def _centre(row: dict[str, Any], zone: str) -> dict[str, Any]:
    usual: dict[str, Any] = {"preparation_minutes": 30, "same_day": True, "minutes_per_order": 0, "people": 1}
    usual |= {"origin_id": None, "service_id": None}
    return {
        **usual,
        **row,
        "country": row["address"]["country"],
        "time_zone": zone,
        "exceptions": {},
        "arrival_time": time.fromisoformat(row["arrival_time"]),
    }


def _patterns(courier: dict[str, Any], zone: str, closed_days: list[str]) -> Iterator[dict[str, Any]]:
    """A pattern for each zone, weekday and window; no van on a public holiday."""
    exceptions = {day: {"capacity": 0, "fee": None} for day in closed_days}
    for tour in courier["rounds"]:
        for weekday in courier["weekdays"]:
            for window in courier["windows"]:
                yield {
                    "id": f"{tour['zone']}-{weekday}-{window['start'][:2]}",
                    "zone_id": tour["zone"],
                    "origin_id": tour["origin"],
                    "weekday": weekday,
                    "start_time": time.fromisoformat(window["start"]),
                    "end_time": time.fromisoformat(window["end"]),
                    "time_zone": zone,
                    "capacity": courier["capacity"],
                    "fee": window["fee"],
                    "lead_minutes": window["lead_minutes"],
                    "exceptions": exceptions,
                }


def _holidays_ahead(now: datetime, country: str) -> list[str]:
    """The public holidays of the coming year."""
    region, today = Region(country), now.date()
    days = public_holidays(region, today.year) | public_holidays(region, today.year + 1)
    return [day.isoformat() for day in sorted(days) if today <= day <= today + timedelta(days=366)]
