"""How a booking ended is worked out from its promise and its reports, whatever the order they come in."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from delivery import bookings, progress
from delivery.booking_rows import changed, get_locked
from delivery.bookings import Booking
from delivery.progress import Event
from delivery.store.engine import Database
from delivery.store.tables import bookings as bookings_table
from delivery.store.tables import origins
from tests.databases import LAMPS
from tests.rules.human_dates import at
from tests.selling import confirm, option, order, slot, take

MUCH_LATER = at("Mon 2026-12-07 12:00")
both = pytest.mark.usefixtures("merchants")


def parcel(database: Database, **said: Any) -> Booking:
    """By carrier: it leaves on Monday, and is there on Wednesday at the latest."""

    def made(session: Any) -> Booking:
        hold = take(session, "checkout", None, option=option(None) | said)
        return confirm(session, "1001", hold.id).booking

    return database.write(made)


def report(database: Database, booking: Booking, step: str, moment: str) -> Booking:
    whose = {"merchant_id": LAMPS, "booking_id": booking.id}
    event = Event(step, at(moment))
    return database.write(lambda s: progress.report(s, MUCH_LATER, **whose, event=event))


def outcome(booking: Booking) -> tuple[datetime | None, bool | None, str | None]:
    return booking.arrived_at, booking.kept, booking.broken_by


@both
def test_a_parcel_that_arrives_in_time_keeps_its_promise(database: Database) -> None:
    booking = parcel(database)
    assert outcome(report(database, booking, "dispatched", "Mon 2026-11-23 18:00")) == (None, None, None)
    kept = report(database, booking, "delivered", "Wed 2026-11-25 23:59:59")
    assert outcome(kept) == (at("Wed 2026-11-25 23:59:59"), True, None)
    with database.reading() as session:
        assert bookings.get(session, merchant_id=LAMPS, booking_id=booking.id) == kept


@both
def test_a_late_report_of_something_older_changes_the_verdict(database: Database) -> None:
    booking = parcel(database)
    assert outcome(report(database, booking, "delivered", "Thu 2026-11-26 10:00"))[1:] == (False, "late_in_transit")
    assert outcome(report(database, booking, "dispatched", "Tue 2026-11-24 09:00"))[1:] == (False, "late_out")
    assert outcome(report(database, booking, "delivery_failed", "Wed 2026-11-25 15:00"))[1:] == (False, "nobody_home")
    found = report(database, booking, "delivered", "Wed 2026-11-25 16:00")
    assert outcome(found) == (at("Wed 2026-11-25 16:00"), True, None)
    assert found.state == "delivered"


@both
def test_a_window_is_judged_by_its_hours(database: Database) -> None:
    booking = database.write(lambda s: order(s, "1001", slot()))
    assert outcome(report(database, booking, "delivered", "Tue 2026-11-24 20:00:01"))[1:] == (False, "late_in_transit")


@both
def test_the_last_day_is_that_of_where_it_goes(database: Database) -> None:
    booking = parcel(database, time_zone="Atlantic/Canary")
    assert report(database, booking, "delivered", "Thu 2026-11-26 00:30").kept is True


@both
def test_the_day_it_leaves_is_that_of_where_it_leaves(database: Database) -> None:
    booking = parcel(database)
    database.write(_in_new_york)
    report(database, booking, "dispatched", "Tue 2026-11-24 05:59")
    assert report(database, booking, "delivered", "Fri 2026-11-27 10:00").broken_by == "late_in_transit"


def _in_new_york(session: Any) -> None:
    session.execute(
        origins.insert().values(
            id="warehouse",
            merchant_id=LAMPS,
            position=0,
            name="Warehouse",
            address={"lines": []},
            country="US",
            time_zone="America/New_York",
            weekdays=[1, 2, 3, 4, 5],
            keeps_holidays=False,
            closed_days=[],
            open_days=[],
            usual_cut_off=datetime(2026, 1, 1, 17).time(),  # noqa: DTZ001
            cut_offs={},
            cut_off_overrides={},
            handling_days=0,
            backlog={},
            latitude=40.7,
            longitude=-74.0,
        )
    )


@both
def test_a_pick_up_is_judged_by_when_it_lay_ready(database: Database) -> None:
    ready: dict[str, Any] = {
        "type": "pickup",
        "ready_by": "2026-11-25T12:00:00+01:00",
        "pickup_by": "2026-12-02T18:00:00+01:00",
    }
    ready |= {"location": {"id": "bakery"}}
    booking = parcel(database, **ready)
    assert outcome(report(database, booking, "collected", "Thu 2026-11-26 10:00"))[1:] == (False, "late_ready")
    found = report(database, booking, "ready_for_pickup", "Wed 2026-11-25 11:00")
    assert outcome(found) == (at("Wed 2026-11-25 11:00"), True, None)


@both
def test_without_a_date_nothing_was_promised_and_nothing_is_broken(database: Database) -> None:
    booking = parcel(database, earliest_day=None, latest_day=None)
    found = report(database, booking, "delivered", "Fri 2026-12-04 10:00")
    assert outcome(found) == (at("Fri 2026-12-04 10:00"), None, None)


@both
def test_what_comes_back_without_having_been_there_is_broken(database: Database) -> None:
    booking = parcel(database)
    report(database, booking, "dispatched", "Mon 2026-11-23 18:00")
    assert outcome(report(database, booking, "returned", "Tue 2026-11-24 10:00"))[1:] == (False, "late_in_transit")


@both
def test_another_choice_is_another_promise(database: Database) -> None:
    booking = parcel(database)
    broken = {"kept": False, "broken_by": "late_out", "expected": {"earliest": None, "latest": None}}

    def spoil(session: Any) -> None:
        session.execute(update(bookings_table).where(bookings_table.c.merchant_id == LAMPS).values(**broken))

    def choose_again(session: Any) -> Booking:
        found = get_locked(session, merchant_id=LAMPS, booking_id=booking.id)
        assert found.kept is False
        later = dict(found.option or {}) | {"latest_day": "2026-12-04"}
        return changed(session, MUCH_LATER + timedelta(hours=1), found, option=later)

    database.write(spoil)
    found = database.write(choose_again)
    assert (found.kept, found.broken_by, found.expected) == (None, None, None)
