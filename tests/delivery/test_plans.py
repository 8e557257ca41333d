"""Plans: what has to leave by which day, in the zone of the place it leaves from."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from delivery import plans, progress
from delivery.plans import Plan, Sending
from delivery.progress import Event
from delivery.setups import load_setup
from delivery.store.tables import bookings as bookings_table
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.doors import Door, another_merchant

NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)


def booked(
    door: Door, number: str, ship_by: date | None = TODAY, kind: str = "shipping", nth: int = 0, **row: Any
) -> str:
    booking: str = door.order(door.take(kind, nth, f"checkout {number}")["choice"], number).get_json()["booking"]
    change = update(bookings_table).where(bookings_table.c.merchant_id == MERCHANT_ID, bookings_table.c.id == booking)
    door.database.write(lambda s: s.execute(change.values(ship_by=ship_by, **row)))
    return booking


def report(door: Door, booking: str, step: str) -> None:
    event = Event(step, door.clock())
    door.database.write(
        lambda s: progress.report(s, door.clock(), merchant_id=MERCHANT_ID, booking_id=booking, event=event)
    )


def planned(door: Door, now: datetime = NOON, origin_id: str | None = None, merchant_id: str = MERCHANT_ID) -> Plan:
    with door.database.reading() as session:
        return plans.plan(session, now, load_setup(session, merchant_id), origin_id)


def orders(found: tuple[Sending, ...]) -> list[str]:
    return [sending.order for sending in found]


def test_what_has_to_leave_stands_under_its_day(door: Door) -> None:
    for number, days in (("late", -1), ("now", 0), ("next", 1), ("far", 2)):
        booked(door, number, TODAY + timedelta(days=days))
    booked(door, "whenever", None)
    found = planned(door)
    assert orders(found.overdue) == ["late"]
    assert orders(found.today) == ["now"]
    assert orders(found.tomorrow) == ["next"]
    assert orders(found.undated) == ["whenever"]
    assert not found.is_cut


@pytest.mark.parametrize(
    ("now", "group"),
    [
        (datetime(2026, 11, 23, 22, 59, 59, tzinfo=UTC), "tomorrow"),
        (datetime(2026, 11, 23, 23, 0, tzinfo=UTC), "today"),
        (datetime(2026, 11, 24, 22, 59, 59, tzinfo=UTC), "today"),
        (datetime(2026, 11, 24, 23, 0, tzinfo=UTC), "overdue"),
    ],
)
def test_the_day_is_that_of_the_place_it_leaves_from(plain_door: Door, now: datetime, group: str) -> None:
    booked(plain_door, "1001")
    found = planned(plain_door, now)
    assert {name: orders(getattr(found, name)) for name in ("overdue", "today", "tomorrow")} == {
        "overdue": [],
        "today": [],
        "tomorrow": [],
    } | {group: ["1001"]}


def test_only_what_can_be_sent_is_there(door: Door) -> None:
    kept = booked(door, "packed")
    report(door, kept, "packed")
    door.server("POST", f"/bookings/{booked(door, 'cancelled')}/cancel")
    door.order(None, "open")
    door.order(door.take("shipping", checkout="unpaid")["choice"], "unpaid", paid=False)
    assert orders(planned(door).today) == ["packed"]


def test_windows_come_in_order_and_before_parcels(door: Door) -> None:
    booked(door, "parcel")
    booked(door, "evening", kind="local_delivery", nth=1)
    booked(door, "afternoon", kind="local_delivery", nth=0)
    found = planned(door).today
    assert orders(found) == ["afternoon", "evening", "parcel"]
    first = found[0]
    assert first.window
    assert first.window.start < first.window.end
    assert first.time_zone == "Europe/Amsterdam"


def test_what_left_waits_or_is_on_its_way(door: Door) -> None:
    waiting, moving, done = (
        booked(door, "waiting", kind="pickup"),
        booked(door, "moving"),
        booked(door, "done"),
    )
    report(door, waiting, "ready_for_pickup")
    report(door, moving, "dispatched")
    report(door, done, "delivered")
    found = planned(door)
    assert (orders(found.to_collect), orders(found.on_the_way), found.today) == (["waiting"], ["moving"], ())
    assert found.to_collect[0].centre
    assert found.to_collect[0].ready_by


def test_all_that_is_needed_to_pack_and_label_is_there(door: Door) -> None:
    booked(door, "1001")
    [sending] = planned(door).today
    assert sending.lines == (("LAMP-1", 1),)
    assert sending.recipient == "A. Jansen"
    assert sending.address["lines"] == ["Prinsengracht 263"]
    assert sending.service == "Pakketpost"
    assert sending.origin == "Winkel Haarlemmerdijk"


def test_one_place_has_a_list_of_its_own(door: Door) -> None:
    booked(door, "here")
    booked(door, "there", origin_id="houten")
    assert orders(planned(door, origin_id="houten").today) == ["there"]
    assert orders(planned(door, origin_id="nowhere").today) == []


def test_names_that_are_gone_are_shown_by_their_ids(plain_door: Door) -> None:
    booked(plain_door, "1001", origin_id="sold", service_id="ended")
    [sending] = planned(plain_door).today
    assert (sending.origin, sending.service) == ("sold", "ended")


def test_too_much_for_one_list_is_cut_at_the_less_urgent_end(plain_door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "AT_MOST", 1)
    booked(plain_door, "today")
    booked(plain_door, "overdue", TODAY - timedelta(days=1))
    found = planned(plain_door)
    assert (orders(found.overdue), orders(found.today), found.is_cut) == (["overdue"], [], True)


def test_an_order_is_found_by_what_a_scanner_types(door: Door) -> None:
    whole = booked(door, "100 1")
    first = door.order(door.take("shipping", checkout="a")["choice"], "2001", part="a").get_json()["booking"]
    second = door.order(door.take("shipping", checkout="b")["choice"], "2001", part="b").get_json()["booking"]

    def called(text: str, merchant_id: str = MERCHANT_ID) -> list[str]:
        with door.database.reading() as session:
            return [booking.id for booking in plans.orders_called(session, merchant_id, text)]

    assert called(" 100 1\n") == [whole]
    assert called("2001") == [first, second]
    assert called("2001 b") == [second]
    assert called("100") == []
    assert called("100 1", "mr_other") == []


def test_it_hides_other_merchants(door: Door) -> None:
    booking = booked(door, "1001")
    other = another_merchant(door)
    with door.database.reading() as session:
        merchant_id = door.service.memory.setup_of(session, door.clock(), other.secret, "secret").merchant_id
        setup = load_setup(session, merchant_id)
        assert plans.sendings(session, setup, [booking]) == ()
        assert plans.orders_called(session, merchant_id, "1001") == ()
    found = planned(door, merchant_id=merchant_id)
    assert (found.overdue, found.today, found.tomorrow, found.undated) == ((), (), (), ())
