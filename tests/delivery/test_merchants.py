"""Merchants and their web origins."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from delivery.audit import OPERATOR
from delivery.merchants import add_merchant, allow_origin, is_merchant, web_origin
from delivery.rules.wallclock import UnknownTimeZone
from delivery.store.engine import Database
from delivery.store.tables import merchants

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def add(database: Database, **other: Any) -> str:
    facts: dict[str, Any] = {
        "name": "Lamps",
        "country": "NL",
        "language": "nl",
        "currency": "EUR",
        "time_zone": "Europe/Amsterdam",
    }
    return database.write(lambda session: add_merchant(session, NOW, **facts | other))


def test_a_new_merchant_starts_with_the_usual_limits(database: Database) -> None:
    merchant_id = add(database, allowed_origins=("https://Shop.Example:443/",))
    with database.reading() as session:
        row = session.execute(select(merchants).where(merchants.c.id == merchant_id)).one()
    assert (row.horizon_days, row.hold_minutes, row.hold_limit_minutes, row.few_left) == (14, 10, 30, 3)
    assert row.allowed_origins == ["https://shop.example"]
    assert merchant_id.startswith("sh_")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("country", "Holland"),
        ("language", "Dutch, of course"),
        ("currency", "euro"),
        ("allowed_origins", ("shop.example",)),
        ("allowed_origins", ("https://shop.example/path",)),
    ],
)
def test_what_cannot_be_a_merchant_is_refused(sqlite_database: Database, field: str, value: object) -> None:
    with pytest.raises(ValueError):
        add(sqlite_database, **{field: value})


def test_an_unknown_time_zone_is_refused(sqlite_database: Database) -> None:
    with pytest.raises(UnknownTimeZone):
        add(sqlite_database, time_zone="Amsterdam")


def test_allowing_an_origin_twice_counts_once(database: Database) -> None:
    merchant_id = add(database)
    for origin in ("https://shop.example", "https://SHOP.example/"):
        database.write(lambda session, origin=origin: allow_origin(session, NOW, merchant_id, OPERATOR, origin))
    with database.reading() as session:
        row = session.execute(select(merchants).where(merchants.c.id == merchant_id)).one()
    assert (row.allowed_origins, row.settings_version) == (["https://shop.example"], 2)


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("http://127.0.0.1:8001", "http://127.0.0.1:8001"),
        ("http://shop.example:80/", "http://shop.example"),
        ("http://[::1]:8001", "http://[::1]:8001"),
    ],
)
def test_a_web_origin_is_kept_as_browsers_send_it(typed: str, sent: str) -> None:
    assert web_origin(typed) == sent


def test_an_id_that_nobody_has_is_no_merchant(sqlite_database: Database) -> None:
    with sqlite_database.reading() as session:
        assert not is_merchant(session, "sh_nobody")
