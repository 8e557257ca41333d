"""From the outbox to a real receiver: at least once, same id, in order, whatever happens. On both databases."""

import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest
import structlog

from delivery import handovers
from delivery.leases import LEASE
from delivery.signing import Signer
from delivery.store.engine import Database
from delivery.tries import GAPS, JITTER
from plugin.worker import Tools, hand_over_due
from tests.outbox import SIGNER, SIGNER_KEY, START, Clock, add_endpoint, add_message, state, tries
from tests.plugin.receiver import Receiver, answer, close, die_in_status, hang, receiving
from web.config import Config

LAMPS, BOOKS = "mr_lamps", "mr_books"
SLOWEST = 1 + JITTER

pytestmark = pytest.mark.usefixtures("merchants")


def tools(database: Database, clock: Clock) -> Tools:
    return Tools(database, clock, SIGNER, Config(allow_private_targets=True))


def endpoint_at(database: Database, receiver: Receiver, merchant_id: str = LAMPS) -> str:
    endpoint, secret = add_endpoint(database, merchant_id, receiver.url)
    receiver.secrets.append(secret)
    return endpoint


def test_what_waits_arrives_signed_and_is_marked(database: Database) -> None:
    clock = Clock()
    with receiving(clock) as receiver:
        message = add_message(database, LAMPS, endpoint_at(database, receiver))
        assert hand_over_due(tools(database, clock)) == {"passed_on": 1}
        assert hand_over_due(tools(database, clock)) == {}
    [got] = receiver.received
    assert (got.id, got.verified, got.data["type"]) == (message, True, "booking.confirmed")
    assert tries(database, message) == [(204, None)]
    with database.reading() as session:
        assert handovers.state_of(session, LAMPS, "bk_1") == {"state": "passed_on", "tries": 1}


def test_retries_carry_the_same_id_and_a_fresh_signed_timestamp(database: Database) -> None:
    clock = Clock()
    script = [answer(500), close, die_in_status, answer(302, Location="/"), answer(429), answer(404)]
    with receiving(clock, *script) as receiver:
        message = add_message(database, LAMPS, endpoint_at(database, receiver))
        for gap in GAPS[: len(script) + 1]:
            clock.now += gap * SLOWEST
            hand_over_due(tools(database, clock))
    assert receiver.ids == [message] * 7
    assert all(got.verified for got in receiver.received)
    assert all(later.timestamp > earlier.timestamp for earlier, later in pairwise(receiver.received))
    assert [status for status, _ in tries(database, message)] == [500, None, None, 302, 429, 404, 204]
    assert state(database, message) == "passed_on"


def test_retry_after_is_waited_out(database: Database) -> None:
    clock = Clock()
    with receiving(clock, answer(503, Retry_After="600")) as receiver:
        add_message(database, LAMPS, endpoint_at(database, receiver))
        hand_over_due(tools(database, clock))
        clock.forward(seconds=599)
        assert hand_over_due(tools(database, clock)) == {}
        clock.forward(seconds=1 + 600 * JITTER)
        assert hand_over_due(tools(database, clock)) == {"passed_on": 1}


def test_410_disables_the_endpoint_and_raises_the_alarm(database: Database) -> None:
    clock = Clock()
    with receiving(clock, answer(410)) as receiver, structlog.testing.capture_logs() as logs:
        endpoint = endpoint_at(database, receiver)
        message = add_message(database, LAMPS, endpoint)
        add_message(database, LAMPS, endpoint, "bk_2")
        assert hand_over_due(tools(database, clock)) == {"refused": 1}
        assert len(receiver.received) == 1
    assert state(database, message) == "refused"
    [alarm] = [entry for entry in logs if entry["log_level"] == "error"]
    assert (alarm["event"], alarm["endpoint"], alarm["alarm"]) == ("endpoint_disabled", endpoint, True)


def test_a_receiver_that_is_down_for_three_days_gets_it_in_the_end_or_the_merchant_is_alarmed(
    database: Database,
) -> None:
    clock = Clock()
    with receiving(clock) as receiver:
        endpoint = endpoint_at(database, receiver)
    message = add_message(database, LAMPS, endpoint)
    with structlog.testing.capture_logs() as logs:
        for gap in GAPS:
            assert state(database, message) == "waiting"
            clock.now += gap * SLOWEST
            hand_over_due(tools(database, clock))
    assert state(database, message) == "parked"
    assert clock.now - START >= timedelta(days=3)
    assert [entry["event"] for entry in logs if entry.get("alarm")] == ["handover_parked"]
    with Receiver(clock, secrets=receiver.secrets, port=receiver.port) as up_again:
        assert hand_over_due(tools(database, clock)) == {}
        database.write(lambda session: handovers.retry(session, clock.now, LAMPS, message))
        assert hand_over_due(tools(database, clock)) == {"passed_on": 1}
    assert (up_again.ids, up_again.received[0].verified) == ([message], True)


