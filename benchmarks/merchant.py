"""The merchant that is measured: plain, one of each, 84 windows on offer and 12,000 pick-up centres."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import insert

from delivery.merchants import add_merchant
from delivery.places import Place, import_places
from delivery.rules.places import Point
from delivery.store.engine import Session
from delivery.store.tables import centres, origins, services, slot_patterns, zones

MERCHANT_ID = "sh_bench"
SHOP_ORIGIN = "https://shop.test"
SEED = 20_261_124
CENTRES = 12_000
DAYS, WINDOWS_A_DAY = 14, 6
CAPACITY = 1_000_000
"""Windows never fill up: what is measured must be the same in every round."""

TUESDAY_MORNING = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
"""06:00 in Amsterdam: all six windows of today are still open, no holiday and no clock change in the fortnight."""

HOURS = (
    "Mo-Fr 09:00-18:00; Sa 09:00-17:00; Su,PH off",
    "Mo-Sa 08:00-22:00; Su 12:00-20:00; PH 12:00-18:00",
    "Mo 13:00-18:00; Tu-Th 09:00-18:00; Fr 09:00-13:00,14:00-20:00; Sa 09:00-17:00; Su,PH off",
    "Tu-Fr 08:30-12:00,13:00-18:30; Sa 09:00-17:00; Su,Mo,PH off",
    "Mo-Fr 07:00-23:00; Sa,Su 08:00-23:00",
    "24/7",
)

QUESTION: dict[str, Any] = {
    "destination": {"country": "NL", "postal_code": "1016 GV", "city": "Amsterdam"},
    "basket": {
        "lines": [
            {"sku": "LAMP-1", "quantity": 1, "weight_g": 1200, "value": {"amount": 4995, "currency": "EUR"}},
            {"sku": "RUG-2", "quantity": 2, "weight_g": 800, "value": {"amount": 1250, "currency": "EUR"}},
        ],
        "currency": "EUR",
    },
    "locale": "nl-NL",
    "checkout": "checkout-of-the-benchmark",
}

_ZONE = "Europe/Amsterdam"
_AMSTERDAM = Point(52.3738, 4.8803)
_CITIES = tuple(
    Point(*degrees)
    for degrees in (
        (52.37, 4.89),
        (51.92, 4.48),
        (52.08, 4.31),
        (52.09, 5.12),
        (51.44, 5.48),
        (53.22, 6.57),
        (51.59, 4.78),
        (51.84, 5.86),
        (52.22, 6.89),
        (50.85, 5.69),
    )
)
_CALENDAR: dict[str, Any] = {
    "weekdays": [1, 2, 3, 4, 5, 6],
    "holidays": {"country": "NL", "subdivision": None},
    "closed_days": [],
    "open_days": [],
}


def add(session: Session, now: datetime) -> None:
    """Make the merchant, with nothing set."""
    add_merchant(
        session,
        now,
        merchant_id=MERCHANT_ID,
        name="The Bench",
        country="NL",
        language="nl-NL",
        currency="EUR",
        time_zone=_ZONE,
        allowed_origins=(SHOP_ORIGIN,),
        tracks_stock=False,
    )


def seed(session: Session, now: datetime, with_centres: bool = True) -> None:
    """Make the merchant with everything it has set, and the postcode of the question."""
    add(session, now)
    for table, rows in (
        (origins, [_origin()]),
        (zones, [{"id": "nl", "name": "Nederland", "country": "NL", "postcodes": []}]),
        (services, [_service()]),
        (slot_patterns, list(_patterns())),
        (centres, list(centre_rows(random.Random(SEED), CENTRES)) if with_centres else []),
    ):
        if not rows:
            continue
        session.execute(
            insert(table),
            [{"merchant_id": MERCHANT_ID, "position": position, **row} for position, row in enumerate(rows)],
        )
    import_places(session, [Place("NL", "1016", "Amsterdam", _AMSTERDAM)])


def points(count: int, chance: random.Random) -> Iterator[Point]:
    """Places around the Netherlands: half of them near a city, as people live; no two on the same spot."""
    for _ in range(count):
        if chance.random() < 0.5:
            city = chance.choice(_CITIES)
            yield Point(round(chance.gauss(city.latitude, 0.05), 6), round(chance.gauss(city.longitude, 0.08), 6))
        else:
            yield Point(round(chance.uniform(50.76, 53.50), 6), round(chance.uniform(3.40, 7.20), 6))


def pattern_id(weekday: int, window: int) -> str:
    """The slot pattern of that weekday's window."""
    return f"nl-{weekday}-{window}"


def _origin() -> dict[str, Any]:
    return {
        "id": "houten",
        "name": "Houten",
        "address": {"lines": ["De Molen 46"], "postal_code": "3995 AX", "city": "Houten", "country": "NL"},
        "country": "NL",
        "latitude": 52.0276,
        "longitude": 5.1732,
        "time_zone": _ZONE,
        "weekdays": [1, 2, 3, 4, 5, 6, 7],
        "keeps_holidays": True,
        "closed_days": [],
        "open_days": [],
        "usual_cut_off": time(17),
        "cut_offs": {},
        "cut_off_overrides": {},
        "handling_days": 0,
        "backlog": {"orders_waiting": 0, "minutes_per_order": 6, "people": 4, "by_hand_days": None},
    }


def _service() -> dict[str, Any]:
    return {
        "id": "standard",
        "name": "Pakketpost",
        "time_zone": _ZONE,
        "collects": _CALENDAR,
        "delivers": _CALENDAR,
        "transits": [{"zone": "nl", "least_days": 1, "most_days": 1}],
        "fee": {
            "amount": 495,
            "free_from": 7500,
            "by_weight": [{"up_to_g": 10000, "amount": 495}, {"up_to_g": 23000, "amount": 895}],
        },
    }


def _patterns() -> Iterator[dict[str, Any]]:
    for weekday in range(1, 8):
        for window in range(WINDOWS_A_DAY):
            yield {
                "id": pattern_id(weekday, window),
                "zone_id": "nl",
                "origin_id": "houten",
                "weekday": weekday,
                "start_time": time(8 + 2 * window),
                "end_time": time(10 + 2 * window),
                "time_zone": _ZONE,
                "capacity": CAPACITY,
                "fee": {"amount": (595, 595, 495, 495, 595, 695)[window], "free_from": 15000},
                "lead_minutes": 60,
                "exceptions": {},
            }


def centre_rows(chance: random.Random, count: int) -> Iterator[dict[str, Any]]:
    """So many pick-up centres, as their table has them."""
    for number, point in enumerate(points(count, chance)):
        town = f"Plaats {chance.randrange(400)}"
        yield {
            "id": f"centre-{number}",
            "name": f"Afhaalpunt {number}",
            "address": {
                "lines": [f"Dorpsstraat {chance.randrange(1, 300)}"],
                "postal_code": f"{chance.randrange(1000, 9999)} AB",
                "city": town,
                "country": "NL",
            },
            "country": "NL",
            "subdivision": None,
            "latitude": point.latitude,
            "longitude": point.longitude,
            "time_zone": _ZONE,
            "opening_hours": chance.choice(HOURS),
            "exceptions": {},
            "fee": {"amount": 295, "free_from": 5000},
            "preparation_minutes": 30,
            "same_day": True,
            "keep_days": 7,
            "arrival_time": time(12, 30),
            "origin_id": None,
            "service_id": "standard",
        }
