"""What cannot be set is refused at its field, in plain words."""

from typing import Any

import pytest

from delivery.problems import InvalidInput
from delivery.store.engine import Database
from delivery.texts.sentences import said
from tests.databases import add_two_merchants
from tests.delivery.settings.builders import (
    ADDRESS,
    CENTRE,
    FEE,
    ORIGIN,
    SERVICE,
    WINDOW,
    ZONE,
    add,
    add_shop,
)

WRONG: list[tuple[str, dict[str, Any], list[str]]] = [
    ("origins", ORIGIN | {"name": " "}, ["/name"]),
    ("origins", ORIGIN | {"address": ADDRESS | {"postal_code": "ABC"}}, ["/address/postal_code"]),
    ("origins", ORIGIN | {"longitude": None}, ["/longitude"]),
    ("origins", ORIGIN | {"latitude": 91}, ["/latitude"]),
    ("origins", ORIGIN | {"weekdays": [1, 8]}, ["/weekdays/1"]),
    ("origins", ORIGIN | {"time_zone": "Europe/Houten"}, ["/time_zone"]),
    ("origins", ORIGIN | {"cut_offs": {"5": "25:00"}}, ["/cut_offs/5"]),
    ("origins", ORIGIN | {"cut_off_overrides": {"2026-02-30": None}}, ["/cut_off_overrides/2026-02-30"]),
    ("origins", ORIGIN | {"closed_days": ["2026-12-24"], "open_days": ["2026-12-24"]}, ["/open_days/0"]),
    ("origins", ORIGIN | {"backlog": {"people": 0}}, ["/backlog/people"]),
    ("origins", ORIGIN | {"colour": "red"}, ["/colour"]),
    ("zones", ZONE | {"country": "Holland"}, ["/country"]),
    ("zones", ZONE | {"postcodes": ["1011", "1109-1011"]}, ["/postcodes/1"]),
    ("services", SERVICE | {"fee": {"amount": -1}}, ["/fee/amount"]),
    ("services", SERVICE | {"fee": {"amount": True}}, ["/fee/amount"]),
    (
        "services",
        SERVICE | {"fee": FEE | {"by_weight": [{"up_to_g": 9, "amount": 1}, {"up_to_g": 9, "amount": 2}]}},
        ["/fee/by_weight/1/up_to_g"],
    ),
    (
        "services",
        SERVICE | {"collects": {"holidays": {"country": "NL", "subdivision": "??"}}},
        ["/collects/holidays/subdivision"],
    ),
    (
        "services",
        SERVICE | {"transits": [{"zone": "amsterdam", "least_days": 2, "most_days": 1}]},
        ["/transits/0/most_days"],
    ),
    ("windows", WINDOW | {"end_time": "18:00"}, ["/end_time"]),
    ("windows", WINDOW | {"exceptions": {"2026-12-25": {"capacity": -1}}}, ["/exceptions/2026-12-25/capacity"]),
    ("windows", WINDOW | {"origin_id": "nowhere"}, ["/origin_id"]),
    ("centres", CENTRE | {"opening_hours": "often"}, ["/opening_hours"]),
    ("centres", CENTRE | {"exceptions": {"2026-12-24": "late"}}, ["/exceptions/2026-12-24"]),
    ("centres", CENTRE | {"service_id": None}, ["/service_id"]),
    (
        "centres",
        CENTRE | {"unknown_stock": "transfer", "origin_id": "magazijn-houten", "service_id": None},
        ["/service_id"],
    ),
    ("centres", CENTRE | {"unknown_stock": "guess"}, ["/unknown_stock"]),
    ("centres", CENTRE | {"people": 0}, ["/people"]),
]


@pytest.mark.parametrize(("area", "data", "where"), WRONG, ids=lambda value: str(value)[-60:])
def test_what_cannot_be_is_refused_at_its_field_in_both_languages(
    sqlite_database: Database, area: str, data: dict[str, Any], where: list[str]
) -> None:
    sqlite_database.write(add_two_merchants)
    add_shop(sqlite_database)
    with pytest.raises(InvalidInput) as refusal:
        add(sqlite_database, area, data)
    assert [fault.pointer for fault in refusal.value.faults] == where
    for fault in refusal.value.faults:
        assert said("nl", fault.detail) != said("en", fault.detail)
        assert said("en", fault.detail) == fault.detail
