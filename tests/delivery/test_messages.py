"""What shoppers are to hear is written with the event: once, only when the shop wants it, and never late."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from delivery import bookings, message_leases, messages, payments
from delivery.booking_states import CHOICE_OPEN, STATES
from delivery.message_leases import LEASE
from delivery.messages import TOO_LATE, settings_of
from delivery.store.engine import Database
from delivery.store.tables import messages as message_rows
from delivery.texts.message_words import OwnWords
from tests.databases import BOOKS, LAMPS
from tests.selling import LINKS, NOW, confirm, slot
from tests.telling import ANNA, kinds, ordered, report, rows, switch_on

pytestmark = pytest.mark.usefixtures("merchants")


def hours(number: float) -> Any:
    return NOW + timedelta(hours=number)


def test_nothing_is_written_until_the_merchant_switches_it_on(database: Database) -> None:
    booking = ordered(database)
    report(database, booking, "packed", hours(1), hours(1))
    assert rows(database) == []


def test_each_kind_that_is_on_is_written_with_its_event(database: Database) -> None:
    switch_on(database, packed={"sent": True}, out_for_delivery={"sent": False}, delivered={"sent": True})
    booking = ordered(database)
    steps = (
        "packed",
        "dispatched",
        "in_transit",
        "out_for_delivery",
        "delivery_failed",
        "out_for_delivery",
        "delivered",
    )
    for number, step in enumerate(steps, 1):
        report(database, booking, step, hours(number), hours(number))
    assert kinds(database) == ["confirmed", "packed", "dispatched", "delivery_failed", "delivered", "ask"]
    assert {(row.merchant_id, row.booking_id, row.channel, row.state) for row in rows(database)} == {
        (LAMPS, booking.id, "mail", "waiting")
    }


def test_an_event_that_is_repeated_is_told_once(database: Database) -> None:
    switch_on(database)
    booking = ordered(database)
    for number in (1, 2, 3):
        ordered(database)  # The same order again.
        report(database, booking, "dispatched", hours(1), hours(number))
        report(database, booking, "out_for_delivery", hours(2), hours(number + 1))
        report(database, booking, "delivery_failed", hours(2.5), hours(number + 2))
    assert sorted(kinds(database)) == ["confirmed", "delivery_failed", "dispatched", "out_for_delivery"]


def test_a_late_report_of_what_lies_behind_is_not_told(database: Database) -> None:
    switch_on(database, packed={"sent": True})
    booking = ordered(database)
    report(database, booking, "out_for_delivery", hours(5), hours(5))
    report(database, booking, "dispatched", hours(2), hours(6))
    report(database, booking, "packed", hours(1), hours(6))
    assert kinds(database) == ["confirmed", "out_for_delivery"]


def test_old_news_is_not_told(database: Database) -> None:
    switch_on(database)
    booking = ordered(database)
    report(database, booking, "dispatched", hours(1), hours(1) + TOO_LATE)
    assert kinds(database) == ["confirmed"]


def test_an_order_that_waits_for_its_payment_is_told_of_once_it_is_paid(database: Database) -> None:
    switch_on(database)
    booking = ordered(database, paid=False)
    assert rows(database) == []
    paid = {"merchant_id": LAMPS, "booking_id": booking.id, "place": slot(capacity=1000), "links": LINKS}
    database.write(lambda s: payments.paid(s, hours(0.1), **paid))
    database.write(lambda s: payments.paid(s, hours(0.2), **paid))
    assert kinds(database) == ["confirmed"]


def test_an_order_without_a_choice_is_not_called_confirmed(database: Database) -> None:
    switch_on(database)
    database.write(lambda s: confirm(s, "1001", None, recipient=ANNA))
    assert kinds(database) == ["choose"]


def test_a_cancelled_order_is_told_of_unless_nobody_knew_of_it(database: Database) -> None:
    switch_on(database)
    for number, paid in (("1001", True), ("1002", False)):
        booking = ordered(database, number, paid=paid)
        for _ in range(2):
            database.write(
                lambda s, of=booking.id: bookings.cancel(s, hours(1), merchant_id=LAMPS, booking_id=of, links=LINKS)
            )
    assert kinds(database) == ["confirmed", "cancelled"]


@pytest.mark.parametrize("recipient", [{"name": "Anna"}, {"name": "Anna", "email": None}])
def test_without_an_address_nothing_is_written(database: Database, recipient: dict[str, Any]) -> None:
    switch_on(database)
    ordered(database, recipient=recipient)
    assert rows(database) == []


def test_it_hides_other_merchants(database: Database) -> None:
    switch_on(database, BOOKS)
    ordered(database)
    assert rows(database) == []
    switch_on(database)
    ordered(database, "1002")
    with database.reading() as session:
        assert [messages.how_many_wait(session, NOW, merchant) for merchant in (LAMPS, BOOKS)] == [1, 0]


def test_the_rows_keep_no_address_and_no_words(database: Database) -> None:
    switch_on(database, confirmed={"sent": True, "en": {"subject": "Thanks", "text": "Dear {name}"}})
    ordered(database)
    said = " ".join(str(value) for value in rows(database)[0])
    assert not [word for word in ("anna", "Anna", "Vries", "Thanks", "Dear", "1001") if word in said]


def test_a_message_is_claimed_by_one_until_its_lease_ends(database: Database) -> None:
    switch_on(database)
    ordered(database)
    first = database.write(lambda s: message_leases.claim(s, NOW))
    assert first is not None
    assert (first.kind, first.tries, first.until) == ("confirmed", 0, NOW + LEASE)
    assert database.write(lambda s: message_leases.claim(s, NOW)) is None
    again = database.write(lambda s: message_leases.claim(s, NOW + LEASE))
    assert again is not None
    assert again.id == first.id
    assert not database.write(lambda s: message_leases.record(s, NOW + LEASE, first, "sent"))
    assert database.write(lambda s: message_leases.record(s, NOW + LEASE, again, "sent"))
    assert [(row.state, row.tries, row.sent_at) for row in rows(database)] == [("sent", 1, NOW + LEASE)]


def test_it_is_tried_with_growing_gaps_and_never_after_two_days(database: Database) -> None:
    switch_on(database)
    ordered(database)
    now, gaps = NOW, []
    while claimed := database.write(lambda s, at=now: message_leases.claim(s, at)):
        taken = claimed
        database.write(lambda s, at=now, of=taken: message_leases.record(s, at, of, "waiting", chance=lambda: 0))
        gaps.append(rows(database)[0].next_try_at - now)
        now = rows(database)[0].next_try_at
    assert gaps == sorted(gaps)
    assert gaps[0] == timedelta(minutes=1)
    assert len(gaps) > 6
    assert now - gaps[-1] - NOW < TOO_LATE <= now - NOW


def test_what_could_not_be_sent_in_two_days_is_dropped_by_a_sweep(database: Database) -> None:
    switch_on(database)
    late, being_sent = ordered(database), ordered(database, "1002")
    ordered(database, "1003", now=hours(1))
    end = NOW + TOO_LATE
    with database.engine.begin() as session:
        session.execute(
            message_rows.update()
            .where(message_rows.c.merchant_id == LAMPS, message_rows.c.booking_id == being_sent.id)
            .values(claimed_until=end + LEASE)
        )
    assert database.write(lambda s: messages.drop_late(s, end - timedelta(seconds=1), 10)) == []
    [dropped] = database.write(lambda s: messages.drop_late(s, end, 10))
    assert (dropped.merchant_id, dropped.booking_id, dropped.kind) == (LAMPS, late.id, "confirmed")
    assert sorted(row.state for row in rows(database)) == ["dropped", "waiting", "waiting"]
    with database.reading() as session:
        assert messages.unsent(session, hours(2)) == {"waiting": 2, "failed": 0, "dropped": 1}


def test_every_kind_that_is_a_state_may_be_said_in_it_and_the_choice_is_asked_for_while_it_is_open() -> None:
    for kind, states in messages.STILL_TRUE.items():
        assert states == {CHOICE_OPEN} if kind.startswith("choose") else states <= set(STATES)
        assert kind not in STATES or kind in states


def test_settings_left_out_are_as_usual() -> None:
    assert settings_of({}) == messages.MessageSettings()
    found = settings_of({"enabled": True, "packed": {"sent": True, "nl": {"subject": "Hoi", "text": None}, "en": None}})
    assert found.sends("packed")
    assert not found.sends("returned")
    assert found.words_for("packed", "nl") == OwnWords("Hoi")
    assert found.words_for("packed", "en") == OwnWords()


def test_two_at_once_write_a_message_once(database: Database) -> None:
    switch_on(database)
    booking = ordered(database)
    for _ in range(2):
        database.write(lambda s: messages.tell(s, NOW, booking, "confirmed"))
    with database.reading() as session:
        count = select(func.count()).select_from(message_rows).where(message_rows.c.merchant_id == LAMPS)
        assert session.execute(count).scalar_one() == 1
