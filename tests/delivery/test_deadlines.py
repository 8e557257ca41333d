"""Until when each change can be made: tables in human dates, on the demo merchant's settings."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from delivery.afterwards import Afterwards
from delivery.booking_rows import Booking
from delivery.deadlines import CANCEL, CHANGES, CORRECT, MOVE, NOTES, REDIRECT, WITHOUT_A_DATE, until
from delivery.setups import Setup
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.delivery.test_bookings_described import BOOKING
from tests.doors import Door
from tests.rules.human_dates import AMSTERDAM, at, day

ALL = Afterwards(cancel=True)


@pytest.fixture
def setup(plain_door: Door) -> Setup:
    with plain_door.database.reading() as session:
        return plain_door.service.memory.setup_of_merchant(session, MERCHANT_ID)


def allowing(setup: Setup, **afterwards: Any) -> Setup:
    return replace(setup, afterwards=replace(ALL, **afterwards))


def shipped(ship_by: str, **other: Any) -> Booking:
    """By a carrier, from the warehouse in Houten: cut-off 17:00, on Fridays 15:00."""
    option = {"type": "shipping", "ref": "standard", "time_zone": "Europe/Amsterdam"}
    facts = {"type": "shipping", "origin_id": "houten", "service_id": "standard", "option": option}
    return replace(BOOKING, **facts | {"ship_by": day(ship_by)} | other)


def windowed(setup: Setup, begins: str, ends: str, ship_by: str) -> Booking:
    """In a window that closes as long before it begins as its pattern says."""
    pattern = next(pattern for pattern in setup.patterns.values() if pattern.lead_minutes)
    window = {"start": at(begins).isoformat(), "end": at(ends).isoformat()}
    option = {"type": "local_delivery", "ref": pattern.id, "window": window, "time_zone": "Europe/Amsterdam"}
    return replace(BOOKING, option=option, origin_id="houten", service_id=None, ship_by=day(ship_by))


def said(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment.astimezone(AMSTERDAM):%a %Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("ship_by", "packed", "dispatched"),
    [
        ("Tue 2026-11-24", "Tue 2026-11-24 17:00", "Wed 2026-11-25 00:00"),
        ("Fri 2026-11-27", "Fri 2026-11-27 15:00", "Sat 2026-11-28 00:00"),
        # The clocks changed in the night before, and change in the night after.
        ("Mon 2026-03-30", "Mon 2026-03-30 17:00", "Tue 2026-03-31 00:00"),
        ("Sat 2026-03-28", "Sun 2026-03-29 00:00", "Sun 2026-03-29 00:00"),
        ("Sat 2026-10-24", "Sun 2026-10-25 00:00", "Sun 2026-10-25 00:00"),
        # The origin is closed that day after all, and a year ends.
        ("Sun 2026-11-29", "Mon 2026-11-30 00:00", "Mon 2026-11-30 00:00"),
        ("Thu 2026-12-31", "Thu 2026-12-31 17:00", "Fri 2027-01-01 00:00"),
    ],
)
def test_a_parcel_can_be_changed_until_the_cut_off_or_the_end_of_the_day_it_leaves(
    setup: Setup, ship_by: str, packed: str, dispatched: str
) -> None:
    booking = shipped(ship_by)
    found = {what: said(until(booking, allowing(setup), what)) for what in CHANGES}
    assert found == {CORRECT: packed, CANCEL: packed, REDIRECT: dispatched, MOVE: dispatched, NOTES: dispatched}


@pytest.mark.parametrize(
    ("begins", "ends", "ship_by", "closes", "starts"),
    [
        ("Tue 2026-11-24 18:00", "Tue 2026-11-24 20:00", "Tue 2026-11-24", True, True),
        # Sent the day before: the day it leaves ends before the window.
        ("Wed 2026-11-25 18:00", "Wed 2026-11-25 20:00", "Tue 2026-11-24", False, False),
        # The night of the clock change: 09:00 that Sunday is eight hours after midnight.
        ("Sun 2026-03-29 09:00", "Sun 2026-03-29 11:00", "Sun 2026-03-29", True, True),
    ],
)
def test_a_window_ends_it_when_it_closes_and_a_note_when_it_begins(
    setup: Setup, begins: str, ends: str, ship_by: str, closes: bool, starts: bool
) -> None:
    booking = windowed(setup, begins, ends, ship_by)
    lead = setup.patterns[(booking.option or {})["ref"]].lead_minutes
    closing = at(begins).astimezone(UTC).timestamp() - lead * 60
    moved, noted = until(booking, allowing(setup), MOVE), until(booking, allowing(setup), NOTES)
    assert moved is not None
    assert (moved.timestamp() == closing) == closes
    assert (noted == at(begins)) == starts


def test_what_a_centre_has_itself_can_be_changed_until_it_lies_ready(setup: Setup) -> None:
    option = {"type": "pickup", "ref": "x", "ready_by": "2026-11-24T13:30:00+01:00", "time_zone": "Europe/Amsterdam"}
    booking = shipped("Tue 2026-11-24", option=option, service_id=None, origin_id="haarlemmerdijk")
    assert said(until(booking, allowing(setup), REDIRECT)) == "Tue 2026-11-24 13:30"
    by_carrier = replace(booking, service_id="standard", origin_id="houten")
    assert said(until(by_carrier, allowing(setup), REDIRECT)) == "Wed 2026-11-25 00:00"


@pytest.mark.parametrize(
    ("state", "possible"),
    [
        ("choice_open", {CORRECT, NOTES, CANCEL}),
        ("awaiting_payment", set()),
        ("confirmed", {CORRECT, REDIRECT, MOVE, NOTES, CANCEL}),
        ("packed", {REDIRECT, MOVE, NOTES}),
        *((state, set()) for state in ("dispatched", "out_for_delivery", "delivered", "cancelled", "returned")),
    ],
)
def test_where_the_parcel_is_decides_first(setup: Setup, state: str, possible: set[str]) -> None:
    without = {"option": None, "type": None, "ship_by": None, "origin_id": None} if state == "choice_open" else {}
    booking = replace(shipped("Tue 2026-11-24", state=state), **without)
    assert {what for what in CHANGES if until(booking, allowing(setup), what)} == possible


@pytest.mark.parametrize(
    ("what", "off"),
    [
        (CORRECT, {"correct_until": "never"}),
        (REDIRECT, {"redirect_until": "never"}),
        (NOTES, {"notes_until": "never"}),
        (MOVE, {"move": False}),
        (CANCEL, {"cancel": False}),
    ],
)
def test_the_merchant_may_allow_less(setup: Setup, what: str, off: dict[str, Any]) -> None:
    booking = shipped("Tue 2026-11-24")
    assert until(booking, allowing(setup, **off), what) is None
    assert until(booking, allowing(setup), what) is not None


def test_a_correction_may_be_allowed_after_packing(setup: Setup) -> None:
    booking = shipped("Tue 2026-11-24", state="packed")
    assert until(booking, allowing(setup), CORRECT) is None
    assert said(until(booking, allowing(setup, correct_until="dispatched"), CORRECT)) == "Wed 2026-11-25 00:00"


def test_a_promise_without_a_date_leaves_a_month(setup: Setup) -> None:
    booking = replace(shipped("Tue 2026-11-24"), ship_by=None)
    assert until(booking, allowing(setup), REDIRECT) == booking.created_at + WITHOUT_A_DATE


def test_an_origin_that_is_gone_has_the_shops_midnight(setup: Setup) -> None:
    booking = shipped("Tue 2026-11-24", origin_id="gone")
    assert said(until(booking, allowing(setup), CORRECT)) == "Wed 2026-11-25 00:00"
