"""The coming days at a glance, and the days on which one would expect more."""

from datetime import UTC, date, datetime

from delivery.rules.parcels import Line
from delivery.rules.places import Destination
from delivery.store.engine import Database
from delivery.store.tables import origins
from tests.delivery.test_rehearsal import AMSTERDAM, TUESDAY, asked, change, demo, seen, sell_out, warnings

__all__ = ["demo"]
NOWHERE_NEAR = Destination("NL", "9711 AA")
"""A place that only carriers reach."""


def test_a_day_counts_its_windows_and_names_its_carriers_and_centres(demo: Database) -> None:
    sell_out(demo, "amsterdam-3-12", date(2026, 11, 25))
    today, tomorrow = seen(demo).strip[:2]
    assert (today.day, today.free, today.full, today.closed, today.gone) == (date(2026, 11, 24), 3, 0, 0, 3)
    assert (today.services, today.centres) == ((), ("Schemer & Wol, Haarlemmerdijk",))
    assert (tomorrow.free, tomorrow.full, tomorrow.gone) == (5, 1, 0)
    assert tomorrow.services == ("Pakketpost", "Avondbezorging (18:00-22:00)")
    assert "Boekhandel De Ceintuur" in tomorrow.centres


def test_an_ordinary_fortnight_warns_of_nothing(demo: Database) -> None:
    assert warnings(seen(demo)) == {}
    assert warnings(seen(demo, question=asked(NOWHERE_NEAR))) == {}
    assert len(seen(demo).strip) == 14


def test_a_day_that_is_sold_out_is_warned_of(demo: Database) -> None:
    for hour in ("08", "10", "12", "14", "16", "18"):
        sell_out(demo, f"amsterdam-4-{hour}", date(2026, 11, 26))
    assert warnings(seen(demo)) == {"Thu 11-26": ("full",)}


def test_the_evening_before_today_is_past_its_cut_off(demo: Database) -> None:
    assert warnings(seen(demo, datetime(2026, 11, 24, 20, 0, tzinfo=UTC))) == {"Tue 11-24": ("past_cut_off",)}


def test_holidays_are_named(demo: Database) -> None:
    christmas_eve = datetime(2026, 12, 24, 9, 0, tzinfo=UTC)
    assert warnings(seen(demo, christmas_eve)) == {
        "Fri 12-25": ("holiday",),
        "Sat 12-26": ("holiday",),
        "Fri 01-01": ("holiday",),
    }
    assert warnings(seen(demo, christmas_eve, asked(NOWHERE_NEAR))) == {
        "Fri 12-25": ("holiday",),
        "Sat 12-26": ("holiday",),
        "Fri 01-01": ("holiday",),
    }


def test_a_carriers_day_that_a_later_order_misses_is_warned_of(demo: Database) -> None:
    late = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
    assert warnings(seen(demo, late, asked(NOWHERE_NEAR))) == {"Wed 11-25": ("past_cut_off",)}


def test_days_that_goods_need_to_be_made_ready_are_not_warned_of(demo: Database) -> None:
    slow = asked(NOWHERE_NEAR, Line("WIRE", 1, handling_days=3))
    assert warnings(seen(demo, TUESDAY, slow)) == {}


def test_a_closed_day_of_the_warehouse_is_named(demo: Database) -> None:
    for origin in ("houten", "haarlemmerdijk"):
        change(demo, origins, origin, closed_days=["2026-11-24"])
    assert warnings(seen(demo, TUESDAY, asked(NOWHERE_NEAR))) == {"Wed 11-25": ("closed_day",)}
    assert warnings(seen(demo, TUESDAY, asked(AMSTERDAM))) == {"Tue 11-24": ("closed_day", "past_cut_off")}
