"""A parcel waits at its centre for so many opening days, once longer on request, and then goes back: each told once."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from delivery import progress, waiting
from delivery.booking_rows import Booking
from delivery.links import PageLinks
from delivery.message_facts import MOVED_ON, why_not
from delivery.problems import TooLate
from delivery.store.engine import Database
from delivery.store.tables import bookings, centres, counters, handovers, messages, settlements
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.delivery.test_shelves import CENTRE, make_room, options
from tests.delivery.test_shelves import take as take_there
from tests.doors import TUESDAY_MORNING, Door
from tests.rules.human_dates import at, told
from tests.telling import switch_on
from tests.watching import look, read, report, switch

READY = "Thu 2026-11-26 14:00"
"""The centre keeps parcels for seven opening days and is closed on Sundays: until Friday of the week after."""
UNTIL = "Fri 2026-12-04 21:00"
LONGER = "Tue 2026-12-08 21:00"


def lies_there(door: Door, number: str = "1001", ready: str = READY) -> str:
    """An order that lies ready at the centre."""
    door.clock.now = TUESDAY_MORNING
    booking = str(door.order(take_there(door, number), number).get_json()["booking"])
    door.clock.now = at(ready)
    report(door, booking, "ready_for_pickup")
    return booking


def send_back(door: Door, moment: str | None = None) -> int:
    if moment:
        door.clock.now = at(moment)
    return door.database.write(lambda s: waiting.send_back(s, door.clock(), door.service.links, 200))


def keep_longer(door: Door, booking: str) -> Booking:
    whose = {"merchant_id": MERCHANT_ID, "booking_id": booking}
    return door.database.write(lambda s: waiting.keep_longer(s, door.clock(), door.service.links, **whose))


def asked(door: Door, booking: str) -> list[tuple[str, str]]:
    """What fulfilment was told of changes: kind and state, in order."""
    with door.database.reading() as session:
        rows = session.execute(
            select(handovers.c.body)
            .where(handovers.c.merchant_id == MERCHANT_ID, handovers.c.booking_id == booking)
            .order_by(handovers.c.sequence)
        )
        found = [json.loads(body)["data"].get("change") for body in rows.scalars()]
    return [(change["kind"], change["state"]) for change in found if change]


def mails(door: Door, booking: str, *states: str) -> list[tuple[str, str, str]]:
    """Kind, occasion and moment of the messages in these states (none named: waiting)."""
    wanted = (messages.c.kind, messages.c.occasion, messages.c.next_try_at)
    with door.database.reading() as session:
        rows = session.execute(
            select(*wanted)
            .where(
                messages.c.merchant_id == MERCHANT_ID,
                messages.c.booking_id == booking,
                messages.c.state.in_(states or ("waiting",)),
                messages.c.kind != "confirmed",
            )
            .order_by(messages.c.next_try_at, messages.c.kind)
        )
        return [(row.kind, row.occasion, told(row.next_try_at)) for row in rows]


def owed(door: Door, booking: str) -> list[tuple[str, str, int, str]]:
    names = ("reason", "kind", "amount", "state")
    with door.database.reading() as session:
        mine = settlements.c.merchant_id == MERCHANT_ID, settlements.c.booking_id == booking
        return [tuple(row) for row in session.execute(select(*(settlements.c[name] for name in names)).where(*mine))]


def taken(door: Door) -> int:
    with door.database.reading() as session:
        mine = counters.c.merchant_id == MERCHANT_ID, counters.c.kind == "shelf", counters.c.ref == CENTRE
        return session.execute(select(counters.c.booked).where(*mine)).scalar_one()


def test_it_is_kept_for_opening_days_from_when_it_is_really_ready(plain_door: Door) -> None:
    booking = lies_there(plain_door)
    kept = read(plain_door, booking)
    assert (kept.ready_at, kept.kept_until) == (at(READY), at(UNTIL))
    plain_door.clock.forward(hours=3)
    report(plain_door, booking, "ready_for_pickup")
    assert read(plain_door, booking).kept_until == at(UNTIL)
    shown = plain_door.server("GET", f"/bookings/{booking}").get_json()
    assert datetime.fromisoformat(shown["kept_until"]) == at(UNTIL)
    assert "going_back_at" not in shown


def test_it_is_never_kept_shorter_than_promised_and_a_late_word_of_it_costs_no_day(plain_door: Door) -> None:
    early = lies_there(plain_door, "1001", "Tue 2026-11-24 13:00")
    option = read(plain_door, early).option or {}
    assert read(plain_door, early).kept_until == datetime.fromisoformat(option["pickup_by"])
    plain_door.clock.now = at("Tue 2026-11-24 10:00")
    late = str(plain_door.order(take_there(plain_door, "1002"), "1002").get_json()["booking"])
    plain_door.clock.now = at("Sat 2026-11-28 12:00")
    report(plain_door, late, "ready_for_pickup", at(READY))
    kept = read(plain_door, late)
    assert (kept.ready_at, kept.kept_until) == (at(READY), at("Mon 2026-12-07 21:00"))


def test_reminders_go_on_opening_days_and_move_when_it_is_kept_longer(plain_door: Door) -> None:
    switch_on(plain_door.database, MERCHANT_ID)
    booking = lies_there(plain_door)
    reminders = [("pickup_reminder", "two_days_before", "Wed 2026-12-02 08:00")]
    reminders += [("pickup_reminder", "last_day", "Fri 2026-12-04 08:00")]
    assert mails(plain_door, booking) == [("ready_for_pickup", "", READY), *reminders]
    plain_door.clock.now = at("Tue 2026-12-01 12:00")
    keep_longer(plain_door, booking)
    assert mails(plain_door, booking, "dropped") == reminders
    assert mails(plain_door, booking)[1:] == [
        ("kept_longer", "", "Tue 2026-12-01 12:00"),
        ("pickup_reminder", "two_days_before longer", "Sat 2026-12-05 08:00"),
        ("pickup_reminder", "last_day longer", "Tue 2026-12-08 08:00"),
    ]


def test_it_is_kept_longer_once_and_never_when_it_is_going_back(door: Door) -> None:
    booking, another = lies_there(door), lies_there(door, "1002")
    door.clock.now = at("Fri 2026-12-04 20:59")
    assert keep_longer(door, booking).kept_until == at(LONGER)
    assert asked(door, booking) == [("longer", "made")]
    with pytest.raises(TooLate):
        keep_longer(door, booking)
    door.clock.now = at(UNTIL)
    for _ in range(2):  # As its time is over, and as it goes back.
        with pytest.raises(TooLate):
            keep_longer(door, another)
        send_back(door)
    assert read(door, booking).kept_longer_at == at("Fri 2026-12-04 20:59")
    assert [read(door, one).going_back_at for one in (booking, another)] == [None, at(UNTIL)]
    assert send_back(door, LONGER) == 1


def test_nobody_collects_it_so_it_goes_back_and_each_hears_once(door: Door) -> None:
    switch_on(door.database, MERCHANT_ID)
    make_room(door, 1)
    booking = lies_there(door)
    assert send_back(door, "Fri 2026-12-04 20:59:59") == 0
    assert [send_back(door, UNTIL), send_back(door)] == [1, 0]
    assert asked(door, booking) == [("return", "made")]
    assert [kind for kind, *_ in mails(door, booking)] == ["ready_for_pickup", "going_back"]
    assert (read(door, booking).state, taken(door), options(door, "second")) == ("ready_for_pickup", 1, [])
    with door.database.reading() as session:
        setup = door.service.memory.setup_of_merchant(session, MERCHANT_ID)
        kinds = ("ready_for_pickup", "pickup_reminder", "kept_longer", "going_back")
        moved_on = [why_not(session, setup, read(door, booking), kind) == MOVED_ON for kind in kinds]
    assert moved_on == [True, True, True, False]
    door.clock.forward(days=1)
    report(door, booking, "returned")
    look(door)
    assert (read(door, booking).state, taken(door), bool(options(door, "second"))) == ("returned", 0, True)
    assert asked(door, booking) == [("return", "made")]


@pytest.mark.parametrize("reported", ["collected", "returned"])
@pytest.mark.parametrize("rule", ["keep", "refund"])
def test_the_fee_rule_holds_for_what_nobody_collected(plain_door: Door, rule: str, reported: str) -> None:
    switch(plain_door, uncollected_fee=rule)
    booking, refused = lies_there(plain_door), lies_there(plain_door, "1002")
    report(plain_door, refused, "returned")
    send_back(plain_door, UNTIL)
    report(plain_door, booking, reported)
    for _ in range(2):
        look(plain_door)
        plain_door.database.write(
            lambda s: (
                s.execute(
                    update(bookings)
                    .where(bookings.c.merchant_id == MERCHANT_ID, bookings.c.id == booking)
                    .values(look_at=plain_door.clock())
                ).rowcount
            )
        )
    back = [("uncollected", "refund_due", 295, "open")] if (rule, reported) == ("refund", "returned") else []
    assert (owed(plain_door, booking), owed(plain_door, refused)) == (back, [])


def test_a_broken_promise_and_nobody_coming_do_not_give_the_same_fee_back_twice(plain_door: Door) -> None:
    switch(plain_door, uncollected_fee="refund", refund_broken=True)
    booking = lies_there(plain_door, ready="Mon 2026-11-30 14:00")
    look(plain_door)
    send_back(plain_door, "Wed 2026-12-30 12:00")
    report(plain_door, booking, "returned")
    look(plain_door)
    assert owed(plain_door, booking) == [("broken_promise", "refund_due", 295, "open")]


def test_whoever_comes_while_it_still_lies_there_gets_it_and_the_return_is_called_off(door: Door) -> None:
    booking = lies_there(door)
    send_back(door, UNTIL)
    report(door, booking, "collected")
    for _ in range(2):
        look(door)
    assert asked(door, booking) == [("return", "made"), ("return", "undone")]
    assert (read(door, booking).going_back_at, send_back(door)) == (None, 0)


def test_whoever_collects_it_late_and_brings_it_back_at_once_did_collect_it(plain_door: Door) -> None:
    switch(plain_door, uncollected_fee="refund")
    booking = lies_there(plain_door)
    send_back(plain_door, UNTIL)
    for step in ("collected", "returned"):
        plain_door.clock.forward(seconds=10)
        report(plain_door, booking, step)
    look(plain_door)
    assert (asked(plain_door, booking)[-1], owed(plain_door, booking)) == (("return", "undone"), [])


def test_what_lay_ready_before_anybody_counted_gets_its_days(plain_door: Door) -> None:
    booking = lies_there(plain_door)
    nobody_counted = {"ready_at": None, "kept_until": None}
    mine = bookings.c.merchant_id == MERCHANT_ID, bookings.c.id == booking
    plain_door.database.write(lambda s: s.execute(update(bookings).where(*mine).values(**nobody_counted)).rowcount)
    assert send_back(plain_door) == 1
    kept = read(plain_door, booking)
    assert (kept.kept_until, kept.going_back_at) == (at(UNTIL), None)


def test_a_centre_that_is_gone_still_gives_a_week(plain_door: Door) -> None:
    booking = str(plain_door.order(take_there(plain_door, "1001"), "1001").get_json()["booking"])
    plain_door.database.write(_forget_the_centre)
    plain_door.clock.now = at(READY)
    report(plain_door, booking, "ready_for_pickup")
    assert read(plain_door, booking).kept_until == at("Fri 2026-12-04 00:00")
    with pytest.raises(TooLate):
        keep_longer(plain_door, booking)


def _forget_the_centre(session: Any) -> int:
    mine = centres.c.merchant_id == MERCHANT_ID, centres.c.id == CENTRE
    return int(session.execute(centres.delete().where(*mine)).rowcount)


def test_a_sweep_that_breaks_in_the_middle_has_done_nothing(door: Door) -> None:
    orders = [lies_there(door, number) for number in ("1001", "1002")]
    door.clock.now = at(UNTIL)

    class BreaksOnce(PageLinks):
        told = 0

        def page(self, booking_id: str, page_version: int) -> str:
            BreaksOnce.told += 1
            if BreaksOnce.told == 2:
                raise RuntimeError("killed")
            return super().page(booking_id, page_version)

    links = BreaksOnce("https://stoep.test", door.service.signer)
    with pytest.raises(RuntimeError, match="killed"):
        door.database.write(lambda s: waiting.send_back(s, door.clock(), links, 200))
    assert [asked(door, one) for one in orders] == [[], []]
    assert [send_back(door), send_back(door)] == [2, 0]
    assert [asked(door, one) for one in orders] == [[("return", "made")]] * 2


def test_two_workers_and_a_shopper_at_the_same_moment_leave_one_story(door: Door) -> None:
    """Each parcel goes back once, or was collected and its return called off, or was never sent."""
    orders = [lies_there(door, str(1001 + number), "Thu 2026-11-26 14:00") for number in range(4)]
    _count_from(door.database, at(UNTIL) - timedelta(minutes=1))
    door.clock.now = at(UNTIL)
    work: list[Callable[[], object]] = [lambda: send_back(door), lambda: send_back(door)]
    work += [lambda one=one: _collect(door, one) for one in orders[:2]]
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(one) for one in work]:
            done.result()
    send_back(door)
    look(door)
    for one in orders[:2]:
        assert (read(door, one).state, read(door, one).going_back_at) == ("collected", None)
        assert asked(door, one) in ([], [("return", "made"), ("return", "undone")])
    for one in orders[2:]:
        assert asked(door, one) == [("return", "made")]


def _count_from(database: Database, until: datetime) -> None:
    mine = bookings.c.merchant_id == MERCHANT_ID
    database.write(lambda s: s.execute(update(bookings).where(mine).values(kept_until=until)).rowcount)


def _collect(door: Door, booking: str) -> None:
    event = progress.Event("collected", door.clock())
    whose = {"merchant_id": MERCHANT_ID, "booking_id": booking}
    door.database.write(lambda s: progress.report(s, door.clock(), **whose, event=event))
