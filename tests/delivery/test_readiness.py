"""What the tables alone say is missing, from a merchant with nothing to the demo's."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, update

from delivery import endpoints
from delivery.audit import By
from delivery.keys import KeyKind, issue_key, list_keys, revoke_key
from delivery.places import Place, import_places
from delivery.readiness import Finding, Standing, look
from delivery.rules import replans
from delivery.rules.places import Point
from delivery.settings import items
from delivery.store.engine import Database
from delivery.store.tables import centres, counters, places, slot_patterns
from delivery.trials import keep_trial
from delivery.tries import Outcome, Verdict
from plugin.commands.demo_merchant.seed import MERCHANT_ID, seed
from tests.databases import LAMPS, add_two_merchants
from tests.outbox import SIGNER, add_endpoint, add_message

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def shop(database: Database) -> Database:
    """The demo's merchant with its keys."""

    def work(session: Any) -> None:
        seed(session, NOW, ("https://shop.test",))
        for kind in KeyKind:
            issue_key(session, NOW, SIGNER, MERCHANT_ID, kind)

    database.write(work)
    return database


def found(database: Database, merchant_id: str = MERCHANT_ID, now: datetime = NOW) -> Mapping[str, Finding]:
    with database.reading() as session:
        return {finding.name: finding for finding in look(session, now, merchant_id)}


def standing(database: Database, name: str, now: datetime = NOW) -> Standing:
    return found(database, now=now)[name].standing


def change(database: Database, statement: Any) -> None:
    database.write(lambda session: session.execute(statement))


def test_a_merchant_with_nothing_lacks_all_it_needs(database: Database, merchants: tuple[str, str]) -> None:
    findings = found(database, merchants[0])
    missing = {name for name, finding in findings.items() if finding.standing is Standing.MISSING}
    assert missing == {"publishable_key", "secret_key", "allowed_origins", "origin", "ways"}
    assert findings["order"].standing is Standing.UNKNOWN


def test_a_merchant_with_everything_lacks_only_its_first_order(shop: Database) -> None:
    assert {name for name, finding in found(shop).items() if finding.standing is not Standing.OK} == {"order"}


def test_a_revoked_key_is_missing(shop: Database) -> None:
    with shop.reading() as session:
        secret = next(key for key in list_keys(session, NOW, MERCHANT_ID) if key.kind is KeyKind.SECRET)
    shop.write(lambda session: revoke_key(session, NOW, MERCHANT_ID, secret.id))
    assert standing(shop, "secret_key") is Standing.MISSING
    assert standing(shop, "publishable_key") is Standing.OK


def test_windows_that_are_closed_or_sold_out_all_week_are_none(shop: Database) -> None:
    own = slot_patterns.c.merchant_id == MERCHANT_ID
    change(shop, update(slot_patterns).where(own).values(capacity=0))
    assert standing(shop, "windows") is Standing.MISSING
    change(shop, update(slot_patterns).where(own, slot_patterns.c.id == "amsterdam-3-18").values(capacity=1))
    assert found(shop)["windows"].facts["number"] == 1
    sold = {"day": NOW.date() + timedelta(days=1), "kind": "slot", "ref": "amsterdam-3-18", "held": 0, "booked": 1}
    change(shop, insert(counters).values(merchant_id=MERCHANT_ID, **sold))
    assert standing(shop, "windows") is Standing.MISSING


def test_centres_that_are_closed_all_week_are_missing(shop: Database) -> None:
    for hours in ("Jan 01 10:00-11:00", "not hours at all"):
        change(shop, update(centres).where(centres.c.merchant_id == MERCHANT_ID).values(opening_hours=hours))
        assert standing(shop, "centres") is Standing.MISSING


def test_without_an_endpoint_orders_wait_on_a_page_and_nothing_is_missing(shop: Database) -> None:
    assert standing(shop, "endpoint") is Standing.OK
    assert "webhook" not in found(shop)


def test_a_webhook_is_verified_by_a_test_or_by_a_real_message(shop: Database) -> None:
    endpoint_id, _ = add_endpoint(shop, MERCHANT_ID, "https://warehouse.test/in")
    assert standing(shop, "webhook") is Standing.MISSING
    shop.write(lambda session: keep_trial(session, NOW, MERCHANT_ID, endpoint_id, Outcome(Verdict.PASSED_ON, 5, 204)))
    assert found(shop)["webhook"].facts["at"] == NOW
    failed = Outcome(Verdict.FAILED, 5, 500, "It answered 500.")
    shop.write(lambda session: keep_trial(session, NOW, MERCHANT_ID, endpoint_id, failed))
    assert standing(shop, "webhook") is Standing.MISSING
    later = NOW + timedelta(hours=1)
    add_message(shop, MERCHANT_ID, endpoint_id, state="passed_on", passed_on_at=later)
    assert found(shop)["webhook"].facts["at"] == later


