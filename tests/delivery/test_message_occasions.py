"""What may happen several times is told each time; what lies ahead is written for then; what is news goes to whom it concerns."""

from datetime import timedelta
from typing import Any

import pytest

from delivery import change_notices, change_rows, message_leases, messages
from delivery.message_changes import as_told, change_of
from delivery.store.engine import Database
from delivery.telling import ASK_AFTER
from tests.selling import NOW
from tests.telling import ANNA, change, kinds, ordered, report, rows, switch_on

pytestmark = pytest.mark.usefixtures("merchants")


def hours(number: float) -> Any:
    return NOW + timedelta(hours=number)


def test_a_second_try_to_deliver_is_told_of_again(database: Database) -> None:
    switch_on(database)
    booking = ordered(database)
    for number, step in enumerate(("out_for_delivery", "delivery_failed") * 2, 1):
        for _ in range(2):
            report(database, booking, step, hours(number), hours(number))
    assert kinds(database) == ["confirmed", *("out_for_delivery", "delivery_failed") * 2]


def test_every_change_is_told_once_and_a_new_address_also_to_the_old_contact(database: Database) -> None:
    switch_on(database)
    booking, another = ordered(database), ordered(database, "1002")
    moved, first = change(database, booking, notes="Ring twice")
    bert = ANNA | {"name": "Bert", "email": "bert@home.test"}
    taken, second = change(database, moved, recipient=bert)
    told = [(row.kind, row.occasion) for row in rows(database) if row.kind != "confirmed"]
    assert sorted(told) == sorted([("change_made", first), ("change_made", second), ("change_notice", second)])
    with database.reading() as session:
        row = change_of(session, taken, "change_notice", second)
        assert as_told(taken, "change_notice", row).recipient == ANNA
        assert as_told(taken, "change_made", row).recipient == bert
        assert as_told(taken, "change_notice", None).recipient == {}
        assert change_of(session, taken, "change_notice", "cg_unknown") is None
        assert change_of(session, another, "change_notice", second) is None


def test_a_refused_change_is_told_of(database: Database) -> None:
    switch_on(database)
    booking = ordered(database)
    _, refused = change(database, booking, change_rows.REFUSED, notes="Ring twice")
    told = [(row.kind, row.occasion) for row in rows(database) if row.kind != "confirmed"]
    assert told == [("change_refused", refused)]


def test_of_two_changes_that_wait_the_newer_one_says_it_all(database: Database) -> None:
    switch_on(database, confirmed={"sent": False})
    booking = ordered(database)
    database.write(lambda s: messages.tell(s, NOW, booking, messages.MADE, occasion="one"))
    database.write(lambda s: messages.tell(s, hours(1), booking, messages.MADE, occasion="two"))
    overtaken = {}
    for _ in range(2):
        claimed = database.write(lambda s: message_leases.claim(s, hours(2)))
        assert claimed is not None
        with database.reading() as session:
            overtaken[claimed.occasion] = message_leases.was_overtaken(session, hours(2), claimed)
    assert overtaken == {"one": True, "two": False}


@pytest.mark.parametrize(("ask", "expected"), [({}, ["ask"]), ({"sent": False}, [])])
def test_the_question_waits_until_the_parcel_is_unpacked(
    database: Database, ask: dict[str, Any], expected: list[str]
) -> None:
    switch_on(database, confirmed={"sent": False}, ask=ask)
    report(database, ordered(database), "delivered", hours(1), hours(1))
    assert kinds(database) == expected
    assert [row.next_try_at for row in rows(database)] == [hours(1) + ASK_AFTER for _ in expected]
    with database.reading() as session:
        assert messages.unsent(session, hours(2))["waiting"] == 0
        assert not message_leases.anything_due(session, hours(2))


def test_what_was_put_back_is_told_and_what_was_to_be_said_of_it_is_not(database: Database) -> None:
    switch_on(database, confirmed={"sent": False})
    booking = ordered(database)
    bert = ANNA | {"name": "Bert", "email": "bert@home.test"}
    taken, changed_id = change(database, booking, recipient=bert)
    assert sorted(kinds(database)) == ["change_made", "change_notice"]

    def put_back(session: Any) -> None:
        row = change_rows.find(session, taken.merchant_id, changed_id)
        for _ in range(2):
            change_notices.tell_of_undoing(session, hours(1), booking, row, [row])

    database.write(put_back)
    states = sorted((row.kind, row.occasion, row.state) for row in rows(database))
    assert states == [
        ("change_made", changed_id, "dropped"),
        ("change_notice", changed_id, "dropped"),
        ("change_undone", changed_id, "waiting"),
    ]
