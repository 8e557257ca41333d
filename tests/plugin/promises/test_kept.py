"""The report of promises: by week, service and zone, its plot, its file, and whose it is."""

import csv
import io
import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from delivery.accounts import Role
from delivery.promise_reports import Tally, Way, report, weeks_of
from delivery.store.tables import bookings
from tests.doors import Door
from tests.plugin.desk import Desk, another_desk
from tests.rules.human_dates import at, day
from tests.watching import look, ordered
from tests.watching import report as reported

PATH, SHEET = "/plugin/promises", "/plugin/promises.csv"


def delivered(desk: Desk, number: str, moment: str, kind: str = "shipping") -> None:
    desk.door.clock.now = at("Tue 2026-11-24 10:00")
    booking = ordered(desk.door, kind, number)
    desk.door.clock.now = at(moment)
    reported(desk.door, booking, "delivered" if kind != "pickup" else "ready_for_pickup")


def cells(desk: Desk, query: str = "") -> list[dict[str, str]]:
    answer = desk.get(SHEET + query)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_before_anything_arrived_the_page_says_so(plain_desk: Desk) -> None:
    html = plain_desk.get(PATH).text
    assert "Nothing arrived in these weeks" in html
    assert "<table" not in html


def test_kept_and_broken_are_counted_by_week_service_and_zone(desk: Desk) -> None:
    delivered(desk, "1", "Wed 2026-11-25 12:00")
    delivered(desk, "2", "Thu 2026-11-26 12:00")
    delivered(desk, "4", "Tue 2026-11-24 15:00", "local_delivery")
    delivered(desk, "5", "Wed 2026-11-25 12:00", "pickup")
    delivered(desk, "3", "Mon 2026-11-30 00:00")
    found = cells(desk)
    assert [(row["week"], row["type"], row["service"], row["kept"], row["broken"]) for row in found] == [
        ("2026-11-23", "local_delivery", "", "1", "0"),
        ("2026-11-23", "pickup", "Pakketpost", "1", "0"),
        ("2026-11-23", "shipping", "Pakketpost", "1", "1"),
        ("2026-11-30", "shipping", "Pakketpost", "0", "1"),
    ]
    assert {row["late_in_transit"] for row in found} == {"0", "1"}
    assert found[0]["zone"] != found[2]["zone"] != ""
    assert found[1]["zone"] == ""
    html = desk.get(PATH).text
    assert "60%" in html
    assert html.count("<rect") == 24
    assert "Late on the way" in html


def test_a_period_is_asked_for_and_stays_in_the_form(plain_desk: Desk) -> None:
    delivered(plain_desk, "1", "Wed 2026-11-25 12:00")
    delivered(plain_desk, "2", "Mon 2026-11-30 12:00")
    html = plain_desk.get(PATH + "?from=2026-11-30&until=2026-12-01").text
    assert 'value="2026-11-30"' in html
    assert "of 1 promises" in html
    assert [row["week"] for row in cells(plain_desk, "?from=2026-11-23&until=2026-11-29")] == ["2026-11-23"]


def test_what_has_passed_and_is_not_there_is_said_beside_it(plain_desk: Desk) -> None:
    ordered(plain_desk.door)
    look(plain_desk.door, at("Thu 2026-11-26 00:00"))
    assert "1 more order is not there yet" in plain_desk.get(PATH).text


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=soon", "from"),
        ("until=2026-13-40", "until"),
        ("from=2026-11-25&until=2026-11-24", "until"),
        ("from=2024-01-01&until=2026-11-24", "from"),
        ("from=0001-01-01", "from"),
    ],
)
def test_a_period_that_cannot_be_is_refused_beside_its_field(plain_desk: Desk, query: str, field: str) -> None:
    answer = plain_desk.get(f"{PATH}?{query}")
    assert answer.status_code == 422
    assert f'id="{field}-fault"' in answer.text
    assert plain_desk.get(f"{SHEET}?{query}").status_code == 303


