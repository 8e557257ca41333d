"""Maps and time lines: north is up, everything is on the sheet, and the scale and the hours are right."""

from datetime import UTC, datetime
from math import inf
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.rules.driving import Straight
from delivery.rules.routes import Route, Shift, Stop
from delivery.van_plans import PlannedVan, planned
from delivery.van_visits import Visit
from plugin.vans.maps import HEIGHT, WIDTH, kind_of, map_of
from plugin.vans.timelines import timeline_of, timeline_of_van

AMSTERDAM = "Europe/Amsterdam"
NINE = datetime(2026, 11, 25, 8, 0, tzinfo=UTC).timestamp()
HOUR = 3600.0


def van(*places: tuple[float, float], starts: float = NINE, comes_back: bool = True, hours: float = 9) -> PlannedVan:
    """Which stands ten minutes at each of these places (metres east and north), in a window of two hours from its third on."""
    home = (0.0, 0.0, 0.0)
    shift = Shift("bus#1", starts, starts + hours * HOUR, home, home if comes_back else None)
    opens, closes = starts + 2 * HOUR, starts + 4 * HOUR
    stops = tuple(Stop(n, (*place, 0.0), opens, closes, 600.0) for n, place in enumerate(places, 1))
    route = Route(shift, stops, Straight(0.1))
    return planned(route, "Bus", {stop.number: Visit(f"h{stop.number}", "bk_1") for stop in stops})


def test_north_is_up_and_east_is_right() -> None:
    drawn = map_of([("van-0", van((0.0, 3000.0), (4000.0, 0.0)))], AMSTERDAM, "en-GB")
    north, east = drawn.tracks[0].dots
    assert north.y < drawn.home_y
    assert north.x == drawn.home_x
    assert east.x > drawn.home_x
    assert east.y == drawn.home_y
    assert [dot.label for dot in drawn.tracks[0].dots] == ["1", "2"]
    assert drawn.tracks[0].points.split(" ")[0] == drawn.tracks[0].points.split(" ")[-1], "it comes back"


def test_the_scale_is_a_round_length_in_the_readers_words() -> None:
    drawn = map_of([("van-0", van((0.0, 0.0), (6480.0, 0.0)))], AMSTERDAM, "en-GB")
    assert (drawn.scale.words, drawn.scale.width) == ("1 km", 100.0)
    assert map_of([("van-0", van((50.0, 0.0)))], AMSTERDAM, "nl-NL").scale.words == "100 m"
    assert map_of([], AMSTERDAM, "en-GB").tracks == ()


FAR = st.floats(-50_000, 50_000)


@given(st.lists(st.tuples(FAR, FAR), min_size=1, max_size=6), st.booleans())
def test_all_is_on_the_sheet(places: list[tuple[float, float]], comes_back: bool) -> None:
    one = van(*places, comes_back=comes_back, hours=40)
    drawn = map_of([("van-0", one)], AMSTERDAM, "en-GB")
    for x, y in [(drawn.home_x, drawn.home_y), *((dot.x, dot.y) for dot in drawn.tracks[0].dots)]:
        assert 0 < x < WIDTH
        assert 0 < y < HEIGHT
    assert 40 < drawn.scale.width <= WIDTH / 4
    for line in (timeline_of([one], AMSTERDAM, "en-GB"), timeline_of_van(one, "van-0", AMSTERDAM, "en-GB")):
        for lane in line.lanes:
            assert all(piece.x >= 0 and piece.x + piece.width <= line.width + 1 for piece in lane.pieces)
            assert all(piece.y + piece.height <= line.height for piece in lane.pieces)


def test_who_was_refused_is_crossed_out_where_the_sheet_goes_so_far() -> None:
    refused = [((0.0, 1500.0, 0.0), "Too far"), ((0.0, 90_000.0, 0.0), "Far beyond")]
    drawn = map_of([("van-0", van((0.0, 3000.0), (4000.0, 0.0)))], AMSTERDAM, "en-GB", refused)
    [cross] = drawn.crosses
    assert (cross.x, cross.words) == (drawn.home_x, "Too far")
    assert drawn.tracks[0].dots[0].y < cross.y < drawn.home_y


def test_twenty_vans_can_be_told_apart() -> None:
    assert len({kind_of(n) for n in range(18)}) == 18
    assert kind_of(0) != kind_of(6)


def test_a_lane_has_the_drive_the_time_at_the_door_the_wait_and_the_way_back() -> None:
    line = timeline_of([van((3600.0, 0.0), (7200.0, 0.0))], AMSTERDAM, "en-GB")
    [lane] = line.lanes
    assert [piece.kind for piece in lane.pieces] == ["drive", "stand", "drive", "stand", "drive", "window"]
    assert next(piece.words for piece in lane.pieces) == "10:54–11:00", "it leaves as late as its first window lets it"
    assert lane.pieces[-1].words == "11:00–13:00"
    assert [hour.words for hour in line.hours][:3] == ["09:00", "10:00", "11:00"]
    assert [one.label for one in lane.pieces if one.kind == "stand"] == ["1", "2"]
    [first, second] = timeline_of_van(van((3600.0, 0.0), (7200.0, 0.0)), "van-0", AMSTERDAM, "en-GB").lanes
    assert [piece.kind for piece in first.pieces] == ["window", "drive", "stand"]
    assert (first.words, second.words) == ("1", "2")


@pytest.mark.parametrize(
    ("starts", "zone", "hours"),
    [
        ("2026-10-25T00:00+02:00", AMSTERDAM, ["00:00", "01:00", "02:00", "02:00", "03:00"]),
        ("2026-03-29T00:00+01:00", AMSTERDAM, ["00:00", "01:00", "03:00", "04:00", "05:00"]),
        ("2026-11-25T09:00+05:30", "Asia/Kolkata", ["09:00", "10:00", "11:00", "12:00", "13:00"]),
    ],
    ids=["an hour comes twice", "an hour is left out", "half an hour off"],
)
def test_hours_are_those_of_the_place(starts: str, zone: str, hours: list[str]) -> None:
    begins = datetime.fromisoformat(starts)
    assert begins.utcoffset() == begins.astimezone(ZoneInfo(zone)).utcoffset()
    line = timeline_of([van((1000.0, 0.0), starts=begins.timestamp())], zone, "en-GB")
    assert [hour.words for hour in line.hours][:5] == hours


def test_a_place_that_is_only_passed_is_no_stop() -> None:
    home, one, two = (0.0, 0.0, 0.0), (3600.0, 0.0, 0.0), (7200.0, 0.0, 0.0)
    met = Stop(8, two, NINE, NINE + HOUR, 600.0)
    passed = Stop(7, one, -inf, inf, 0.0, 0.0)
    route = Route(
        Shift("bus#1", NINE, NINE + 9 * HOUR, home, home),
        (passed, met),
        Straight(0.1),
    )
    found = planned(route, "Bus", {})
    [stop] = found.stops
    assert (stop.position, stop.stop.number, stop.arrives_at.timestamp()) == (1, 8, NINE + 720)
    [lane] = timeline_of([found], AMSTERDAM, "en-GB").lanes
    assert [(piece.kind, piece.words) for piece in lane.pieces if "stand" in piece.kind] == [
        ("stand held", "1: A shopper who is checking out · 09:12–09:22")
    ]
    assert [dot.label for dot in map_of([("van-0", found)], AMSTERDAM, "en-GB").tracks[0].dots] == ["1"]
