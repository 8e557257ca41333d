"""Capacity by day: what is sold, kept and free of each window, and another capacity or fee for one day."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from delivery import bookings
from delivery.audit import By
from delivery.capacity import Calendar, Cell, Counts, calendar, cell_on, exception_on, set_capacity
from delivery.holds import Place
from delivery.problems import EditedMeanwhile, InvalidInput, SettingNotFound, SlotFull
from delivery.settings.items import mark
from delivery.setups import Setup, load_setup
from delivery.store.engine import Database
from delivery.store.tables import audit
from plugin.commands.demo_merchant.seed import MERCHANT_ID, seed
from tests.selling import LINKS, NOW, confirm, take

MONDAY = date(2026, 11, 23)
SAM = By(None, "Sam")


@pytest.fixture
def shop(database: Database) -> Database:
    database.write(lambda session: seed(session, NOW, ("https://shop.test",)))
    return database


def setup_of(database: Database) -> Setup:
    with database.reading() as session:
        return load_setup(session, MERCHANT_ID)


def weeks(database: Database, number: int = 4, now: datetime = NOW) -> Calendar:
    setup = setup_of(database)
    with database.reading() as session:
        return calendar(session, now, setup, MONDAY, number)


def cells(found: Calendar) -> list[Cell]:
    return [cell for zone in found.zones for line in zone.lines for day in line.days for cell in day]


def some(database: Database) -> Cell:
    """A window that can still be chosen."""
    return next(cell for cell in cells(weeks(database)) if not cell.is_over)


def again(database: Database, cell: Cell, now: datetime = NOW) -> Cell:
    setup = setup_of(database)
    with database.reading() as session:
        return cell_on(session, now, setup, cell.pattern_id, cell.day)


def place_of(cell: Cell, capacity: int | None = None) -> Place:
    return Place("slot", cell.pattern_id, cell.day, cell.counts.capacity if capacity is None else capacity)


def hold(database: Database, checkout: str, place: Place) -> str:
    return database.write(lambda session: take(session, checkout, place, merchant_id=MERCHANT_ID)).id


def sell(database: Database, number: str, place: Place) -> str:
    hold_id = hold(database, f"checkout {number}", place)
    return database.write(lambda s: confirm(s, number, hold_id, place, merchant_id=MERCHANT_ID)).booking.id


def change(database: Database, cell: Cell, capacity: Any, **said: Any) -> None:
    database.write(
        lambda session: set_capacity(session, NOW, SAM, MERCHANT_ID, cell.pattern_id, cell.day, capacity, **said)
    )


def test_each_window_stands_on_its_weekdays_with_its_capacity(shop: Database) -> None:
    setup = setup_of(shop)
    found = weeks(shop)
    assert found.days == tuple(MONDAY + timedelta(days=ahead) for ahead in range(28))
    assert {cell.pattern_id for cell in cells(found)} == set(setup.patterns)
    for cell in cells(found):
        pattern = setup.patterns[cell.pattern_id]
        assert cell.day.isoweekday() == pattern.weekday
        assert cell.counts == Counts(pattern.capacity)
    assert [line.start_time for line in found.zones[0].lines] == sorted(
        line.start_time for line in found.zones[0].lines
    )
    assert found.zones[0].name != ""


def test_sold_and_held_are_counted_apart_and_only_live_holds_count(shop: Database) -> None:
    cell = some(shop)
    place = place_of(cell)
    sell(shop, "1", place)
    cancelled = sell(shop, "2", place)
    hold(shop, "still choosing", place)
    shop.write(lambda s: bookings.cancel(s, NOW, merchant_id=MERCHANT_ID, booking_id=cancelled, links=LINKS))
    assert again(shop, cell).counts == Counts(cell.counts.capacity, 1, 1)
    assert again(shop, cell).counts.free == cell.counts.capacity - 2
    assert again(shop, cell, NOW + timedelta(minutes=11)).counts == Counts(cell.counts.capacity, 1, 0)


def test_the_totals_are_the_sums_of_the_day(shop: Database) -> None:
    cell = some(shop)
    sell(shop, "1", place_of(cell))
    found = weeks(shop)
    for number, day in enumerate(found.days):
        of_day = [each.counts for each in cells(found) if each.day == day]
        assert found.totals[number].capacity == sum(counts.capacity for counts in of_day)
        assert found.totals[number].sold == (1 if day == cell.day else 0)


def test_another_capacity_counts_for_that_day_only_and_is_recorded(shop: Database) -> None:
    cell = some(shop)
    before = setup_of(shop).version
    change(shop, cell, 7)
    now = again(shop, cell)
    assert (now.counts.capacity, now.is_special, now.is_closed) == (7, True, False)
    next_week = [each for each in cells(weeks(shop)) if each.pattern_id == cell.pattern_id and each.day > cell.day]
    assert next_week
    assert all(each.counts.capacity == cell.counts.capacity for each in next_week)
    assert setup_of(shop).version > before
    with shop.reading() as session:
        [entry] = session.execute(select(audit).where(audit.c.merchant_id == MERCHANT_ID, audit.c.who == "Sam")).all()
    assert (entry.who, entry.area, entry.item, entry.action) == ("Sam", "windows", cell.pattern_id, "changed")


def test_none_makes_it_as_usual_again(shop: Database) -> None:
    cell = some(shop)
    change(shop, cell, 0)
    assert again(shop, cell).is_closed
    change(shop, cell, None)
    assert again(shop, cell) == cell
    with shop.reading() as session:
        assert exception_on(session, MERCHANT_ID, cell.pattern_id, cell.day) == {}


def test_a_capacity_below_what_is_sold_takes_nothing_away_and_refuses_the_next(shop: Database) -> None:
    cell = some(shop)
    for number in range(3):
        sell(shop, str(number), place_of(cell))
    change(shop, cell, 1)
    assert again(shop, cell).counts == Counts(1, 3, 0)
    assert (again(shop, cell).counts.oversold, again(shop, cell).counts.free) == (2, 0)
    with pytest.raises(SlotFull):
        hold(shop, "one more", place_of(cell, 1))


def test_a_fee_for_one_day_leaves_the_capacity_as_it_is(shop: Database) -> None:
    cell = some(shop)
    change(shop, cell, None, fee={"amount": 1, "free_from": None, "by_weight": []})
    now = again(shop, cell)
    assert (now.fee.amount, now.counts.capacity, now.is_special) == (1, cell.counts.capacity, True)


@pytest.mark.parametrize(
    ("capacity", "fee", "pointer"),
    [(-1, None, "/capacity"), ("many", None, "/capacity"), (3, {"amount": -1}, "/fee/amount")],
)
def test_what_cannot_be_is_named_by_its_field(shop: Database, capacity: Any, fee: Any, pointer: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        change(shop, some(shop), capacity, fee=fee)
    assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_two_who_change_the_same_day_notice_each_other_and_other_days_do_not_matter(shop: Database) -> None:
    cell = some(shop)
    other = next(each for each in cells(weeks(shop)) if each.pattern_id == cell.pattern_id and each.day > cell.day)
    seen = mark({})
    change(shop, other, 5, seen=seen)
    change(shop, cell, 4, seen=seen)
    with pytest.raises(EditedMeanwhile) as noticed:
        change(shop, cell, 9, seen=seen)
    assert noticed.value.theirs["capacity"] == 4
    assert (again(shop, cell).counts.capacity, again(shop, other).counts.capacity) == (4, 5)


def test_a_window_that_is_not_there_that_day_is_refused(shop: Database) -> None:
    cell = some(shop)
    for pattern_id, day in ((cell.pattern_id, cell.day + timedelta(days=1)), ("nobody", cell.day)):
        with pytest.raises(SettingNotFound):
            database_cell(shop, pattern_id, day)
        with pytest.raises(SettingNotFound):
            shop.write(lambda s, p=pattern_id, d=day: set_capacity(s, NOW, SAM, MERCHANT_ID, p, d, 3))


def database_cell(database: Database, pattern_id: str, day: date) -> Cell:
    setup = setup_of(database)
    with database.reading() as session:
        return cell_on(session, NOW, setup, pattern_id, day)


def test_only_whole_weeks_from_a_monday_are_shown(shop: Database) -> None:
    setup = setup_of(shop)
    for monday, number in ((date(2026, 11, 24), 4), (MONDAY, 0), (MONDAY, 99)):
        with shop.reading() as session, pytest.raises(ValueError, match="cannot be shown"):
            calendar(session, NOW, setup, monday, number)


def test_it_hides_other_merchants(shop: Database) -> None:
    from tests.databases import BOOKS, add_two_merchants

    shop.write(add_two_merchants)
    cell = some(shop)
    sell(shop, "1", place_of(cell))
    with shop.reading() as session:
        setup = load_setup(session, BOOKS)
        assert calendar(session, NOW, setup, MONDAY, 4).zones == ()
        with pytest.raises(SettingNotFound):
            cell_on(session, NOW, setup, cell.pattern_id, cell.day)
    with pytest.raises(SettingNotFound):
        shop.write(lambda session: set_capacity(session, NOW, SAM, BOOKS, cell.pattern_id, cell.day, 1))
    assert again(shop, cell).counts.capacity == cell.counts.capacity
