"""An order without a choice: its deadline, the link and the reminders, each once and by day, and how many there are."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from delivery import bookings, messages, open_choices, payments
from delivery.booking_rows import Booking
from delivery.open_choices import LOOK_AGAIN, Chooser, Due, OpenChoice
from delivery.open_shares import new_alarms, open_share
from delivery.store.engine import Database
from delivery.store.tables import merchants
from delivery.store.tables import messages as message_rows
from tests.databases import BOOKS, LAMPS
from tests.selling import ADDRESS, LINKS, NOW, confirm
from tests.telling import ANNA, kinds, ordered, rows, switch_on

pytestmark = pytest.mark.usefixtures("merchants")

EVENING = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
"""Monday, 20:00 in Amsterdam."""


def set_afterwards(database: Database, merchant_id: str = LAMPS, **facts: Any) -> None:
    database.write(lambda s: s.execute(update(merchants).where(merchants.c.id == merchant_id).values(afterwards=facts)))


def came(database: Database, number: str = "1001", now: datetime = NOW, **said: Any) -> Booking:
    """An order without a choice."""
    facts = {"recipient": ANNA} | said
    return database.write(lambda s: confirm(s, number, None, now=now, **facts)).booking


def known(database: Database, booking: Booking) -> OpenChoice:
    with database.reading() as session:
        found = open_choices.known_of(session, booking.merchant_id, booking.id)
    assert found
    return found


def look(database: Database, now: datetime) -> list[str | None]:
    """What is due, seen to; the services to take."""
    with database.reading() as session:
        due = open_choices.due(session, now, 100)
    return [database.write(lambda s, one=one: open_choices.see_to(s, now, one)) for one in due]


def run(database: Database, begin: datetime, end: datetime) -> dict[str, datetime]:
    """A look every half hour; when each kind of message was written."""
    told: dict[str, datetime] = {row.kind: row.created_at for row in rows(database)}
    now = begin
    while now <= end:
        look(database, now)
        told |= {kind: now for kind in kinds(database) if kind not in told}
        now += timedelta(minutes=30)
    return told


def local(moment: datetime) -> str:
    return (moment + timedelta(hours=1)).strftime("%a %H:%M")


def test_the_time_to_choose_begins_with_the_order(database: Database) -> None:
    set_afterwards(database, choice_hours=30)
    found = known(database, came(database))
    assert (found.opened_at, found.choose_until) == (NOW, NOW + timedelta(hours=30))
    assert found.chosen_by is None


def test_or_with_its_payment(database: Database) -> None:
    switch_on(database)
    booking = came(database, paid=False)
    assert known(database, booking).choose_until is None
    assert look(database, NOW + timedelta(days=3)) == []
    assert rows(database) == []
    later = NOW + timedelta(minutes=30)
    whose = {"merchant_id": LAMPS, "booking_id": booking.id, "place": None, "links": LINKS}
    for _ in range(2):
        database.write(lambda s: payments.paid(s, later, **whose))
    assert known(database, booking).choose_until == later + timedelta(hours=24)
    assert kinds(database) == ["choose"]


def test_an_order_with_a_choice_has_no_deadline(database: Database) -> None:
    booking = ordered(database)
    with database.reading() as session:
        assert open_choices.known_of(session, LAMPS, booking.id) is None


def test_a_deadline_does_not_care_for_the_clock(database: Database) -> None:
    before = datetime(2026, 10, 24, 18, 0, tzinfo=UTC)  # 20:00 in Amsterdam; the clock goes back that night.
    assert known(database, came(database, now=before)).choose_until == before + timedelta(hours=24)


def test_the_link_goes_at_once_and_reminders_halfway_and_shortly_before_the_end(database: Database) -> None:
    switch_on(database)
    set_afterwards(database, choice_hours=24)
    came(database, now=EVENING)
    told = run(database, EVENING, EVENING + timedelta(hours=25))
    assert {kind: local(moment) for kind, moment in told.items()} == {
        "choose": "Mon 20:00",
        "choose_reminder": "Tue 08:00",
        "choose_last": "Tue 16:00",
    }


def test_who_was_away_at_night_wakes_nobody_later_that_night(database: Database) -> None:
    switch_on(database)
    set_afterwards(database, choice_hours=48)
    booking = came(database, now=NOW - timedelta(hours=8))  # 03:00; halfway is 03:00, put off until 08:00.
    assert known(database, booking).next_at == datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
    night = datetime(2026, 11, 24, 21, 0, tzinfo=UTC)
    look(database, night)
    assert kinds(database) == ["choose"]
    assert known(database, booking).next_at == known(database, booking).choose_until


def test_after_a_long_absence_only_the_last_call_goes(database: Database) -> None:
    switch_on(database)
    came(database, now=EVENING)
    look(database, EVENING + timedelta(hours=21))
    assert sorted(kinds(database)) == ["choose", "choose_last"]


def test_whoever_chose_is_not_reminded(database: Database) -> None:
    switch_on(database)
    cancelled, chosen = came(database, now=EVENING), came(database, "1002", now=EVENING)
    database.write(lambda s: bookings.cancel(s, EVENING, merchant_id=LAMPS, booking_id=cancelled.id, links=LINKS))
    database.write(lambda s: open_choices.chosen(s, EVENING, chosen, Chooser("staff", "Bo")))
    run(database, EVENING, EVENING + timedelta(hours=25))
    assert sorted(kinds(database)) == ["cancelled", "choose", "choose"]
    assert known(database, chosen).chosen_by_name == "Bo"
    assert [known(database, booking).next_at for booking in (cancelled, chosen)] == [None, None]


def test_the_default_is_named_once_the_time_is_over(database: Database) -> None:
    set_afterwards(database, choice_default="standard")
    booking = came(database)
    end = NOW + timedelta(hours=24)
    assert look(database, end - timedelta(minutes=1)) == [None]
    assert look(database, end) == ["standard"]
    assert look(database, end) == []
    assert look(database, end + LOOK_AGAIN) == ["standard"]
    one = Due(LAMPS, booking.id)
    assert [database.write(lambda s: open_choices.default_failed(s, end, one)) for _ in range(2)] == [True, False]
    assert known(database, booking).default_failed_at == end


def test_without_a_default_it_stays_open(database: Database) -> None:
    booking = came(database)
    for hours in (24, 25, 26, 400):
        assert set(look(database, NOW + timedelta(hours=hours))) == {None}
    assert known(database, booking).default_failed_at is None
    with database.reading() as session:
        assert open_choices.how_many_open(session, LAMPS) == 1


def test_an_order_from_before_there_were_deadlines_gets_one_when_it_is_first_seen(database: Database) -> None:
    booking = came(database)
    forgotten = {"opened_at": None, "choose_until": None, "next_at": NOW}
    database.write(lambda s: open_choices._write(s, LAMPS, booking.id, **forgotten))
    assert look(database, NOW) == [None]
    assert known(database, booking).choose_until == NOW + timedelta(hours=24)


def test_a_foreign_shopper_is_not_woken_either(database: Database) -> None:
    switch_on(database)
    booking = came(database, address=ADDRESS | {"country": "JP", "postal_code": None}, now=NOW)
    assert known(database, booking).next_at == datetime(2026, 11, 23, 23, 0, tzinfo=UTC)  # 08:00 in Tokyo


def test_the_link_can_be_sent_again_as_a_new_message(database: Database) -> None:
    switch_on(database)
    booking = came(database)
    again = lambda: database.write(lambda s: messages.tell_again(s, NOW, booking, "choose"))  # noqa: E731
    assert not again()  # It is still on its way.
    [first] = rows(database)
    database.write(
        lambda s: s.execute(update(message_rows).where(message_rows.c.merchant_id == LAMPS).values(state="sent"))
    )
    assert again()
    [second] = rows(database)
    assert (second.kind, second.state) == ("choose", "waiting")
    assert second.id != first.id


def test_it_is_not_sent_again_when_the_shop_does_not_send_it(database: Database) -> None:
    booking = came(database)
    assert not database.write(lambda s: messages.tell_again(s, NOW, booking, "choose"))
    assert rows(database) == []


def many(database: Database, without: int, with_choice: int, now: datetime = NOW) -> None:
    for number in range(without):
        came(database, f"open {number} {now}", now=now)
    for number in range(with_choice):
        ordered(database, f"chosen {number} {now}", now=now)


@pytest.mark.parametrize(
    ("without", "with_choice", "high"), [(0, 0, False), (4, 0, False), (5, 0, True), (3, 7, False), (4, 6, True)]
)
def test_the_share_is_high_above_the_limit_and_from_five_orders_on(
    database: Database, without: int, with_choice: int, high: bool
) -> None:
    many(database, without, with_choice)
    with database.reading() as session:
        found = open_share(session, NOW, LAMPS)
    assert (found.without, found.orders, found.is_high) == (without, without + with_choice, high)


def test_what_was_chosen_since_and_what_is_not_paid_counts_too_and_yesterday_does_not(database: Database) -> None:
    many(database, 5, 0, now=NOW - timedelta(hours=24))
    booking = came(database)
    database.write(lambda s: open_choices.chosen(s, NOW, booking, open_choices.THE_SHOPPER))
    came(database, "1002", paid=False)
    with database.reading() as session:
        found = open_share(session, NOW, LAMPS)
    assert (found.without, found.orders) == (2, 2)


def test_a_shop_is_warned_once_a_day(database: Database) -> None:
    many(database, 5, 0)
    warned: Callable[[datetime], list[str]] = lambda now: [  # noqa: E731
        alarm.merchant_id for alarm in database.write(lambda s: new_alarms(s, now))
    ]
    assert warned(NOW) == [LAMPS]
    assert warned(NOW) == []
    assert warned(NOW + timedelta(hours=23)) == []
    many(database, 5, 0, now=NOW + timedelta(hours=12))
    assert warned(NOW + timedelta(hours=24)) == [LAMPS]


def test_it_hides_other_merchants(database: Database) -> None:
    many(database, 6, 0)
    booking = came(database)
    with database.reading() as session:
        assert open_choices.known_of(session, BOOKS, booking.id) is None
        assert open_choices.how_many_open(session, BOOKS) == 0
        assert open_share(session, NOW, BOOKS).orders == 0
    database.write(lambda s: open_choices.default_failed(s, NOW, Due(BOOKS, booking.id)))
    assert known(database, booking).default_failed_at is None
    assert [alarm.merchant_id for alarm in database.write(lambda s: new_alarms(s, NOW))] == [LAMPS]