def test_the_messages_of_a_booking_arrive_in_order_though_the_first_fails(database: Database) -> None:
    clock = Clock()
    with receiving(clock, answer(500), close, answer(500)) as receiver:
        endpoint = endpoint_at(database, receiver)
        for sequence in (3, 1, 2):
            add_message(database, LAMPS, endpoint, sequence=sequence)
        add_message(database, LAMPS, endpoint, "bk_2")
        for _ in range(4):
            hand_over_due(tools(database, clock))
            clock.forward(minutes=40)
    arrived = [got.data["data"]["n"] for got in receiver.received if got.data["data"]["booking"] == "bk_1"]
    assert arrived == sorted(arrived)
    assert set(arrived) == {1, 2, 3}
    assert len(receiver.received) == 7


def test_a_kind_that_is_gone_or_a_lost_key_counts_as_a_try(database: Database) -> None:
    clock = Clock()
    with receiving(clock) as receiver:
        message = add_message(database, LAMPS, endpoint_at(database, receiver))
        foreign = Tools(database, clock, Signer(["quite another key, long enough"]), Config(allow_private_targets=True))
        assert hand_over_due(foreign) == {"waiting": 1}
        assert receiver.received == []
    assert tries(database, message) == [(None, "Its secret cannot be read with the signing keys in use.")]


def test_a_private_target_is_refused_unless_the_operator_allows_it(database: Database) -> None:
    clock = Clock()
    with receiving(clock) as receiver:
        message = add_message(database, LAMPS, endpoint_at(database, receiver))
        assert hand_over_due(Tools(database, clock, SIGNER, Config())) == {"waiting": 1}
        assert receiver.received == []
    assert tries(database, message) == [(None, "Its address is not a public one.")]


ANOTHER_PROCESS = """
import sys
from datetime import datetime
from delivery.signing import Signer
from delivery.store.engine import Database
from plugin.worker import Tools, hand_over_due
from web.config import Config
url, key, now = sys.argv[1:]
database = Database(url)
hand_over_due(Tools(database, lambda: datetime.fromisoformat(now), Signer([key]), Config(allow_private_targets=True)))
"""


def another_process(database: Database, clock: Clock) -> subprocess.Popen[bytes]:
    url = database.url.render_as_string(hide_password=False)
    return subprocess.Popen([sys.executable, "-c", ANOTHER_PROCESS, url, SIGNER_KEY, clock.now.isoformat()])


def test_a_worker_killed_while_sending_is_replaced_when_its_lease_runs_out(database: Database) -> None:
    clock = Clock()
    with receiving(clock, hang) as receiver:
        message = add_message(database, LAMPS, endpoint_at(database, receiver))
        with another_process(database, clock) as doomed:
            receiver.wait_for(1)
            doomed.send_signal(signal.SIGKILL)
        assert hand_over_due(tools(database, clock)) == {}
        clock.now += LEASE
        assert hand_over_due(tools(database, clock)) == {"passed_on": 1}
    assert receiver.ids == [message, message]
    assert all(got.verified for got in receiver.received)


def test_two_worker_processes_share_the_work_and_send_each_message_once(database: Database) -> None:
    clock = Clock()
    with receiving(clock) as lamps, receiving(clock) as books:
        expected = {
            add_message(database, merchant, endpoint, f"bk_{merchant}_{booking}", sequence)
            for merchant, endpoint in (
                (LAMPS, endpoint_at(database, lamps)),
                (BOOKS, endpoint_at(database, books, BOOKS)),
            )
            for booking in range(5)
            for sequence in (1, 2, 3)
        }
        with another_process(database, clock) as one, another_process(database, clock) as two:
            assert (one.wait(20), two.wait(20)) == (0, 0)
    assert Counter(lamps.ids + books.ids) == dict.fromkeys(expected, 1)
    assert {state(database, message) for message in expected} == {"passed_on"}
    for receiver in (lamps, books):
        assert_in_order(receiver)


def assert_in_order(receiver: Receiver) -> None:
    by_booking: dict[str, list[int]] = {}
    for got in receiver.received:
        assert got.verified
        by_booking.setdefault(got.data["data"]["booking"], []).append(got.data["data"]["n"])
    assert set(map(tuple, by_booking.values())) == {(1, 2, 3)}
