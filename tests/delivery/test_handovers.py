"""The outbox: what is due, who may take it, and where each outcome leads. On both databases."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from delivery import endpoints, handovers, leases
from delivery.leases import LEASE, Claimed
from delivery.store.engine import Database
from delivery.tries import GAPS, Outcome, Verdict
from tests.outbox import SIGNER, START, Clock, add_endpoint, add_message, column, state, tries

URL = "https://warehouse.example/bookings"
PASSED = Outcome(Verdict.PASSED_ON, 12, 204)
FAILED = Outcome(Verdict.FAILED, 12, 500, "It answered 500.")
GONE = Outcome(Verdict.GONE, 12, 410, "It answered 410.")
LAMPS, BOOKS = "mr_lamps", "mr_books"

pytestmark = pytest.mark.usefixtures("merchants")


def claim(database: Database, now: datetime, limit: int = 10) -> list[Claimed]:
    return database.write(lambda session: leases.claim_due(session, now, limit))


def record(database: Database, now: datetime, claimed: Claimed, outcome: Outcome, chance: float = 0.0) -> str | None:
    return database.write(lambda session: leases.record(session, now, claimed, outcome, lambda: chance))


def is_due(database: Database, now: datetime) -> bool:
    with database.reading() as session:
        return leases.anything_due(session, now)


def test_a_waiting_message_is_taken_once(database: Database) -> None:
    endpoint, secret = add_endpoint(database, LAMPS, URL)
    message = add_message(database, LAMPS, endpoint)
    assert is_due(database, START)
    [claimed] = claim(database, START)
    assert (claimed.id, claimed.url, claimed.kind, claimed.tries) == (message, URL, "webhook", 0)
    assert SIGNER.decrypt(claimed.secret) == secret
    assert claim(database, START) == []
    assert not is_due(database, START)


def test_a_lease_that_ran_out_is_taken_again_with_the_same_id(database: Database) -> None:
    endpoint, _ = add_endpoint(database, LAMPS, URL)
    add_message(database, LAMPS, endpoint)
    [first] = claim(database, START)
    assert claim(database, START + LEASE - timedelta(microseconds=1)) == []
    [second] = claim(database, START + LEASE)
    assert second.id == first.id


def test_the_outcome_of_a_lost_lease_changes_nothing_but_the_log(database: Database) -> None:
    endpoint, _ = add_endpoint(database, LAMPS, URL)
    message = add_message(database, LAMPS, endpoint)
    [slow] = claim(database, START)
    [quick] = claim(database, START + LEASE)
    assert record(database, START + LEASE, quick, PASSED) == "passed_on"
    for late in (FAILED, GONE, PASSED):
        assert record(database, START + LEASE, slow, late) is None
    assert state(database, message) == "passed_on"
    assert column(database, message, "tries") == 1
    assert tries(database, message) == [(204, None), (500, FAILED.problem), (410, GONE.problem), (204, None)]
    with database.reading() as session:
        assert endpoints.list_all(session, LAMPS)[0].enabled


def test_a_lost_lease_cannot_end_the_lease_of_another(database: Database) -> None:
    endpoint, _ = add_endpoint(database, LAMPS, URL)
    message = add_message(database, LAMPS, endpoint)
    [slow] = claim(database, START)
    [quick] = claim(database, START + LEASE)
    assert record(database, START + LEASE, slow, FAILED) is None
    assert claim(database, START + LEASE) == []
    assert record(database, START + LEASE, quick, PASSED) == "passed_on"
    assert state(database, message) == "passed_on"


def test_failures_follow_the_schedule_of_the_standard_and_end_parked(database: Database) -> None:
    endpoint, _ = add_endpoint(database, LAMPS, URL)
    message = add_message(database, LAMPS, endpoint)
    clock, at = Clock(), []
    for gap in GAPS:
        clock.now += gap
        assert claim(database, clock.now - timedelta(microseconds=1)) == [] or gap == timedelta(0)
        [claimed] = claim(database, clock.now)
        at.append(clock.now)
        last = record(database, clock.now, claimed, FAILED)
    assert last == "parked"
    assert at[-1] - at[0] == timedelta(hours=75, minutes=35, seconds=5)
    assert len(tries(database, message)) == 10
    assert claim(database, clock.forward(days=365)) == []
    assert state(database, message) == "parked"


def test_a_later_message_of_a_booking_waits_for_the_earlier_one(database: Database) -> None:
    endpoint, _ = add_endpoint(database, LAMPS, URL)
    first = add_message(database, LAMPS, endpoint, sequence=1)
    second = add_message(database, LAMPS, endpoint, sequence=2)
    [claimed] = claim(database, START)
    assert claimed.id == first
    assert record(database, START, claimed, FAILED) == "waiting"
    assert claim(database, START) == []
    [again] = claim(database, START + GAPS[1])
    assert again.id == first
    record(database, START + GAPS[1], again, PASSED)
    assert [claimed.id for claimed in claim(database, START + GAPS[1])] == [second]


def test_messages_of_other_bookings_and_endpoints_do_not_wait(database: Database) -> None:
    slow, _ = add_endpoint(database, LAMPS, URL)
    quick, _ = add_endpoint(database, LAMPS, URL)
    add_message(database, LAMPS, slow, sequence=1)
    add_message(database, LAMPS, quick, sequence=1, state="passed_on")
    other_endpoint = add_message(database, LAMPS, quick, sequence=2)
    other_booking = add_message(database, LAMPS, slow, "bk_2", sequence=1)
    claimed = {claimed.id for claimed in claim(database, START)}
    assert {other_endpoint, other_booking} <= claimed


@pytest.mark.parametrize("stuck", ["parked", "refused"])
def test_a_stuck_message_holds_back_the_later_ones_of_its_booking(database: Database, stuck: str) -> None:
    endpoint, _ = add_endpoint(database, LAMPS, URL)
    first = add_message(database, LAMPS, endpoint, sequence=1, state=stuck, tries=10)
    second = add_message(database, LAMPS, endpoint, sequence=2)
    assert claim(database, START) == []
    assert database.write(lambda session: handovers.retry(session, START, LAMPS, first))
    [claimed] = claim(database, START)
    assert (claimed.id, claimed.tries) == (first, 0)
    record(database, START, claimed, PASSED)
    assert [claimed.id for claimed in claim(database, START)] == [second]


def test_what_was_sent_by_hand_makes_way(database: Database) -> None:
    endpoint, _ = add_endpoint(database, LAMPS, URL)
    first = add_message(database, LAMPS, endpoint, sequence=1, state="parked")
    second = add_message(database, LAMPS, endpoint, sequence=2)
    assert database.write(lambda session: handovers.sent_by_hand(session, START, LAMPS, first))
    assert not database.write(lambda session: handovers.sent_by_hand(session, START, LAMPS, first))
    assert [claimed.id for claimed in claim(database, START)] == [second]


def test_410_disables_the_endpoint_and_enabling_it_sends_again(database: Database) -> None:
    endpoint, _ = add_endpoint(database, LAMPS, URL)
    message = add_message(database, LAMPS, endpoint)
    later = add_message(database, LAMPS, endpoint, "bk_2")
    [claimed, *_] = claim(database, START, limit=1)
    assert record(database, START, claimed, GONE) == "refused"
    with database.reading() as session:
        [found] = endpoints.list_all(session, LAMPS)
    assert (found.enabled, found.disabled_reason) == (False, "It answered 410 Gone.")
    assert claim(database, START + timedelta(days=1)) == []
    assert state(database, later) == "waiting"
    assert database.write(lambda session: endpoints.enable(session, START, LAMPS, endpoint))
    assert {claimed.id for claimed in claim(database, START)} == {message, later}


def test_an_overloaded_endpoint_is_left_alone_for_all_its_messages(database: Database) -> None:
    tired, _ = add_endpoint(database, LAMPS, URL)
    fresh, _ = add_endpoint(database, BOOKS, URL)
    add_message(database, LAMPS, tired, "bk_1")
    add_message(database, LAMPS, tired, "bk_2")
    [claimed] = claim(database, START, limit=1)
    wait = timedelta(minutes=10)
    busy = Outcome(Verdict.FAILED, 5, 429, "It answered 429.", retry_after=wait, overloaded=True)
    record(database, START, claimed, busy)
    other = add_message(database, BOOKS, fresh, "bk_3")
    assert [claimed.id for claimed in claim(database, START + wait - timedelta(seconds=1))] == [other]
    assert {claimed.booking_id for claimed in claim(database, START + wait)} == {"bk_1", "bk_2"}


def test_one_endpoint_cannot_occupy_every_sender(database: Database) -> None:
    hanging, _ = add_endpoint(database, LAMPS, URL)
    healthy, _ = add_endpoint(database, BOOKS, URL)
    for number in range(6):
        add_message(database, LAMPS, hanging, f"bk_{number}")
    assert len(claim(database, START, limit=4)) == leases.AT_ONCE_PER_ENDPOINT
    other = add_message(database, BOOKS, healthy, "bk_9", next_try_at=START + timedelta(seconds=1))
    assert [claimed.id for claimed in claim(database, START + timedelta(seconds=1), limit=4)] == [other]


def test_without_an_endpoint_it_waits_for_the_merchant(database: Database) -> None:
    message = add_message(database, LAMPS, None)
    assert claim(database, START) == []
    assert not database.write(lambda session: handovers.retry(session, START, LAMPS, message))
    assert database.write(lambda session: handovers.sent_by_hand(session, START, LAMPS, message))
    assert state(database, message) == "passed_on"


def test_what_is_not_mine_cannot_be_retried_or_marked(database: Database) -> None:
    endpoint, _ = add_endpoint(database, LAMPS, URL)
    message = add_message(database, LAMPS, endpoint, state="parked")
    assert not database.write(lambda session: handovers.retry(session, START, BOOKS, message))
    assert not database.write(lambda session: handovers.sent_by_hand(session, START, BOOKS, message))
    assert not database.write(lambda session: endpoints.disable(session, BOOKS, endpoint, "mischief"))
    assert not database.write(lambda session: endpoints.enable(session, START, BOOKS, endpoint))
    with database.reading() as session:
        assert handovers.state_of(session, BOOKS, "bk_1") == {"state": "waiting", "tries": 0}
        assert endpoints.list_all(session, BOOKS) == []
        assert endpoints.secret_of(session, BOOKS, endpoint, SIGNER) is None


def test_the_worst_message_speaks_for_a_booking(database: Database) -> None:
    endpoint, _ = add_endpoint(database, LAMPS, URL)
    for sequence, (name, count) in enumerate(
        [("passed_on", 1), ("passed_on", 3), ("waiting", 2), ("refused", 1), ("parked", 10)]
    ):
        for booking in range(sequence, 5):
            add_message(database, LAMPS, endpoint, f"bk_{booking}", sequence, state=name, tries=count)
    with database.reading() as session:
        found = handovers.states_of(session, LAMPS, [f"bk_{booking}" for booking in range(6)])
    assert [(found[f"bk_{n}"]["state"], found[f"bk_{n}"]["tries"]) for n in range(6)] == [
        ("passed_on", 1),
        ("passed_on", 3),
        ("waiting", 2),
        ("refused", 1),
        ("parked", 10),
        ("waiting", 0),
    ]


def test_the_operator_sees_how_much_is_unfinished(database: Database) -> None:
    endpoint, _ = add_endpoint(database, LAMPS, URL)
    for number, name in enumerate(["passed_on", "waiting", "waiting", "parked"]):
        add_message(database, LAMPS, endpoint, f"bk_{number}", state=name)
    with database.reading() as session:
        assert handovers.unfinished(session) == {"waiting": 2, "refused": 0, "parked": 1}


def test_two_messages_of_a_booking_cannot_have_the_same_number(database: Database) -> None:
    endpoint, _ = add_endpoint(database, LAMPS, URL)
    add_message(database, LAMPS, endpoint)
    with pytest.raises(IntegrityError):
        add_message(database, LAMPS, endpoint)


def test_a_secret_is_32_random_bytes_and_not_kept_readable(database: Database) -> None:
    endpoint, secret = add_endpoint(database, LAMPS, URL)
    _, other = add_endpoint(database, LAMPS, URL)
    assert secret.startswith("whsec_")
    assert len(secret) == len("whsec_") + 44
    assert secret != other
    with database.reading() as session:
        assert endpoints.secret_of(session, LAMPS, endpoint, SIGNER) == secret
        assert len(endpoints.list_all(session, LAMPS)) == 2
    assert secret[6:] not in column_of_endpoint(database, endpoint)


def column_of_endpoint(database: Database, endpoint_id: str) -> str:
    add_message(database, LAMPS, endpoint_id)
    return claim(database, START)[0].secret
