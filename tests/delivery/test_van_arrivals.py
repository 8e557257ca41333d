"""Vans on their way: everybody hears when the van leaves, sees what is expected at once, and hears anew only when that moved."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from itertools import pairwise
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import update

from delivery import van_arrivals
from delivery.journeys import Journey, journey_of
from delivery.messages import ARRIVAL_MOVED
from delivery.progress import Event
from delivery.setups import Setup
from delivery.store.engine import Database
from delivery.store.tables import messages
from delivery.van_arrivals import Told
from tests import telling
from tests.databases import LAMPS
from tests.driven import TUESDAY, VAN_ID, again, at, fleet_of, on_the_road, report, with_a_van
from tests.telling import rows, switch_on

pytestmark = pytest.mark.usefixtures("merchants")

OUT = "out_for_delivery"
ON_ONE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""What is the same on both databases."""
SOLD_LONG_AGO = datetime.fromisoformat("2026-09-01T10:00:00+00:00")


def heard(database: Database) -> list[str]:
    """Who was told when it comes, by booking, in order."""
    return [row.booking_id for row in rows(database) if row.kind in (OUT, ARRIVAL_MOVED)]


def all_sent(database: Database) -> None:
    """What waits has been sent."""
    own = messages.c.merchant_id == LAMPS
    database.write(lambda session: session.execute(update(messages).where(own).values(state="sent")))


def seen(database: Database, setup: Setup, booking: Any, now: datetime) -> Journey:
    with database.reading() as session:
        return journey_of(session, now, again(database, setup.merchant_id, booking.id))


def window(database: Database, setup: Setup, booking: Any, now: datetime) -> tuple[str, str] | None:
    """What the shopper's page says, as times of the shopper's clock."""
    nearer = seen(database, setup, booking, now).nearer
    return None if nearer is None else (nearer["window"]["start"][11:16], nearer["window"]["end"][11:16])


def late(database: Database, setup: Setup, minutes: int, now: datetime, once: str = "a") -> Told | None:
    fleet = fleet_of(setup)
    return database.write(
        lambda s: van_arrivals.late(s, now, setup, fleet, TUESDAY, VAN_ID, minutes=minutes, once=once, by="Anna")
    )


def test_a_day_from_the_first_parcel_that_is_out_to_the_last_that_is_there(database: Database) -> None:
    switch_on(database, confirmed={"sent": False})
    setup = with_a_van(database)
    orders = on_the_road(database, setup, 6)
    nine = at("09:00")
    assert window(database, setup, orders[0], nine) is None

    # The first is reported; all six hear, each once, in one transaction.
    report(database, setup, orders[0], OUT, nine)
    assert sorted(heard(database)) == sorted(order.id for order in orders)
    told = [window(database, setup, order, nine) for order in orders]
    assert told[0] == ("09:05", "09:25"), "ten minutes and a half to the first door"
    assert all(seen(database, setup, order, nine).holds == "stands" for order in orders)
    assert all(one and other and one < other for one, other in pairwise(told))

    all_sent(database)

    # What the shop's system says of the others by itself is no news.
    report(database, setup, orders[1], OUT, at("09:01"))
    steps = seen(database, setup, orders[1], nine).steps
    assert [step.what for step in steps] == ["ordered", OUT]
    assert len(heard(database)) == 6

    # As planned: nobody hears, and what is expected becomes narrower.
    report(database, setup, orders[0], "delivered", at("09:15"))
    report(database, setup, orders[1], "delivered", at("09:31"))
    assert len(heard(database)) == 6
    before, now = told[5], window(database, setup, orders[5], at("09:31"))
    assert before
    assert now
    assert before[0] <= now[0] < now[1] <= before[1]

    # Half an hour later than that at the third: those who come after hear anew, and see it at once.
    report(database, setup, orders[2], "delivery_failed", at("10:20"))
    assert sorted(heard(database)) == sorted([order.id for order in (*orders, *orders[3:])])
    later = window(database, setup, orders[5], at("10:20"))
    assert later
    assert later[0] > now[0]
    # The same again says nothing new.
    report(database, setup, orders[2], "delivery_failed", at("10:20"))
    assert len(heard(database)) == 9
    assert seen(database, setup, orders[2], at("10:20")).nearer is None


