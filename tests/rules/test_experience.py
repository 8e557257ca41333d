"""What past parcels teach: confidence, delay, jams, restarts, and that nothing is known before it happened."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.rules.delivery_clock import clock_of, clock_of_week
from delivery.rules.experience import VERSION, Experience
from delivery.rules.learnt import Lane
from delivery.rules.parcel_history import PastParcel, replay
from delivery.rules.workdays import WeekCalendar

EVERY_DAY = clock_of_week((1.0,) * 7)
BEGAN = datetime(2026, 1, 5, 10, tzinfo=UTC)
"""A Monday."""
NEAR, FAR = Lane("shop", "NL10", "NL", "NL10"), Lane("shop", "NL10", "DE", "DE80")
Days = Callable[[int, Random], int]


def history(days: int, taken: Days, lanes: Sequence[Lane] = (NEAR, FAR), per_day: int = 4) -> list[PastParcel]:
    """`per_day` parcels on each of so many days; `taken` says how many days a parcel of a day was under way."""
    chance, found = Random(7), []
    for day in range(days):
        for number in range(per_day):
            ordered_at = BEGAN + timedelta(days=day, minutes=number)
            lane = lanes[number % len(lanes)]
            under_way = timedelta(days=taken(day, chance) + (3 if lane is FAR else 0))
            left_at = ordered_at + timedelta(days=1)
            found.append(PastParcel(f"{day}-{number}", ordered_at, left_at, left_at + under_way, lane))
    return found


def learnt_from(parcels: Sequence[PastParcel], day: int, confidence: float = 0.9) -> Experience:
    """Until the beginning of a day, counted from the first one: what lies after it is not told."""
    experience = Experience(EVERY_DAY, (1.0, 2.0), confidence, BEGAN.toordinal())
    now = BEGAN.replace(hour=0) + timedelta(days=day)
    replay(_known(parcels, now), experience)
    experience.turn_to(now.toordinal())
    return experience


def _known(parcels: Sequence[PastParcel], now: datetime) -> list[PastParcel]:
    def seen(at: datetime | None) -> datetime | None:
        return at if at is not None and at < now else None

    return [
        PastParcel(one.order, one.ordered_at, seen(one.dispatched_at), seen(one.delivered_at), one.lane)
        for one in parcels
        if one.ordered_at < now
    ]


def promised(experience: Experience, lane: Lane, confidence: float = 0.9) -> int:
    """Days from an order of today to the day promised."""
    day = experience.day
    return experience.sum_up(confidence).days(EVERY_DAY, lane, day)[1] - day


def two_to_four(_day: int, chance: Random) -> int:
    return chance.choice((2, 2, 3, 3, 3, 4))


def test_before_anything_is_known_the_merchants_own_rule_stands_behind_the_date() -> None:
    experience = Experience(EVERY_DAY, (1.0, 2.0), 0.9, BEGAN.toordinal())
    assert experience.learnt.usual(NEAR) == 3.0
    assert experience.learnt.parcels == 0


def test_the_days_of_a_lane_are_learnt_and_a_new_lane_is_like_its_region() -> None:
    experience = learnt_from(history(120, two_to_four), 120)
    near, far = promised(experience, NEAR), promised(experience, FAR)
    assert 4 <= near <= 5
    assert far >= near + 2
    new_area = Lane("shop", "NL10", "DE", "DE99")
    assert abs(promised(experience, new_area) - far) <= 1


def test_a_region_nobody_sent_to_lies_between_the_others() -> None:
    experience = learnt_from(history(120, two_to_four), 120)
    nowhere = Lane("elsewhere", "FR75", "ES", "ES28")
    assert promised(experience, NEAR) <= promised(experience, nowhere) <= promised(experience, FAR)


def test_the_more_parcels_the_more_they_are_trusted_and_none_moves_nothing() -> None:
    slow = [learnt_from(history(days, lambda _day, _chance: 12, (NEAR,), 1), days + 15) for days in (0, 20, 60, 200)]
    own, in_time = 3.0, [experience.learnt.trusted(3.0, 12.0) for experience in slow]
    assert in_time[0] == own
    assert in_time == sorted(in_time)
    assert in_time[1] < 7
    assert in_time[-1] > 10
    assert 12 <= promised(slow[-1], NEAR) <= 14


def jammed(day: int, chance: Random) -> int:
    """From day 150 to 180 parcels take a week longer."""
    return two_to_four(day, chance) + (7 if 150 <= day < 180 else 0)


def test_a_jam_is_learnt_within_days_while_its_parcels_are_still_under_way() -> None:
    parcels = history(260, jammed, per_day=12)
    before, early, later = (promised(learnt_from(parcels, day), NEAR) for day in (150, 160, 172))
    assert before <= 6
    assert early >= before + 2
    assert later >= before + 5


def test_after_a_jam_dates_come_back() -> None:
    parcels = history(330, jammed, per_day=12)
    before, within, after = (promised(learnt_from(parcels, day), NEAR) for day in (150, 180, 250))
    assert within > after
    assert after <= before + 1


def test_the_share_that_is_promised_is_kept() -> None:
    parcels, kept = history(400, two_to_four), []
    experience = Experience(EVERY_DAY, (1.0, 2.0), 0.9, BEGAN.toordinal())

    def note(parcel: PastParcel, latest_day: int) -> None:
        if parcel.ordered_at > BEGAN + timedelta(days=100) and parcel.delivered_at:
            kept.append(parcel.delivered_at.toordinal() <= latest_day)

    replay(parcels, experience, note)
    assert sum(kept) / len(kept) >= 0.88
    shares = dict(experience.record.reliability())
    assert shares[0.5] <= shares[0.8] <= shares[0.95]


def test_late_out_of_the_door_and_late_on_the_way_are_told_apart() -> None:
    experience = learnt_from(history(120, two_to_four), 120)
    handling, transit = experience.learnt.usual_handling(NEAR), experience.learnt.usual_transit(NEAR)
    assert handling.time == pytest.approx(1, abs=0.05)
    assert 2.5 < transit.time < 3.4
    assert transit.parcels > 100


def test_it_is_told_how_many_of_the_last_parcels_took_longer() -> None:
    learnt = learnt_from(history(120, two_to_four), 120).learnt
    longer, of = learnt.longer_than("NL", 4)
    assert of == 200
    assert 10 < longer < 70
    assert learnt.longer_than("NL", 5) == (0, 200)
    assert learnt.longer_than("nowhere", 5) == (0, 0)


def test_a_restart_in_the_middle_changes_no_figure() -> None:
    parcels = history(120, jammed)
    whole = learnt_from(parcels, 120)
    first = learnt_from(parcels, 60)
    again = Experience.from_facts(EVERY_DAY, json.loads(json.dumps(first.facts())))
    assert again.learnt == first.learnt
    for experience in (first, again):
        for day in range(60, 120):
            tell_day(experience, parcels, day)
        experience.turn_to(BEGAN.toordinal() + 120)
    assert again.facts() == first.facts()
    assert promised(again, NEAR) == promised(whole, NEAR)


def tell_day(experience: Experience, parcels: Sequence[PastParcel], day: int) -> None:
    today = BEGAN.toordinal() + day
    experience.turn_to(today)
    for one in parcels:
        if one.ordered_at.toordinal() == today:
            experience.ordered(one.order, one.lane, today)
        for at, tell in ((one.dispatched_at, experience.dispatched), (one.delivered_at, experience.delivered)):
            if at and at.toordinal() == today:
                tell(one.order if one.order in experience.under_way else _number(one, parcels), today)


def _number(one: PastParcel, parcels: Sequence[PastParcel]) -> str:
    """What was told before the restart was told by its place in the file."""
    known = sorted(parcels, key=lambda parcel: (parcel.ordered_at, parcel.order))
    return str(known.index(one))


def test_what_another_version_learnt_is_not_taken() -> None:
    facts = learnt_from(history(10, two_to_four), 10).facts() | {"version": VERSION + 1}
    with pytest.raises(ValueError, match="version"):
        Experience.from_facts(EVERY_DAY, facts)


def test_a_promise_falls_on_a_day_of_delivery() -> None:
    clock = clock_of(WeekCalendar())
    friday = date(2026, 11, 20).toordinal()
    assert [clock.day_within(friday, time) - friday for time in (0, 0.4, 1, 1.9, 2, 5, 6)] == [3, 3, 3, 3, 4, 7, 10]


@pytest.mark.parametrize("confidence", [0.49, 1.0])
def test_a_confidence_that_cannot_be_is_refused(confidence: float) -> None:
    with pytest.raises(ValueError, match="confidence"):
        Experience(EVERY_DAY, (1.0, 2.0), confidence, BEGAN.toordinal())


taken_days = st.lists(st.integers(0, 30), min_size=20, max_size=30)


def of_days(taken: Sequence[int]) -> list[PastParcel]:
    return history(len(taken), lambda day, _chance: taken[day], per_day=2)


@settings(max_examples=15)
@given(taken_days, st.lists(st.floats(0.5, 0.99), min_size=2, max_size=4))
def test_a_higher_confidence_never_promises_an_earlier_day(taken: list[int], levels: list[float]) -> None:
    experience = learnt_from(of_days(taken), len(taken))
    for lane in (NEAR, FAR):
        dates = [promised(experience, lane, level) for level in sorted(levels)]
        assert dates == sorted(dates)


@settings(max_examples=15)
@given(taken_days, st.integers(1, 20))
def test_more_delay_never_makes_it_earlier(taken: list[int], later: int) -> None:
    day = len(taken) + 55
    usual, late = (learnt_from(of_days([days + more for days in taken]), day) for more in (0, later))
    for lane in (NEAR, FAR):
        assert promised(late, lane) >= promised(usual, lane)


@settings(max_examples=15)
@given(taken_days, st.integers(5, 25), st.randoms(use_true_random=False))
def test_what_comes_after_an_order_changes_nothing_before_it(taken: list[int], day: int, chance: Random) -> None:
    parcels, moment = of_days(taken), BEGAN + timedelta(days=day)
    before: list[PastParcel] = []
    after: list[PastParcel] = []
    for one in parcels:
        (before if one.ordered_at < moment else after).append(one)
    lanes = [one.lane for one in after]
    chance.shuffle(lanes)
    other = [
        PastParcel(one.order, one.ordered_at, None, one.ordered_at + timedelta(days=chance.randrange(30)), lane)
        for one, lane in zip(after, lanes, strict=True)
    ]
    chance.shuffle(other)

    def dates(history_: Sequence[PastParcel]) -> dict[str, int]:
        found: dict[str, int] = {}
        replay(
            history_,
            Experience(EVERY_DAY, (1.0, 2.0), 0.9, BEGAN.toordinal()),
            lambda parcel, latest: found.update({parcel.order: latest}),
        )
        return {order: latest for order, latest in found.items() if order in {one.order for one in before}}

    assert dates(parcels) == dates([*other, *before])
