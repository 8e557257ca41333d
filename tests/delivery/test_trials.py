"""Test handovers: shaped like real messages, marked as tests, and nowhere booked."""

import json
from datetime import UTC, datetime
from typing import Any

from delivery import endpoints
from delivery.memory import Memory
from delivery.store.engine import Database
from delivery.trials import keep_trial, trial
from delivery.tries import Outcome, Verdict
from plugin.commands.demo_merchant.seed import MERCHANT_ID, seed
from tests.databases import LAMPS, add_two_merchants
from tests.outbox import SIGNER, add_endpoint
from tests.selling import LINKS

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def made(database: Database, merchant_id: str, endpoint_id: str) -> Any:
    with database.reading() as session:
        setup = Memory(SIGNER).setup_of_merchant(session, merchant_id)
        return trial(session, NOW, setup, endpoint_id, LINKS)


def test_it_looks_like_a_real_message_and_says_that_it_is_a_test(database: Database) -> None:
    database.write(lambda session: seed(session, NOW, ()))
    endpoint_id, _ = add_endpoint(database, MERCHANT_ID, "https://warehouse.test/in")
    message = json.loads(made(database, MERCHANT_ID, endpoint_id).body)
    data = message["data"]
    assert (message["type"], data["test"], data["order"], data["state"]) == (
        "booking.confirmed",
        True,
        "TEST",
        "confirmed",
    )
    assert {"booking", "recipient", "address", "lines", "ship_by", "origin", "service", "promise", "shop"} <= set(data)
    assert data["promise"]["earliest"] == "2026-11-26"


def test_a_shop_that_has_set_nothing_can_be_tried_as_well(database: Database) -> None:
    database.write(add_two_merchants)
    endpoint_id, _ = add_endpoint(database, LAMPS, "https://warehouse.test/in")
    assert json.loads(made(database, LAMPS, endpoint_id).body)["data"]["origin"] is None


def test_how_it_went_is_remembered(database: Database) -> None:
    database.write(add_two_merchants)
    endpoint_id, _ = add_endpoint(database, LAMPS, "https://warehouse.test/in")
    for outcome in (Outcome(Verdict.FAILED, 3, 500, "It answered 500."), Outcome(Verdict.PASSED_ON, 3, 204)):
        database.write(lambda session, outcome=outcome: keep_trial(session, NOW, LAMPS, endpoint_id, outcome))
        with database.reading() as session:
            [found] = endpoints.list_all(session, LAMPS)
        assert (found.tested_at, found.tested_status, found.tested_problem) == (NOW, outcome.status, outcome.problem)
        assert found.was_tested_well == (outcome.status == 204)


def test_it_hides_other_merchants(database: Database) -> None:
    database.write(lambda session: seed(session, NOW, ()))
    database.write(add_two_merchants)
    endpoint_id, _ = add_endpoint(database, MERCHANT_ID, "https://warehouse.test/in")
    assert made(database, LAMPS, endpoint_id) is None
    passed = Outcome(Verdict.PASSED_ON, 3, 204)
    database.write(lambda session: keep_trial(session, NOW, LAMPS, endpoint_id, passed))
    with database.reading() as session:
        [found] = endpoints.list_all(session, MERCHANT_ID)
    assert found.tested_at is None