def test_a_van_that_is_said_to_be_late_moves_the_times_once(database: Database) -> None:
    switch_on(database, confirmed={"sent": False})
    setup = with_a_van(database)
    orders = on_the_road(database, setup, 4)
    fleet, nine = fleet_of(setup), at("09:00")
    assert late(database, setup, 30, nine) is None, "it has not left"
    start = lambda s: van_arrivals.start(s, nine, setup, fleet, TUESDAY, VAN_ID, "Anna")  # noqa: E731
    assert database.write(start) == Told(first=4)
    assert database.write(start) == Told(), "it left once"
    before = [window(database, setup, order, nine) for order in orders]
    assert late(database, setup, 20, at("09:01"), "0") == Told(), "the first message will say so itself"
    all_sent(database)

    assert late(database, setup, 22, at("09:02")) == Told(), "what was told still holds"
    assert late(database, setup, 60, at("09:03"), "b") == Told(anew=4)
    assert late(database, setup, 60, at("09:03"), "b") == Told(), "sent twice, it counts once"
    assert late(database, setup, 62, at("09:05"), "c") == Told(), "two minutes are no news"
    assert len(heard(database)) == 8
    after = [window(database, setup, order, at("09:05")) for order in orders]
    assert all(one and other and one < other for one, other in zip(before, after, strict=True))
    steps = [step.what for step in seen(database, setup, orders[0], at("09:05")).steps]
    assert steps == ["ordered", OUT], "it went out once"

    assert late(database, setup, 0, at("09:06"), "d") == Told(anew=4), "it is on time after all"
    assert len(heard(database)) == 12


def test_a_van_that_will_be_too_late_says_so(database: Database) -> None:
    setup = with_a_van(database)
    (order,) = on_the_road(database, setup, 1, opens="10:00", closes="12:00")
    report(database, setup, order, OUT, at("09:30"))
    assert seen(database, setup, order, at("09:30")).holds == "stands"
    late(database, setup, 180, at("09:40"))
    journey = seen(database, setup, order, at("09:40"))
    assert journey.holds == "moved"
    assert journey.nearer
    assert journey.nearer["window"]["end"] > "2026-11-24T12:30"


def test_who_is_not_driven_to_hears_nothing(database: Database) -> None:
    """Who has not paid, and who was brought already. And a word of the courier's own stands."""
    switch_on(database, confirmed={"sent": False}, delivered={"sent": False}, ask={"sent": False})
    setup = with_a_van(database)
    unpaid = on_the_road(database, setup, 1, paid=False, day=date(2026, 11, 25))
    report_at = at("09:00", date(2026, 11, 25))
    fleet = fleet_of(setup)
    start = lambda s: van_arrivals.start(s, report_at, setup, fleet, date(2026, 11, 25), VAN_ID)  # noqa: E731
    assert database.write(start) == Told()
    assert seen(database, setup, unpaid[0], report_at).state == "awaiting_payment"

    orders = on_the_road(database, setup, 3)
    report(database, setup, orders[1], "delivered", at("08:50"))
    own = {"window": {"start": at("11:00").isoformat(), "end": at("11:10").isoformat()}}
    report(database, setup, orders[2], OUT, at("09:00"), detail=own)
    assert sorted(heard(database)) == sorted([orders[0].id, orders[2].id])
    late(database, setup, 60, at("09:10"))
    assert window(database, setup, orders[2], at("09:10")) == ("11:00", "11:10")


def test_one_that_was_killed_in_the_middle_told_nobody(database: Database) -> None:
    switch_on(database, confirmed={"sent": False})
    setup = with_a_van(database)
    orders = on_the_road(database, setup, 3)
    event = Event(OUT, at("09:00"))

    def killed(session: Any) -> None:
        van_arrivals.report(session, at("09:00"), setup, booking_id=orders[0].id, event=event)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        database.write(killed)
    assert heard(database) == []
    for _ in range(2):
        report(database, setup, orders[0], OUT, at("09:00"))
    assert len(heard(database)) == 3