def test_days_at_the_ends_of_the_calendar_break_nothing(plain_desk: Desk) -> None:
    for query in ("until=0001-01-01", "from=9999-12-31", "from=9999-12-31&until=9999-12-31"):
        assert plain_desk.get(f"{PATH}?{query}").status_code in (200, 422)


def test_it_is_there_in_dutch(plain_desk: Desk) -> None:
    delivered(plain_desk, "1", "Wed 2026-11-25 12:00")
    html = plain_desk.get(PATH, headers={"Accept-Language": "nl"}).text
    assert "beloftes is gehaald" in html
    assert "Onderweg te laat geworden" in html


def test_who_packs_does_not_see_it(plain_desk: Desk) -> None:
    counter = plain_desk.as_role(Role.COUNTER)
    assert counter.get(PATH).status_code == counter.get(SHEET).status_code == 403
    assert PATH not in counter.get("/plugin/to-send").text


def test_it_hides_other_merchants(desk: Desk) -> None:
    delivered(desk, "1", "Wed 2026-11-25 12:00")
    other = another_desk(desk)
    assert cells(other) == []
    assert "Nothing arrived" in other.get(PATH).text


def test_weeks_begin_on_monday_and_follow_the_clock_change(door: Door) -> None:
    assert weeks_of(day("Sun 2026-10-25"), day("Mon 2026-10-26")) == (day("Mon 2026-10-19"), day("Mon 2026-10-26"))
    for number, moment in enumerate(("Sun 2026-10-25 23:59:59", "Mon 2026-10-26 00:00")):
        plant(door, [{"id": f"bk_{number}", "arrived_at": at(moment), "kept": True}])
    found = read(door, "Sun 2026-10-25", "Mon 2026-10-26")
    assert list(found.by_week().values()) == [Tally(1), Tally(1)]


@pytest.mark.soak
def test_a_hundred_thousand_are_counted_quickly(door: Door) -> None:
    start = at("Mon 2026-08-31 09:00")
    for part in range(20):
        plant(
            door,
            [
                {
                    "id": f"bk_{part}_{number}",
                    "arrived_at": start + timedelta(minutes=number * 20),
                    "kept": bool(number % 10),
                    "broken_by": None if number % 10 else "late_out",
                }
                for number in range(5000)
            ],
        )
    took = time.perf_counter()
    found = read(door, "Mon 2026-08-31", "Sun 2026-11-22")
    took = time.perf_counter() - took
    assert found.total == Tally(90_000, {"late_out": 10_000})
    assert list(found.by_way()) == [Way("shipping", "standard")]
    assert len(re.findall("None", str(found.by_zone().keys()))) == 0
    assert took < 3


def read(door: Door, first: str, last: str) -> Any:
    with door.database.reading() as session:
        setup = door.service.memory.setup_of(session, door.clock(), door.secret, "secret")
        return report(session, setup, day(first), day(last))


def plant(door: Door, rows: list[dict[str, Any]]) -> None:
    """Bookings that are over, in the barest of rows."""
    with door.database.reading() as session:
        setup = door.service.memory.setup_of(session, door.clock(), door.secret, "secret")
    usual: dict[str, Any] = {
        "merchant_id": setup.merchant_id,
        "part": "",
        "state": "delivered",
        "type": "shipping",
        "service_id": "standard",
        "zone_id": "nl",
        "broken_by": None,
        "fee_amount": 0,
        "currency": "EUR",
        "recipient": {},
        "address": {"country": "NL"},
        "lines": [],
        "notes": "",
        "search_order": "",
        "search_name": "",
        "created_at": datetime(2026, 8, 1, tzinfo=UTC),
        "updated_at": datetime(2026, 8, 1, tzinfo=UTC),
    }
    door.database.write(
        lambda s: s.execute(insert(bookings), [usual | {"order_number": row["id"]} | row for row in rows]).rowcount
    )
    with door.database.reading() as session:
        wanted = select(bookings.c.id).where(
            bookings.c.merchant_id == setup.merchant_id, bookings.c.id == rows[0]["id"]
        )
        assert session.execute(wanted).scalar_one()
