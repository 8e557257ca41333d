"""A merchant's keys: issued, renewed with an overlap, revoked, and never told in full."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select, update

from delivery.audit import By, entries
from delivery.keys import (
    KEY_OVERLAP,
    OVERLAPS,
    KeyKind,
    issue_key,
    list_keys,
    renew_key,
    revoke_key,
    shown_key,
)
from delivery.memory import Memory
from delivery.problems import UnknownShop
from delivery.signing import Signer
from delivery.store.engine import Database
from delivery.store.tables import keys
from tests.delivery.test_merchants import add

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
OLD_KEY, NEW_KEY = "a key of sixteen or more", "another key, newer than it"
SIGNER = Signer([OLD_KEY])
WEEK = timedelta(days=7)
ANNA = By("st_anna", "anna@lamps.example")


def issue(database: Database, merchant_id: str, kind: KeyKind, now: datetime = NOW, signer: Signer = SIGNER) -> str:
    return database.write(lambda session: issue_key(session, now, signer, merchant_id, kind))


def owner(database: Database, key: str, kind: KeyKind, now: datetime = NOW, signer: Signer = SIGNER) -> str | None:
    with database.reading() as session:
        try:
            return Memory(signer).setup_of(session, now, key, kind.value).merchant_id
        except UnknownShop:
            return None


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
    rotated = Signer([NEW_KEY, OLD_KEY])
    assert issue(sqlite_database, merchant_id, KeyKind.PUBLISHABLE, signer=rotated) == before
    assert owner(sqlite_database, before, KeyKind.PUBLISHABLE, signer=rotated) == merchant_id


def test_one_merchants_rotation_leaves_the_others_keys_alone(database: Database) -> None:
    lamps, books = add(database), add(database, name="Books")
    key = issue(database, lamps, KeyKind.SECRET)
    issue(database, books, KeyKind.SECRET)
    assert owner(database, key, KeyKind.SECRET, NOW + 2 * WEEK) == lamps


def renew(database: Database, merchant_id: str, kind: KeyKind, overlap: timedelta = KEY_OVERLAP) -> str:
    return database.write(lambda session: renew_key(session, NOW, SIGNER, merchant_id, kind, overlap, ANNA))


def listed(database: Database, merchant_id: str, now: datetime = NOW) -> list[tuple[KeyKind, str, datetime | None]]:
    with database.reading() as session:
        return [(key.kind, key.hint, key.ends_at) for key in list_keys(session, now, merchant_id)]


def revoke(database: Database, merchant_id: str, hint: str) -> bool:
    with database.reading() as session:
        found = [key.id for key in list_keys(session, NOW, merchant_id) if key.hint == hint]
    return database.write(lambda session: revoke_key(session, NOW, merchant_id, found[0], ANNA))


@pytest.mark.parametrize("overlap", OVERLAPS)
@pytest.mark.parametrize("kind", KeyKind)
def test_a_renewed_key_leaves_the_older_one_as_long_as_was_said(
    database: Database, kind: KeyKind, overlap: timedelta
) -> None:
    merchant_id = add(database)
    old = issue(database, merchant_id, kind)
    new = renew(database, merchant_id, kind, overlap)
    assert old != new
    assert owner(database, new, kind, NOW + 2 * WEEK) == merchant_id
    assert owner(database, old, kind, NOW + overlap) is None
    assert owner(database, old, kind, NOW + overlap - timedelta(seconds=1)) == (merchant_id if overlap else None)


def test_the_list_has_the_keys_that_work_and_when_they_end(database: Database) -> None:
    merchant_id = add(database)
    shown = issue(database, merchant_id, KeyKind.PUBLISHABLE)
    old = issue(database, merchant_id, KeyKind.SECRET)
    new = issue(database, merchant_id, KeyKind.SECRET, NOW + timedelta(minutes=1))
    ends_at = NOW + timedelta(minutes=1) + WEEK
    newest_first = [(KeyKind.PUBLISHABLE, shown[-4:], None), (KeyKind.SECRET, new[-4:], None)]
    assert listed(database, merchant_id) == [*newest_first, (KeyKind.SECRET, old[-4:], ends_at)]
    assert listed(database, merchant_id, ends_at) == newest_first


def test_a_renewed_publishable_key_is_the_one_that_is_shown_from_then_on(database: Database) -> None:
    merchant_id = add(database)
    first = issue(database, merchant_id, KeyKind.PUBLISHABLE)
    second = renew(database, merchant_id, KeyKind.PUBLISHABLE)
    assert issue(database, merchant_id, KeyKind.PUBLISHABLE) == second != first
    with database.reading() as session:
        assert shown_key(session, SIGNER, merchant_id) == second


def test_a_revoked_key_ends_at_once_and_the_others_stay(database: Database) -> None:
    merchant_id = add(database)
    old, new = (issue(database, merchant_id, KeyKind.SECRET) for _ in range(2))
    assert revoke(database, merchant_id, new[-4:])
    assert owner(database, new, KeyKind.SECRET) is None
    assert owner(database, old, KeyKind.SECRET) == merchant_id


def test_after_the_publishable_key_was_revoked_none_is_shown_until_another_is_issued(database: Database) -> None:
    merchant_id = add(database)
    first = issue(database, merchant_id, KeyKind.PUBLISHABLE)
    assert revoke(database, merchant_id, first[-4:])
    with database.reading() as session:
        assert shown_key(session, SIGNER, merchant_id) is None
    assert issue(database, merchant_id, KeyKind.PUBLISHABLE) != first


def test_nobody_revokes_another_merchants_key(database: Database) -> None:
    lamps, books = add(database), add(database, name="Books")
    key = issue(database, lamps, KeyKind.SECRET)
    with database.reading() as session:
        [found] = list_keys(session, NOW, lamps)
    assert not database.write(lambda session: revoke_key(session, NOW, books, found.id))
    assert not database.write(lambda session: revoke_key(session, NOW, lamps, ""))
    assert owner(database, key, KeyKind.SECRET) == lamps


def test_the_log_says_who_issued_and_revoked_and_only_the_hint(database: Database) -> None:
    merchant_id = add(database)
    secret = renew(database, merchant_id, KeyKind.SECRET)
    revoke(database, merchant_id, secret[-4:])
    issue(database, merchant_id, KeyKind.PUBLISHABLE)
    with database.reading() as session:
        log = entries(session, merchant_id).entries
    hint = {"hint": secret[-4:]}
    assert [(entry.who, entry.item, entry.action, entry.before, entry.after) for entry in log[1:]] == [
        (ANNA.who, "secret", "removed", hint, None),
        (ANNA.who, "secret", "added", None, hint),
    ]
    assert (log[0].who, log[0].area, log[0].item) == ("operator", "keys", "publishable")
    assert secret not in str(log)


def test_asking_for_the_publishable_key_moves_it_to_the_newest_signing_key(database: Database) -> None:
    merchant_id = add(database)
    key = issue(database, merchant_id, KeyKind.PUBLISHABLE)
    both, newest = Signer([NEW_KEY, OLD_KEY]), Signer([NEW_KEY])
    assert owner(database, key, KeyKind.PUBLISHABLE, signer=newest) is None
    issue(database, merchant_id, KeyKind.PUBLISHABLE, signer=both)
    assert owner(database, key, KeyKind.PUBLISHABLE, signer=newest) == merchant_id
    assert issue(database, merchant_id, KeyKind.PUBLISHABLE, signer=newest) == key


def test_a_publishable_key_of_before_they_were_kept_is_found_again(database: Database) -> None:
    merchant_id = add(database)
    key = "pk_" + SIGNER.key_hash(f"publishable key of {merchant_id}")[:32]
    row = {"hash": SIGNER.key_hash(key), "kind": "publishable", "hint": key[-4:], "created_at": NOW}
    database.write(lambda session: session.execute(insert(keys).values(merchant_id=merchant_id, **row)))
    with database.reading() as session:
        assert shown_key(session, SIGNER, merchant_id) == key
    assert issue(database, merchant_id, KeyKind.PUBLISHABLE) == key
    with database.reading() as session:
        assert session.scalar(select(keys.c.readable).where(keys.c.merchant_id == merchant_id)) == key


def test_a_publishable_key_that_no_signing_key_explains_is_replaced(database: Database) -> None:
    merchant_id = add(database)
    issue(database, merchant_id, KeyKind.PUBLISHABLE)
    forgotten = update(keys).where(keys.c.merchant_id == merchant_id).values(readable=None)
    database.write(lambda session: session.execute(forgotten))
    assert owner(database, issue(database, merchant_id, KeyKind.PUBLISHABLE), KeyKind.PUBLISHABLE) == merchant_id