def test_reports_of_one_van_at_the_same_time_tell_each_shopper_once(database: Database) -> None:
    switch_on(database, confirmed={"sent": False})
    setup = with_a_van(database)
    orders = on_the_road(database, setup, 4)
    together = Barrier(4)

    def reported(order: Any) -> str:
        together.wait()
        return report(database, setup, order, OUT, at("09:00")).state

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(reported, orders)) == [OUT] * 4
    assert sorted(heard(database)) == sorted(order.id for order in orders)


@ON_ONE
@pytest.mark.parametrize(
    ("scanned", "told"),
    [
        ("05:00", True),
        ("02:00", False),  # Marked the night before: nobody knows when the van leaves.
    ],
)
def test_what_is_scanned_early_leaves_with_the_shift(database: Database, scanned: str, told: bool) -> None:
    setup = with_a_van(database)
    orders = on_the_road(database, setup, 2, opens="09:00")
    report(database, setup, orders[0], OUT, at(scanned))
    found = window(database, setup, orders[1], at(scanned))
    assert found == (("09:15", "09:40") if told else None)


@ON_ONE
def test_on_the_night_of_the_clock_change_times_are_the_shoppers(database: Database) -> None:
    """At three o'clock it is two again: the third door comes an hour earlier by the clock than it would."""
    night = date(2026, 10, 25)
    setup = with_a_van(database, shift_start="01:00", shift_end="08:00")
    midnight = datetime.fromisoformat("2026-10-25T00:00:00+02:00")
    # `at` counts in winter time: two o'clock of it is three in summer time, when the clocks go back.
    orders = on_the_road(
        database, setup, 3, day=night, opens="00:30", closes="06:00", km=20, now=midnight - timedelta(days=2)
    )
    report(database, setup, orders[0], OUT, midnight + timedelta(hours=1))
    found = [window(database, setup, order, midnight) for order in orders]
    assert found[0] is not None
    assert found[0][0] < "02:00"
    nearer = [seen(database, setup, order, midnight).nearer for order in orders]
    offsets = [one["window"]["end"][-6:] for one in nearer if one]
    assert offsets == ["+02:00", "+01:00", "+01:00"]
    starts = [datetime.fromisoformat(one["window"]["start"]) for one in nearer if one]
    assert timedelta(minutes=30) < starts[1] - starts[0] < timedelta(minutes=60)


def test_a_word_of_lateness_comes_with_a_report(database: Database) -> None:
    """As a courier's own system sends it."""
    setup = with_a_van(database)
    orders = on_the_road(database, setup, 2)
    report(database, setup, orders[0], OUT, at("09:00"))
    before = window(database, setup, orders[1], at("09:00"))
    report(database, setup, orders[1], OUT, at("09:05"), detail={"late_minutes": 60})
    after = window(database, setup, orders[1], at("09:05"))
    assert before
    assert after
    assert after[0] > before[1]


@ON_ONE
def test_days_before_teach_how_long_it_really_takes(database: Database) -> None:
    setup = with_a_van(database)
    for days in range(1, 8):
        day = TUESDAY - timedelta(days=days)
        orders = on_the_road(database, setup, 8, day=day, now=SOLD_LONG_AGO)
        for n, order in enumerate(orders):
            # Twice as long as the sixteen minutes that were worked out.
            telling.report(database, order, "delivered", at("09:00", day, plus=32 * (n + 1)))
    orders = on_the_road(database, setup, 4)
    usual = on_the_road(database, setup, 4, day=TUESDAY - timedelta(days=29), now=SOLD_LONG_AGO)
    report(database, setup, orders[0], OUT, at("09:00"))
    report(database, setup, usual[0], OUT, at("09:00", TUESDAY - timedelta(days=29)))
    learnt = window(database, setup, orders[3], at("09:00"))
    worked_out = window(database, setup, usual[3], at("09:00", TUESDAY - timedelta(days=29)))
    assert learnt
    assert worked_out
    assert learnt[0] > worked_out[0]
    assert learnt[1] > worked_out[1]
