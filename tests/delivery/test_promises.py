"""Promises are watched: an honest new day before the old one passes, and what a broken one gives back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import and_, delete, select, update

from delivery import bookings
from delivery.message_facts import MOVED_ON, facts_of, why_not
from delivery.store.tables import bookings as bookings_table
from delivery.store.tables import messages, services, settlements
from delivery.texts import handed
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from plugin.sweeps import sweep_all, sweeps_with
from plugin.tools import Tools
from tests.doors import Door
from tests.rules.human_dates import at
from tests.telling import rows, switch_on
from tests.watching import BERLIN, credited, look, ordered, read, report, switch, told
from tests.widget.test_pages import path_of, put, words

OWN = and_(messages.c.merchant_id == MERCHANT_ID, messages.c.kind == "fee_credited")
SETTLED = settlements.c.merchant_id == MERCHANT_ID
# The demo's shop is open; orders come on Tuesday 2026-11-24 at 10:00. A parcel within the country takes a day.


def expected(door: Door, booking: str) -> tuple[str | None, str | None] | None:
    found = read(door, booking).expected
    return (found["earliest"], found["latest"]) if found else None


def test_a_parcel_that_has_not_left_when_its_day_is_over_gets_a_new_day_before_the_old_one_passes(door: Door) -> None:
    booking = ordered(door)
    look(door, at("Tue 2026-11-24 23:59:59"))
    assert (expected(door, booking), told(door, booking)) == (None, [])
    look(door, at("Wed 2026-11-25 00:00"))
    assert expected(door, booking) == ("2026-11-26", "2026-11-26")
    assert told(door, booking) == ["promise.at_risk"]
    look(door, at("Wed 2026-11-25 00:01"))
    report(door, booking, "packed")
    look(door, at("Wed 2026-11-25 00:02"))
    assert told(door, booking) == ["promise.at_risk"]
    assert read(door, booking).kept is None


def test_each_new_day_is_told_once(plain_door: Door) -> None:
    booking = ordered(plain_door, there=BERLIN)
    days = []
    for moment in ("Wed 2026-11-25 00:00", "Wed 2026-11-25 12:00", "Thu 2026-11-26 00:00", "Thu 2026-11-26 00:01"):
        look(plain_door, at(moment))
        days.append((expected(plain_door, booking) or ("", ""))[1])
    assert days == ["2026-11-28", "2026-11-28", "2026-12-01", "2026-12-01"]
    assert told(plain_door, booking) == ["promise.at_risk"] * 2


def test_a_parcel_that_left_late_is_at_risk_at_once_and_one_that_can_still_come_in_time_is_not(
    plain_door: Door,
) -> None:
    booking = ordered(plain_door)
    look(plain_door)
    plain_door.clock.now = at("Wed 2026-11-25 00:00:30")
    report(plain_door, booking, "dispatched")
    look(plain_door)
    assert expected(plain_door, booking) == ("2026-11-26", "2026-11-26")
    in_time = ordered(plain_door, number="1002")
    report(plain_door, in_time, "dispatched")
    look(plain_door, at("Thu 2026-11-26 09:00"))
    assert (expected(plain_door, in_time), told(plain_door, in_time)) == (None, [])


def test_a_window_that_has_begun_with_nothing_out_gets_no_made_up_window(door: Door) -> None:
    booking = ordered(door, "local_delivery")
    look(door, at("Tue 2026-11-24 13:59:59"))
    assert told(door, booking) == []
    look(door, at("Tue 2026-11-24 14:00"))
    look(door, at("Tue 2026-11-24 14:01"))
    assert (expected(door, booking), told(door, booking)) == ((None, None), ["promise.at_risk"])
    described = door.server("GET", f"/bookings/{booking}").get_json()["expected"]
    assert described == {
        "earliest": None,
        "latest": None,
        "time_zone": "Europe/Amsterdam",
        "told_at": "2026-11-24T13:00:00+00:00",
    }


def test_a_window_with_the_van_on_its_way_is_not_at_risk(plain_door: Door) -> None:
    booking = ordered(plain_door, "local_delivery")
    report(plain_door, booking, "dispatched")
    look(plain_door, at("Tue 2026-11-24 15:00"))
    assert told(plain_door, booking) == []


def test_a_pick_up_that_a_carrier_brings_gets_a_new_day_too(plain_door: Door) -> None:
    booking = ordered(plain_door, "pickup")
    look(plain_door, at("Wed 2026-11-25 00:00"))
    assert expected(plain_door, booking) == ("2026-11-26", "2026-11-26")


def test_without_the_way_it_was_to_go_nobody_knows(plain_door: Door) -> None:
    booking = ordered(plain_door)
    plain_door.database.write(
        lambda s: s.execute(delete(services).where(services.c.merchant_id == MERCHANT_ID)).rowcount
    )
    switch(plain_door)
    look(plain_door, at("Wed 2026-11-25 00:00"))
    assert expected(plain_door, booking) == (None, None)


def test_a_promise_that_passes_is_broken_once(door: Door) -> None:
    booking = ordered(door)
    look(door, at("Thu 2026-11-26 00:00"))
    found = read(door, booking)
    assert (found.kept, found.broken_by, found.arrived_at) == (False, "late_out", None)
    report(door, booking, "delivered")
    look(door, at("Thu 2026-11-26 09:00"))
    report(door, booking, "returned")
    look(door, at("Thu 2026-11-26 10:00"))
    assert told(door, booking) == ["promise.broken"]
    described = door.server("GET", f"/bookings/{booking}").get_json()["outcome"]
    assert described == {"arrived_at": "2026-11-25T23:00:00+00:00", "kept": False, "broken_by": "late_in_transit"}


def test_what_was_delivered_late_before_anybody_looked_is_told_as_well(plain_door: Door) -> None:
    booking = ordered(plain_door)
    plain_door.clock.now = at("Thu 2026-11-26 09:00")
    report(plain_door, booking, "delivered")
    look(plain_door)
    assert told(plain_door, booking) == ["promise.broken"]


def test_what_is_kept_is_not_looked_at_again(plain_door: Door) -> None:
    booking = ordered(plain_door)
    assert look(plain_door) == 1
    assert look(plain_door) == 0
    report(plain_door, booking, "delivered")
    assert look(plain_door) == 1
    assert look(plain_door, at("Mon 2026-12-07 12:00")) == 0
    assert told(plain_door, booking) == []


def test_what_is_cancelled_or_unpaid_is_not_watched(plain_door: Door) -> None:
    booking = ordered(plain_door)
    whose = {"merchant_id": MERCHANT_ID, "booking_id": booking}
    plain_door.database.write(lambda s: bookings.cancel(s, plain_door.clock(), **whose, links=plain_door.service.links))
    choice = plain_door.take("shipping", checkout="unpaid")["choice"]
    assert plain_door.order(choice, "1002", paid=False).status_code == 201
    assert look(plain_door, at("Mon 2026-12-07 12:00")) == 0


# --- what a broken promise gives back ---


def test_a_broken_promise_gives_the_fee_back_once(door: Door) -> None:
    switch(door, refund_broken=True)
    booking = ordered(door)
    look(door, at("Thu 2026-11-26 00:00"))
    assert credited(door) == [(booking, "refund_due", 495, "open")]
    report(door, booking, "dispatched")
    look(door)
    door.clock.forward(hours=9)
    report(door, booking, "delivered")
    report(door, booking, "delivered")
    look(door)
    assert credited(door) == [(booking, "refund_due", 495, "open")]


def test_it_is_void_when_it_turns_out_to_have_been_in_time_and_counts_again_when_not(door: Door) -> None:
    switch(door, refund_broken=True)
    booking = ordered(door)
    look(door, at("Thu 2026-11-26 00:00"))
    report(door, booking, "delivered", at("Wed 2026-11-25 18:00"))
    look(door)
    assert credited(door) == [(booking, "refund_due", 495, "void")]
    assert read(door, booking).kept is True


def messages_of(door: Door) -> list[tuple[str, str]]:
    """The messages about the fee and their state."""
    return [(row.booking_id, row.state) for row in rows(door.database) if row.kind == "fee_credited"]


def test_the_shopper_hears_of_it_once_and_sees_it_on_the_page(door: Door) -> None:
    switch_on(door.database, MERCHANT_ID)
    switch(door, refund_broken=True)
    booking = ordered(door)
    for moment in ("Thu 2026-11-26 00:00", "Thu 2026-11-26 00:01"):
        look(door, at(moment))
    assert messages_of(door) == [(booking, "waiting")]
    found = read(door, booking)
    path = path_of(door.service.links.page(booking, found.page_version))
    assert "You get the delivery fee back: €4.95" in words(door.client.get(path).text)
    with door.database.reading() as session:
        setup = door.service.memory.setup_of_merchant(session, MERCHANT_ID)
        assert facts_of(session, door.clock(), setup, found, door.service.links, "nl")["amount"] == "€\xa04,95"
    # It came in time after all, and then it did not: nothing that is wrong is said, and nothing twice.
    report(door, booking, "delivered", at("Wed 2026-11-25 18:00"))
    look(door)
    with door.database.reading() as session:
        assert why_not(session, setup, read(door, booking), "fee_credited") == MOVED_ON
    assert "delivery fee back" not in words(door.client.get(path).text)
    for state in ("dropped", "sent"):
        door.database.write(lambda s, state=state: s.execute(update(messages).where(OWN).values(state=state)).rowcount)
        door.database.write(lambda s: s.execute(update(settlements).where(SETTLED).values(state="void")).rowcount)
        put(door, {"booking": booking}, kept=False, broken_by="late_in_transit", look_at=door.clock())
        look(door)
        assert messages_of(door) == [(booking, "waiting" if state == "dropped" else "sent")]


def test_nobody_at_home_costs_the_shop_nothing(plain_door: Door) -> None:
    switch(plain_door, refund_broken=True)
    booking = ordered(plain_door)
    look(plain_door, at("Thu 2026-11-26 00:00"))
    report(plain_door, booking, "delivery_failed", at("Wed 2026-11-25 18:00"))
    report(plain_door, booking, "delivered")
    look(plain_door)
    assert read(plain_door, booking).broken_by == "nobody_home"
    assert credited(plain_door) == [(booking, "refund_due", 495, "void")]


def test_nothing_is_given_back_unless_the_merchant_wants_it_or_when_it_was_free(plain_door: Door) -> None:
    ordered(plain_door)
    look(plain_door, at("Thu 2026-11-26 00:00"))
    assert credited(plain_door) == []


def test_two_workers_at_once_do_it_once(door: Door) -> None:
    switch(door, refund_broken=True)
    numbers = ["1", "2", "3", "4", "5", "6"]
    made = [ordered(door, number=number) for number in numbers]
    door.clock.now = at("Thu 2026-11-26 00:00")
    with ThreadPoolExecutor(2) as threads:
        done = list(threads.map(lambda _number: look(door), range(4)))
    assert sum(done) >= len(made)
    assert sorted(row[0] for row in credited(door)) == sorted(made)
    assert all(told(door, booking) == ["promise.broken"] for booking in made)


def test_the_moments_are_kept_to_the_microsecond(plain_door: Door) -> None:
    booking = ordered(plain_door, "local_delivery")
    report(plain_door, booking, "dispatched")
    look(plain_door, at("Tue 2026-11-24 16:00"))
    with plain_door.database.reading() as session:
        found = session.execute(
            select(bookings_table.c.look_at).where(
                bookings_table.c.merchant_id == MERCHANT_ID, bookings_table.c.id == booking
            )
        ).scalar_one()
    assert found == at("Tue 2026-11-24 16:00") + timedelta(microseconds=1)
    assert read(plain_door, booking).kept is None
    look(plain_door, found)
    assert read(plain_door, booking).kept is False


def test_who_reads_mails_is_told_in_words_and_a_list_still_calls_a_new_order_new() -> None:
    data = {"booking": "bk_1", "order": "1001", "promise": None}
    assert handed.letter("promise.at_risk", data, "nl").subject.startswith("Bestelling 1001 dreigt te laat")
    assert handed.what("promise.broken", "en") == "too late"
    late = [handed.Entry(kind, data) for kind in ("booking.confirmed", "promise.at_risk")]
    assert [entry.type for entry in handed.merged(late)] == ["booking.confirmed"]
    assert [entry.type for entry in handed.merged(late[1:])] == ["promise.at_risk"]


def test_the_worker_s_sweep_looks_after_promises(plain_door: Door) -> None:
    booking = ordered(plain_door)
    service = plain_door.service
    tools = Tools(plain_door.database, plain_door.clock, service.signer, service.config)
    sweep_all(plain_door.database, at("Thu 2026-11-26 00:00"), sweeps_with(tools))
    assert told(plain_door, booking) == ["promise.broken"]