def test_a_disabled_endpoint_is_told(shop: Database) -> None:
    endpoint_id, _ = add_endpoint(shop, MERCHANT_ID, "https://warehouse.test/in")
    shop.write(lambda session: endpoints.disable(session, MERCHANT_ID, endpoint_id, "It answered 410 Gone."))
    assert standing(shop, "endpoint_enabled") is Standing.MISSING


@pytest.mark.parametrize("state", ["parked", "refused"])
def test_messages_that_are_stuck_are_counted(shop: Database, state: str) -> None:
    endpoint_id, _ = add_endpoint(shop, MERCHANT_ID, "https://warehouse.test/in")
    for days in (1, 3):
        add_message(shop, MERCHANT_ID, endpoint_id, f"bk_{days}", state=state, next_try_at=NOW - timedelta(days=days))
    stuck = found(shop)["handovers_parked"]
    assert (stuck.standing, stuck.facts) == (Standing.MISSING, {"number": 2, "since": NOW - timedelta(days=3)})


def test_a_message_that_nobody_sends_is_told_after_a_quarter_of_an_hour(shop: Database) -> None:
    endpoint_id, _ = add_endpoint(shop, MERCHANT_ID, "https://warehouse.test/in")
    add_message(shop, MERCHANT_ID, endpoint_id, next_try_at=NOW)
    assert standing(shop, "handovers_waiting", NOW + timedelta(minutes=15)) is Standing.OK
    assert standing(shop, "handovers_waiting", NOW + timedelta(minutes=16)) is Standing.MISSING


def test_it_hides_other_merchants(shop: Database) -> None:
    shop.write(add_two_merchants)
    assert found(shop, LAMPS)["origin"].standing is Standing.MISSING


def test_a_window_that_vans_keep_wants_a_van_and_postcodes(shop: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    own, kept = slot_patterns.c.merchant_id == MERCHANT_ID, slot_patterns.c.id.in_(["amsterdam-3-18", "amsterdam-5-18"])
    change(shop, delete(places))
    assert {"vans", "postcodes"} & set(found(shop)) == set()
    change(shop, update(slot_patterns).where(own, kept).values(kept_by="vans", origin_id="houten"))
    seen = found(shop)
    assert (seen["vans"].standing, seen["vans"].facts["number"]) == (Standing.MISSING, 2)
    assert seen["vans"].facts["at"] == datetime(2026, 11, 25, 17, 0, tzinfo=UTC)
    assert (seen["postcodes"].standing, seen["postcodes"].facts) == (Standing.MISSING, {"countries": "NL"})
    van = {"name": "Bus", "origin_id": "houten", "weekdays": [3, 5], "shift_start": "09:00", "shift_end": "18:00"}
    van_id = shop.write(lambda session: items.add(session, NOW, By("st_anna", "Anna"), MERCHANT_ID, "vans", van))
    assert found(shop)["vans"].facts["number"] == 2, "it is back at 18:00, when they begin"
    shop.write(
        lambda session: items.save(
            session,
            NOW,
            By("st_anna", "Anna"),
            MERCHANT_ID,
            "vans",
            van_id,
            {"shift_end": "20:00", "days_off": ["2026-11-27"]},
        )
    )
    alone = found(shop)["vans"]
    assert (alone.facts["number"], alone.facts["at"]) == (1, datetime(2026, 11, 27, 17, 0, tzinfo=UTC))
    shop.write(
        lambda session: items.save(session, NOW, By("st_anna", "Anna"), MERCHANT_ID, "vans", van_id, {"days_off": []})
    )
    place = Place("NL", "1016", "Amsterdam", Point(52.37, 4.88))
    shop.write(lambda session: import_places(session, [place]))
    assert {found(shop)[name].standing for name in ("vans", "postcodes", "routes")} == {Standing.OK}
    monkeypatch.setattr(replans, "is_there", lambda: False)
    assert found(shop)["routes"].standing is Standing.MISSING
