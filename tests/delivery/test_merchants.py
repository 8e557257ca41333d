"""Merchants, their two keys and their web origins."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from delivery.memory import Memory
from delivery.merchants import KeyKind, add_merchant, allow_origin, is_merchant, issue_key, web_origin
from delivery.problems import UnknownShop
from delivery.rules.wallclock import UnknownTimeZone
from delivery.signing import Signer
from delivery.store.engine import Database
from delivery.store.tables import keys, merchants

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SIGNER = Signer(["a key of sixteen or more"])
WEEK = timedelta(days=7)


def add(database: Database, **other: Any) -> str:
    facts: dict[str, Any] = {
        "name": "Lamps",
        "country": "NL",
        "language": "nl",
        "currency": "EUR",
        "time_zone": "Europe/Amsterdam",
    }
    return database.write(lambda session: add_merchant(session, NOW, **facts | other))


def issue(database: Database, merchant_id: str, kind: KeyKind, now: datetime = NOW, signer: Signer = SIGNER) -> str:
    return database.write(lambda session: issue_key(session, now, signer, merchant_id, kind))


def owner(database: Database, key: str, kind: KeyKind, now: datetime = NOW, signer: Signer = SIGNER) -> str | None:
    with database.reading() as session:
        try:
            return Memory(signer).setup_of(session, now, key, kind.value).merchant_id
        except UnknownShop:
            return None


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


def test_a_key_names_its_merchant_and_is_good_for_its_own_door_only(database: Database) -> None:
    merchant_id = add(database)
    for kind, start in ((KeyKind.PUBLISHABLE, "pk_"), (KeyKind.SECRET, "sk_")):
        key = issue(database, merchant_id, kind)
        assert key.startswith(start)
        assert owner(database, key, kind) == merchant_id
    assert owner(database, issue(database, merchant_id, KeyKind.SECRET), KeyKind.PUBLISHABLE) is None


def test_keys_are_kept_as_hashes_only(sqlite_database: Database) -> None:
    merchant_id = add(sqlite_database)
    secret = issue(sqlite_database, merchant_id, KeyKind.SECRET)
    with sqlite_database.reading() as session:
        row = session.execute(select(keys).where(keys.c.merchant_id == merchant_id)).one()
    assert secret not in str(row)
    assert row.hint == secret[-4:]


def test_an_older_secret_key_works_for_a_week_longer(database: Database) -> None:
    merchant_id = add(database)
    old, new = (issue(database, merchant_id, KeyKind.SECRET) for _ in range(2))
    assert owner(database, old, KeyKind.SECRET, NOW + WEEK - timedelta(seconds=1)) == merchant_id
    assert owner(database, old, KeyKind.SECRET, NOW + WEEK) is None
    assert owner(database, new, KeyKind.SECRET, NOW + WEEK) == merchant_id


def test_another_rotation_does_not_lengthen_the_life_of_the_oldest(sqlite_database: Database) -> None:
    merchant_id = add(sqlite_database)
    oldest = issue(sqlite_database, merchant_id, KeyKind.SECRET)
    issue(sqlite_database, merchant_id, KeyKind.SECRET)
    issue(sqlite_database, merchant_id, KeyKind.SECRET, NOW + WEEK / 2)
    assert owner(sqlite_database, oldest, KeyKind.SECRET, NOW + WEEK) is None


def test_ended_keys_are_deleted_at_the_next_rotation(sqlite_database: Database) -> None:
    merchant_id = add(sqlite_database)
    for weeks in range(4):
        issue(sqlite_database, merchant_id, KeyKind.SECRET, NOW + weeks * WEEK)
    with sqlite_database.reading() as session:
        assert len(session.execute(select(keys).where(keys.c.merchant_id == merchant_id)).all()) == 2


def test_the_publishable_key_is_the_same_each_time(database: Database) -> None:
    merchant_id = add(database)
    first = issue(database, merchant_id, KeyKind.PUBLISHABLE)
    assert issue(database, merchant_id, KeyKind.PUBLISHABLE, NOW + 2 * WEEK) == first
    assert owner(database, first, KeyKind.PUBLISHABLE, NOW + 52 * WEEK) == merchant_id
    assert issue(database, add(database), KeyKind.PUBLISHABLE) != first


def test_the_publishable_key_stays_when_the_signing_key_is_rotated(sqlite_database: Database) -> None:
    merchant_id = add(sqlite_database)
    before = issue(sqlite_database, merchant_id, KeyKind.PUBLISHABLE)
    rotated = Signer(["another key, newer than it", "a key of sixteen or more"])
    assert issue(sqlite_database, merchant_id, KeyKind.PUBLISHABLE, signer=rotated) == before
    assert owner(sqlite_database, before, KeyKind.PUBLISHABLE, signer=rotated) == merchant_id


def test_one_merchants_rotation_leaves_the_others_keys_alone(database: Database) -> None:
    lamps, books = add(database), add(database, name="Books")
    key = issue(database, lamps, KeyKind.SECRET)
    issue(database, books, KeyKind.SECRET)
    assert owner(database, key, KeyKind.SECRET, NOW + 2 * WEEK) == lamps


def test_allowing_an_origin_twice_counts_once(database: Database) -> None:
    merchant_id = add(database)
    for origin in ("https://shop.example", "https://SHOP.example/"):
        database.write(lambda session, origin=origin: allow_origin(session, merchant_id, origin))
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
