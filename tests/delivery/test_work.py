"""Orders that wait at a centre put the next one off: counted in one row, which is right whatever is done."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from delivery.store import migrate
from delivery.store.engine import Database
from delivery.store.tables import bookings, counters
from delivery.work import WORK
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.collecting import ordered as ordered_at
from tests.databases import LAMPS
from tests.doors import Door
from tests.own_stock import AT_WORK, CENTRE, at_centre, ordered, report, sends, set_centre, set_shop

OTHER = "boekhandel-ceintuur"


def waiting(door: Door, centre: str = CENTRE) -> int:
    own = select(counters.c.booked).where(
        counters.c.merchant_id == MERCHANT_ID, counters.c.kind == WORK, counters.c.ref == centre
    )
    with door.database.reading() as session:
        return session.execute(own).scalar_one_or_none() or 0


def ready_by(door: Door, checkout: str = "the next one") -> datetime:
    option = at_centre(door, checkout)
    assert option
    return datetime.fromisoformat(option["ready_by"])


def test_staff_who_fall_behind_move_the_next_promise_and_those_who_catch_up_move_it_back(door: Door) -> None:
    set_centre(door, **AT_WORK)
    first = ready_by(door)
    waits = [ordered(door, str(number)) for number in range(3)]
    assert ready_by(door) - first == timedelta(minutes=30)
    # Nobody packs anything for a quarter of an hour: the queue is as long as it was, and stands later.
    door.clock.forward(minutes=15)
    assert ready_by(door) - first == timedelta(minutes=45)
    # Half a minute of each report; an offer is told in whole minutes.
    for booking_id in waits[:2]:
        report(door, booking_id, "packed")
    assert timedelta(minutes=25) <= ready_by(door) - first < timedelta(minutes=26)


@pytest.mark.parametrize(
    ("settings", "later"),
    [
        ({"minutes_per_order": 0}, 0),
        ({"minutes_per_order": 10, "people": 2}, 10),
        ({"minutes_per_order": 15, "people": 4}, 8),
    ],
)
def test_people_share_the_work_and_without_minutes_it_does_not_count(
    plain_door: Door, settings: dict[str, int], later: int
) -> None:
    first = ready_by(plain_door)
    for number in range(2):
        ordered(plain_door, str(number))
    set_centre(plain_door, **settings)
    assert ready_by(plain_door) - first == timedelta(minutes=later)


def test_the_promise_says_that_orders_wait_and_asks_to_wait_for_word(plain_door: Door) -> None:
    set_centre(plain_door, **AT_WORK)
    for number in range(2):
        ordered(plain_door, str(number))
    option = at_centre(plain_door, "the next one")
    assert option
    assert option["wait_for_message"] is True
    brought = at_centre(plain_door, "the next one", OTHER)
    assert brought
    assert brought["wait_for_message"] is False
    booking = plain_door.server("GET", f"/bookings/{ordered(plain_door, 'late')}").get_json()
    said = {step["rule"]: step for step in booking["promise"]["steps"]}["waiting_work"]
    assert said["facts"] == {"orders": 2, "minutes": 20}
    assert said["text"] == "2 orders are made ready there first"
    page = plain_door.page("POST", "/fragments/choices", json=plain_door.question("the next one")).get_data(
        as_text=True
    )
    assert page.count("Please come only once you have heard that it is ready.") == 1


def test_the_nearest_comes_first_or_the_one_where_it_lies_ready_first(plain_door: Door) -> None:
    def centres() -> list[dict[str, Any]]:
        return [option for option in plain_door.offer()["options"] if option["type"] == "pickup"]

    by_distance = centres()
    assert [one["location"]["distance_m"] for one in by_distance] == sorted(
        one["location"]["distance_m"] for one in by_distance
    )
    set_shop(plain_door, centres_order="ready")
    by_moment = centres()
    assert [one["ready_by"] for one in by_moment] == sorted(one["ready_by"] for one in by_moment)
    assert by_moment[0]["location"]["id"] == CENTRE != by_distance[0]["location"]["id"]


def pay(door: Door, booking_id: str, how: str = "paid") -> None:
    assert door.server("POST", f"/bookings/{booking_id}/{how}").status_code == 200


def test_only_what_has_still_to_be_made_ready_there_waits(door: Door) -> None:
    unpaid = ordered(door, "unpaid", paid=False)
    assert waiting(door) == 0
    pay(door, unpaid)
    assert waiting(door) == 1
    pay(door, unpaid)
    assert waiting(door) == 1
    assert sends(door, unpaid).booking.type != "pickup"
    assert waiting(door) == 0
    sends(door, unpaid, CENTRE)
    assert waiting(door) == 1
    sends(door, unpaid, OTHER)
    assert (waiting(door), waiting(door, OTHER)) == (0, 0)
    gone = ordered(door, "gone")
    assert door.server("POST", f"/bookings/{gone}/cancel").status_code == 200
    assert door.server("POST", f"/bookings/{gone}/cancel").status_code == 200
    assert waiting(door) == 0
    collected = ordered(door, "collected")
    report(door, collected, "collected")
    assert waiting(door) == 0
    # Late word of what lies behind changes nothing.
    early = {"type": "packed", "at": (door.clock() - timedelta(seconds=2)).isoformat()}
    assert door.server("POST", f"/bookings/{collected}/events", json=early).status_code in (200, 409)
    assert waiting(door) == 0


@pytest.mark.usefixtures("merchants")
def test_orders_that_wait_when_the_counting_begins_are_counted(database: Database) -> None:
    for state in ("confirmed", "confirmed", "packed", "cancelled"):
        booking = ordered_at(database)
        own = update(bookings).where(bookings.c.merchant_id == LAMPS, bookings.c.id == booking.id)
        database.write(lambda session, own=own, state=state: session.execute(own.values(state=state)))
    migrate.downgrade(database, "0012")
    migrate.upgrade(database)
    question = select(counters.c.ref, counters.c.day, counters.c.held, counters.c.booked).where(
        counters.c.merchant_id == LAMPS, counters.c.kind == WORK
    )
    with database.reading() as session:
        found = [tuple(row) for row in session.execute(question)]
    assert [(ref, str(day), held, booked) for ref, day, held, booked in found] == [("jordaan", "9999-12-31", 0, 2)]
