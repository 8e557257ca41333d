"""A small shop's settings as a merchant would send them."""

from datetime import UTC, datetime
from typing import Any

from delivery.audit import By
from delivery.settings import items
from delivery.store.engine import Database
from tests.databases import LAMPS

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
ANNA = By("st_anna", "Anna")

FEE = {"amount": 495, "free_from": None, "by_weight": []}
ADDRESS = {"lines": ["De Molen 46"], "postal_code": "3995 AX", "city": "Houten", "country": "NL"}
ORIGIN: dict[str, Any] = {"name": "Magazijn Houten", "address": ADDRESS, "latitude": 52.0276, "longitude": 5.1732}
ZONE: dict[str, Any] = {"name": "Amsterdam", "country": "NL", "postcodes": ["1011-1109"]}
SERVICE: dict[str, Any] = {
    "name": "Pakketpost",
    "transits": [{"zone": "amsterdam", "least_days": 1, "most_days": 2}],
    "fee": {"amount": 495},
}
WINDOW: dict[str, Any] = {
    "zone_id": "amsterdam",
    "origin_id": "magazijn-houten",
    "weekday": 2,
    "start_time": "18:00",
    "end_time": "20:00",
    "capacity": 12,
    "fee": {"amount": 695},
}
CENTRE: dict[str, Any] = {
    "name": "Boekhandel De Ceintuur",
    "address": {"lines": ["Ceintuurbaan 254"], "postal_code": "1072 GH", "city": "Amsterdam", "country": "NL"},
    "latitude": 52.3544,
    "longitude": 4.8894,
    "opening_hours": "Mo-Fr 09:00-21:00; Sa 09:00-18:00; Su,PH off",
    "service_id": "pakketpost",
}
VAN: dict[str, Any] = {"name": "Transit", "origin_id": "magazijn-houten", "number": 2, "most_parcels": 40}
SHOP = {"origins": ORIGIN, "zones": ZONE, "services": SERVICE, "windows": WINDOW, "centres": CENTRE, "vans": VAN}


def add(database: Database, area: str, data: dict[str, Any], merchant_id: str = LAMPS) -> str:
    """Add an item, as Anna."""
    return database.write(lambda session: items.add(session, NOW, ANNA, merchant_id, area, data))


def save(database: Database, area: str, item_id: str, data: dict[str, Any], seen: str | None = None) -> dict[str, Any]:
    """Change an item, as Anna."""
    return database.write(lambda session: items.save(session, NOW, ANNA, LAMPS, area, item_id, data, seen))


def item(database: Database, area: str, item_id: str = "", merchant_id: str = LAMPS) -> dict[str, Any]:
    """An item as it stands."""
    with database.reading() as session:
        return items.item(session, merchant_id, area, item_id)


def order(database: Database, area: str) -> list[str]:
    """The ids of an area, in order."""
    with database.reading() as session:
        return list(items.items(session, LAMPS, area))


def add_shop(database: Database, merchant_id: str = LAMPS) -> None:
    """An item of each kind."""
    for area, data in SHOP.items():
        add(database, area, data, merchant_id)
