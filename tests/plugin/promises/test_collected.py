"""How collecting goes: within a day, waits, promises, parcels an hour, by week and centre; its file, and whose it is."""

import csv
import io
import re
from datetime import date
from html import unescape
from statistics import median

import pytest
from sqlalchemy import select

from delivery.accounts import Role
from delivery.collection_reports import Tally, report
from delivery.setups import load_setup
from delivery.store.tables import bookings
from plugin.commands.demo_merchant.history import seed_history
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.delivery.test_shelves import CENTRE
from tests.delivery.test_waiting import lies_there, send_back
from tests.doors import Door
from tests.plugin.desk import Desk, another_desk
from tests.rules.human_dates import at
from tests.watching import report as reported

PATH, SHEET = "/plugin/collections", "/plugin/collections.csv"
PERIOD = "?from=2026-11-23&until=2026-12-06"


def cells(desk: Desk, query: str = PERIOD) -> list[dict[str, str]]:
    answer = desk.as_role(Role.OWNER).get(SHEET + query)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def with_history(door: Door) -> int:
    links = door.service.links
    return door.database.write(lambda s: seed_history(s, door.clock(), load_setup(s, MERCHANT_ID), links))


def tallied(door: Door, first: date, last: date, centre: str | None = None) -> Tally:
    with door.database.reading() as session:
        setup = door.service.memory.setup_of_merchant(session, MERCHANT_ID)
        return report(session, door.clock(), setup, first, last, centre).total


def test_before_anything_was_ready_the_page_says_so(plain_desk: Desk) -> None:
    html = plain_desk.get(PATH).text
    assert "Nothing became ready at a pick-up centre in these weeks." in html
    assert "<table" not in html


def test_what_became_ready_is_counted_by_how_it_ended(desk: Desk) -> None:
    door = desk.door
    soon = lies_there(door, "soon", "Wed 2026-11-25 13:30")  # As promised; the others are late.
    later, back, _ = (lies_there(door, str(number)) for number in range(3))
    late = lies_there(door, "late", "Mon 2026-11-30 14:00")
    for booking, moment, step in [
        (soon, "Thu 2026-11-26 13:30", "collected"),
        (later, "Sat 2026-11-28 10:00", "collected"),
        (late, "Mon 2026-11-30 15:00", "collected"),
    ]:
        door.clock.now = at(moment)
        reported(door, booking, step)
    send_back(door, "Sat 2026-12-05 12:00")
    reported(door, back, "returned")
    found = tallied(door, date(2026, 11, 23), date(2026, 12, 6))
    assert (found.ready, found.collected, found.in_a_day, found.had_a_day, found.went_back) == (5, 3, 2, 5, 1)
    assert (found.kept, found.broken, found.median_hours, found.parcels) == (1, 4, 24.0, 3)
    # Monday to Friday eleven hours, Saturday nine; of the last day none yet since nine.
    assert found.open_hours == pytest.approx(11 * 10 + 9 + 3)
    rows = cells(desk)
    wanted = ("week", "centre", "ready", "collected", "in_a_day", "went_back", "kept", "broken", "median_hours")
    assert [tuple(row[name] for name in wanted) for row in rows] == [
        ("2026-11-23", CENTRE, "4", "2", "1", "1", "1", "3", "34.0"),
        ("2026-11-30", CENTRE, "1", "1", "1", "0", "0", "1", "1.0"),
    ]
    html = unescape(desk.as_role(Role.OWNER).get(PATH + PERIOD).text)
    for words in ("<strong>40%</strong>", "Ready when you said: 20%", "Boekhandel De Ceintuur"):
        assert words in html


def test_what_is_ready_for_less_than_a_day_is_held_against_nobody(plain_desk: Desk) -> None:
    door = plain_desk.door
    lies_there(door)
    day = date(2026, 11, 26)
    assert tallied(door, day, day).share_in_a_day is None
    door.clock.now = at("Fri 2026-11-27 14:00")
    assert tallied(door, day, day).share_in_a_day == 0


def test_the_history_of_the_demo_shows_in_every_part(plain_desk: Desk) -> None:
    door = plain_desk.door
    assert with_history(door) > 100
    html = unescape(plain_desk.get(PATH).text)
    assert html.count('<svg class="plot') == 3
    assert "judging by the last eight weeks" in html
    assert len(re.findall(r'<rect class="first"', html)) > 30
    rows = cells(plain_desk, "")
    assert {row["centre"] for row in rows} == {"winkel-haarlemmerdijk", CENTRE}
    with door.database.reading() as session:
        mine = bookings.c.merchant_id == MERCHANT_ID, bookings.c.ready_at.is_not(None)
        states = [row.state for row in session.execute(select(bookings.c.state).where(*mine))]
    assert sum(int(row["ready"]) for row in rows) == len(states)
    assert sum(int(row["collected"]) for row in rows) == states.count("collected")
    own = cells(plain_desk, f"?centre={CENTRE}")
    assert {row["centre"] for row in own} == {CENTRE}
    assert 0 < median(float(row["median_hours"]) for row in own if row["median_hours"]) < 72
    one = unescape(plain_desk.get(f"{PATH}?centre={CENTRE}").text)
    assert f'value="{CENTRE}" selected' in one
    assert f"/plugin/collections.csv?centre={CENTRE}" in one


def test_a_period_that_cannot_be_says_so_beside_its_field(plain_desk: Desk) -> None:
    answer = plain_desk.get(PATH + "?from=2026-12-01&until=2026-11-01")
    assert (answer.status_code, "This is before the first day." in answer.text) == (422, True)
    assert plain_desk.get(SHEET + "?from=never").status_code == 303
    assert plain_desk.get(PATH + "?centre=nowhere").status_code == 200


def test_it_hides_other_merchants_and_is_for_whoever_sets_things_up(plain_desk: Desk) -> None:
    lies_there(plain_desk.door)
    stranger = another_desk(plain_desk)
    assert "Nothing became ready" in stranger.as_role(Role.OWNER).get(PATH + PERIOD).text
    assert cells(stranger) == []
    clerk = plain_desk.as_role(Role.COUNTER)
    assert [clerk.get(path).status_code for path in (PATH, SHEET)] == [403, 403]
