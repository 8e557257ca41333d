"""What holds of every estimate, whatever the calendars, cut-offs and clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given
from hypothesis import strategies as st

from delivery.rules.estimate import Backlog, Origin, OriginRule, Service, Transit, best_estimate, estimate_from
from delivery.rules.parcels import Basket, Line
from delivery.rules.workdays import EVERY_DAY, Region, WeekCalendar
from tests.rules.builders import BASKET, HERENGRACHT, NETHERLANDS

FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)

days = st.dates(FIRST.date(), LAST.date())
times = st.times().map(lambda clock: clock.replace(microsecond=0))
moments = st.integers(0, int((LAST - FIRST).total_seconds())).map(lambda seconds: FIRST + timedelta(seconds=seconds))
zones = st.sampled_from([ZoneInfo(name) for name in ("Europe/Amsterdam", "America/New_York", "Asia/Kolkata", "UTC")])
weekdays = st.frozensets(st.sampled_from(sorted(EVERY_DAY)), min_size=1)
calendars = st.builds(
    WeekCalendar, weekdays, st.sampled_from([None, Region("NL"), Region("DE", "BW")]), st.frozensets(days, max_size=6)
)
origins = st.builds(
    Origin,
    id=st.sampled_from("abc"),
    name=st.just("Origin"),
    zone=zones,
    calendar=calendars,
    usual_cut_off=times,
    cut_offs=st.dictionaries(st.sampled_from(sorted(EVERY_DAY)), times, max_size=3),
    cut_off_overrides=st.dictionaries(days, st.none() | times, max_size=4),
    handling_days=st.integers(0, 3),
    backlog=st.builds(Backlog, by_hand_days=st.integers(0, 3)),
)
transits = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(sorted)
services = st.builds(
    lambda collects, delivers, ends: Service(
        "s", "Service", collects, delivers, (Transit(NETHERLANDS, ends[0], ends[1]),), ZoneInfo("Europe/Amsterdam")
    ),
    calendars,
    calendars,
    transits,
)


def found_days(estimate) -> tuple[date, date, date]:
    return estimate.dispatch_day, estimate.earliest_day, estimate.latest_day


@given(moments, origins, services, st.integers(0, 5), st.integers(0, 5))
def test_more_handling_never_brings_the_day_forward(now, origin, service, handling_days, more):
    first = estimate_from(now, origin, service, HERENGRACHT, handling_days)
    second = estimate_from(now, origin, service, HERENGRACHT, handling_days + more)
    assume(first is not None and second is not None)
    assert all(one <= other for one, other in zip(found_days(first), found_days(second), strict=True))


@given(moments, st.integers(0, 30 * 86400), origins, services, st.integers(0, 3))
def test_a_later_order_never_arrives_earlier(now, seconds, origin, service, handling_days):
    first = estimate_from(now, origin, service, HERENGRACHT, handling_days)
    second = estimate_from(now + seconds * SECOND, origin, service, HERENGRACHT, handling_days)
    assume(first is not None and second is not None)
    assert all(one <= other for one, other in zip(found_days(first), found_days(second), strict=True))


@given(moments, origins, services, st.integers(0, 3))
def test_an_estimate_never_falls_on_a_day_the_carrier_does_not_deliver(now, origin, service, handling_days):
    estimate = estimate_from(now, origin, service, HERENGRACHT, handling_days)
    assume(estimate is not None)
    assert service.delivers.is_work_day(estimate.earliest_day)
    assert service.delivers.is_work_day(estimate.latest_day)
    assert service.collects.is_work_day(estimate.dispatch_day)
    assert origin.is_work_day(estimate.dispatch_day)
    assert origin.cut_off_overrides.get(estimate.dispatch_day, time(0)) is not None


@given(moments, origins, services, st.integers(0, 3))
def test_an_estimate_holds_until_order_before_and_not_beyond(now, origin, service, handling_days):
    estimate = estimate_from(now, origin, service, HERENGRACHT, handling_days)
    assume(estimate is not None)
    assert estimate.order_before > now
    just_in_time = estimate_from(estimate.order_before - SECOND, origin, service, HERENGRACHT, handling_days)
    assert found_days(just_in_time) == found_days(estimate)
    assert just_in_time.order_before == estimate.order_before
    too_late = estimate_from(estimate.order_before, origin, service, HERENGRACHT, handling_days)
    assert too_late is None or too_late.dispatch_day > estimate.dispatch_day


@given(days, times, st.dictionaries(st.sampled_from(sorted(EVERY_DAY)), times), times, services, calendars)
def test_clock_changes_change_no_day(day, clock, cut_offs, usual_cut_off, service, calendar):
    # The hours that a change skips or repeats are told by tables; anywhere else the same wall clock gives the same days.
    assume(not any(1 <= at.hour <= 3 for at in (clock, usual_cut_off, *cut_offs.values())))
    told = set()
    for name in ("Europe/Amsterdam", "America/New_York", "Africa/Lagos", "Australia/Sydney"):
        origin = Origin("o", "Origin", ZoneInfo(name), calendar, usual_cut_off, cut_offs)
        now = datetime.combine(day, clock, tzinfo=ZoneInfo(name))
        estimate = estimate_from(now, origin, service, HERENGRACHT, 1)
        shown = estimate and (
            *found_days(estimate),
            estimate.order_before.astimezone(ZoneInfo(name)).replace(tzinfo=None),
        )
        told.add(shown)
    assert len(told) == 1


several = st.lists(origins, min_size=1, max_size=3, unique_by=lambda origin: origin.id)
stocks = st.dictionaries(st.sampled_from(["mug", "pot"]), st.integers(0, 2))
baskets = st.lists(
    st.builds(Line, sku=st.sampled_from(["mug", "pot"]), quantity=st.integers(1, 2)), min_size=1, max_size=3
).map(lambda lines: Basket(tuple(lines), "EUR"))


@given(moments, several, st.lists(stocks, min_size=3, max_size=3), services, baskets, st.sampled_from(OriginRule))
def test_the_best_of_several_origins_holds_until_order_before(now, some, stock, service, basket, rule):
    pairs = list(zip(some, stock, strict=False))
    estimate = best_estimate(now, pairs, service, HERENGRACHT, basket, rule)
    assume(estimate is not None)
    assert estimate.order_before > now
    just_in_time = best_estimate(estimate.order_before - SECOND, pairs, service, HERENGRACHT, basket, rule)
    assert (found_days(just_in_time), just_in_time.origin_ids) == (found_days(estimate), estimate.origin_ids)


@given(moments, st.integers(0, 20 * 86400), several, st.lists(stocks, min_size=3, max_size=3), services, baskets)
def test_the_best_of_several_origins_never_arrives_earlier_for_ordering_later(
    now, seconds, some, stock, service, basket
):
    pairs = list(zip(some, stock, strict=False))
    first = best_estimate(now, pairs, service, HERENGRACHT, basket)
    second = best_estimate(now + seconds * SECOND, pairs, service, HERENGRACHT, basket)
    assume(first is not None and second is not None)
    assert first.latest_day <= second.latest_day


@given(moments, several, services)
def test_no_origin_promises_earlier_than_the_best(now, some, service):
    best = best_estimate(now, [(origin, {}) for origin in some], service, HERENGRACHT, BASKET)
    each = [estimate_from(now, origin, service, HERENGRACHT, 0) for origin in some]
    assert (best is None) == (not any(each))
    assert best is None or best.latest_day == min(one.latest_day for one in each if one)
