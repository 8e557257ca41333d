"""When an order arrives, in human dates: a Dutch origin that works Monday to Friday until 17:00, a carrier that collects
Monday to Saturday and delivers Tuesday to Saturday."""

import json
from datetime import date, time
from zoneinfo import ZoneInfo

import pytest

from delivery.rules.estimate import (
    Backlog,
    Estimate,
    Origin,
    Service,
    Transit,
    estimate_from,
    prepare,
)
from delivery.rules.places import Destination
from delivery.rules.workdays import EVERY_DAY, MONDAY_TO_SATURDAY, NoWorkDay, WeekCalendar
from tests.rules.builders import HERENGRACHT, NETHERLANDS, origin, service
from tests.rules.human_dates import at, day, told, told_day


def estimate(now: str, from_origin: Origin | None = None, by: Service | None = None, handling_days: int = 0):
    found = estimate_from(at(now), from_origin or origin(), by or service(), HERENGRACHT, handling_days)
    assert found is not None
    return found


def rules(found: Estimate) -> list[str]:
    return [step.rule for step in found.steps]


def facts(found: Estimate, rule: str) -> list[dict[str, str | int]]:
    return [dict(step.facts) for step in found.steps if step.rule == rule]


MONDAY = "Mon 2026-03-30 12:00"

# ordered, dispatched, delivered, to have the same ordered before
ORDERS = [
    ("Fri 2026-03-27 16:59", "Fri 2026-03-27", "Sat 2026-03-28", "Fri 2026-03-27 17:00"),
    ("Fri 2026-03-27 16:59:59", "Fri 2026-03-27", "Sat 2026-03-28", "Fri 2026-03-27 17:00"),
    # The cut-off itself is too late; and the clock change of 29 March lies before the next one.
    ("Fri 2026-03-27 17:00", "Mon 2026-03-30", "Tue 2026-03-31", "Mon 2026-03-30 17:00"),
    ("Fri 2026-03-27 23:59:59", "Mon 2026-03-30", "Tue 2026-03-31", "Mon 2026-03-30 17:00"),
    ("Sat 2026-03-28 00:00", "Mon 2026-03-30", "Tue 2026-03-31", "Mon 2026-03-30 17:00"),
    ("Sun 2026-03-29 01:59", "Mon 2026-03-30", "Tue 2026-03-31", "Mon 2026-03-30 17:00"),
    ("Sun 2026-03-29 03:00", "Mon 2026-03-30", "Tue 2026-03-31", "Mon 2026-03-30 17:00"),
    ("Mon 2026-03-30 00:00", "Mon 2026-03-30", "Tue 2026-03-31", "Mon 2026-03-30 17:00"),
    ("Fri 2026-10-23 17:00", "Mon 2026-10-26", "Tue 2026-10-27", "Mon 2026-10-26 17:00"),
    ("Sun 2026-10-25 02:30", "Mon 2026-10-26", "Tue 2026-10-27", "Mon 2026-10-26 17:00"),
    # King's Day: a holiday at the origin, an ordinary day for the carrier, so its cut-off does not count.
    ("Mon 2026-04-27 12:00", "Tue 2026-04-28", "Wed 2026-04-29", "Tue 2026-04-28 17:00"),
    ("Fri 2026-04-24 17:00", "Tue 2026-04-28", "Wed 2026-04-29", "Tue 2026-04-28 17:00"),
    # Christmas on Friday and Saturday, New Year's Day on Friday; the carrier delivers on both Saturdays.
    ("Thu 2026-12-24 16:00", "Thu 2026-12-24", "Fri 2026-12-25", "Thu 2026-12-24 17:00"),
    ("Thu 2026-12-24 17:00", "Mon 2026-12-28", "Tue 2026-12-29", "Mon 2026-12-28 17:00"),
    ("Thu 2026-12-31 23:59:59", "Mon 2027-01-04", "Tue 2027-01-05", "Mon 2027-01-04 17:00"),
    ("Fri 2027-01-01 00:00", "Mon 2027-01-04", "Tue 2027-01-05", "Mon 2027-01-04 17:00"),
]


@pytest.mark.parametrize(("ordered", "dispatched", "delivered", "order_before"), ORDERS)
def test_an_order_leaves_and_arrives_on(ordered: str, dispatched: str, delivered: str, order_before: str):
    found = estimate(ordered)
    assert told_day(found.dispatch_day) == dispatched
    assert told_day(found.earliest_day) == told_day(found.latest_day) == delivered
    assert told(found.order_before) == order_before


# ordered, handling days, backlog days, packed
PREPARED = [
    ("Fri 2026-03-27 16:59", 0, 0, "Fri 2026-03-27"),
    ("Fri 2026-03-27 16:59", 1, 0, "Mon 2026-03-30"),
    ("Fri 2026-03-27 17:00", 1, 0, "Tue 2026-03-31"),
    ("Sun 2026-03-29 12:00", 2, 1, "Thu 2026-04-02"),
    ("Sat 2026-10-24 23:59:59", 1, 0, "Tue 2026-10-27"),
    ("Sun 2026-10-25 00:00", 1, 0, "Tue 2026-10-27"),
    ("Mon 2026-04-27 09:00", 1, 0, "Wed 2026-04-29"),
    ("Wed 2026-12-30 12:00", 2, 0, "Mon 2027-01-04"),
    ("Thu 2026-12-31 17:00", 0, 3, "Thu 2027-01-07"),
]


@pytest.mark.parametrize(("ordered", "handling_days", "backlog_days", "packed"), PREPARED)
def test_an_order_is_packed_after_handling_and_backlog(ordered, handling_days, backlog_days, packed):
    busy = origin(backlog=Backlog(by_hand_days=backlog_days))
    assert told_day(prepare(at(ordered), busy, handling_days).ready_day) == packed
    slow = origin(backlog=Backlog(by_hand_days=backlog_days), handling_days=handling_days)
    assert told_day(prepare(at(ordered), slow, 0).ready_day) == packed


def test_the_larger_of_the_origins_and_the_baskets_handling_days_counts():
    assert prepare(at("Mon 2026-03-30 09:00"), origin(handling_days=2), 1).ready_day == day("Wed 2026-04-01")
    assert prepare(at("Mon 2026-03-30 09:00"), origin(handling_days=1), 2).ready_day == day("Wed 2026-04-01")


OWN_CUT_OFFS = [
    ("Thu 2026-03-26 16:59", "Thu 2026-03-26"),
    ("Fri 2026-03-27 11:59:59", "Fri 2026-03-27"),
    ("Fri 2026-03-27 12:00", "Mon 2026-03-30"),
    # 31 March closes at 10:00, 1 April is closed.
    ("Tue 2026-03-31 09:59", "Tue 2026-03-31"),
    ("Tue 2026-03-31 10:00", "Thu 2026-04-02"),
    ("Wed 2026-04-01 00:00", "Thu 2026-04-02"),
]


@pytest.mark.parametrize(("ordered", "packed"), OWN_CUT_OFFS)
def test_a_weekday_and_a_date_may_have_their_own_cut_off(ordered: str, packed: str):
    overrides = {day("Tue 2026-03-31"): time(10), day("Wed 2026-04-01"): None}
    own = origin(cut_offs={5: time(12)}, cut_off_overrides=overrides)
    assert told_day(prepare(at(ordered), own, 0).ready_day) == packed


def test_a_dated_cut_off_does_not_open_a_closed_day():
    found = prepare(at("Mon 2026-04-27 09:00"), origin(cut_off_overrides={day("Mon 2026-04-27"): time(12)}), 0)
    assert found.ready_day == day("Tue 2026-04-28")


def test_the_cut_off_is_judged_by_the_clock_of_the_origin():
    perth = origin(zone=ZoneInfo("Australia/Perth"), calendar=WeekCalendar())
    assert prepare(at("Fri 2026-03-27 09:59"), perth, 0).ready_day == day("Fri 2026-03-27")
    assert prepare(at("Fri 2026-03-27 10:00"), perth, 0).ready_day == day("Mon 2026-03-30")


def test_a_cut_off_in_the_hour_that_spring_skips_means_the_change():
    night = origin(usual_cut_off=time(2, 30), calendar=WeekCalendar(EVERY_DAY))
    assert prepare(at("Sun 2026-03-29 01:59:59"), night, 0).ready_day == day("Sun 2026-03-29")
    assert prepare(at("Sun 2026-03-29 03:00"), night, 0).ready_day == day("Mon 2026-03-30")


def test_a_cut_off_in_the_hour_that_autumn_repeats_means_its_first_time():
    night = origin(usual_cut_off=time(2, 30), calendar=WeekCalendar(EVERY_DAY))
    assert prepare(at("Sun 2026-10-25 02:29"), night, 0).ready_day == day("Sun 2026-10-25")
    assert prepare(at("Sun 2026-10-25 02:29", fold=1), night, 0).ready_day == day("Mon 2026-10-26")


TRANSITS = [
    # A day without delivery is never the day of arrival, whatever the transit days.
    ("Fri 2026-03-27 12:00", 0, "Fri 2026-03-27"),
    ("Mon 2026-03-30 12:00", 0, "Tue 2026-03-31"),
    ("Mon 2026-03-30 12:00", 1, "Tue 2026-03-31"),
    ("Fri 2026-03-27 12:00", 2, "Tue 2026-03-31"),
    ("Thu 2026-12-31 12:00", 2, "Sat 2027-01-02"),
    ("Fri 2026-10-23 23:59:59", 3, "Thu 2026-10-29"),
]


@pytest.mark.parametrize(("ordered", "days", "delivered"), TRANSITS)
def test_transit_days_are_the_days_on_which_the_carrier_delivers(ordered: str, days: int, delivered: str):
    assert told_day(estimate(ordered, by=service(days, days)).latest_day) == delivered


def test_least_and_most_transit_days_give_the_earliest_and_latest_day():
    found = estimate("Mon 2026-03-30 12:00", by=service(1, 3))
    assert (found.earliest_day, found.latest_day) == (day("Tue 2026-03-31"), day("Thu 2026-04-02"))


def test_a_parcel_waits_for_a_day_on_which_the_carrier_collects_and_the_origin_is_open():
    fridays = service(collects=WeekCalendar(frozenset({5, 6})))
    found = estimate("Mon 2026-03-30 12:00", by=fridays)
    # Good Friday is a holiday at the origin; on Saturday it is closed anyway.
    assert found.dispatch_day == day("Fri 2026-04-10")
    assert facts(found, "collection") == [{"ready_day": "2026-03-30", "days": 11}]
    # Cut-offs that leave the dispatch day as it is are passed over, and the clock change with them.
    assert told(found.order_before) == "Fri 2026-04-10 17:00"


def test_waiting_for_collection_lets_handling_count_back_from_the_dispatch_day():
    fridays = service(collects=WeekCalendar(frozenset({5})))
    found = estimate("Mon 2026-03-23 12:00", by=fridays, handling_days=2)
    assert found.dispatch_day == day("Fri 2026-03-27")
    assert told(found.order_before) == "Wed 2026-03-25 17:00"


def test_a_service_that_does_not_go_there_gives_no_estimate():
    assert estimate_from(at("Fri 2026-03-27 12:00"), origin(), service(), Destination("BE", "1000"), 0) is None


def test_calendars_that_never_open_give_no_estimate():
    never = WeekCalendar(frozenset())
    now = at("Fri 2026-03-27 12:00")
    for closed, by in (
        (origin(calendar=never), service()),
        (origin(), service(collects=never)),
        (origin(), service(delivers=never)),
        (origin(calendar=WeekCalendar(frozenset({1}))), service(collects=WeekCalendar(frozenset({2})))),
        (origin(backlog=Backlog(by_hand_days=10**6)), service()),
    ):
        assert estimate_from(now, closed, by, HERENGRACHT, 0) is None
    with pytest.raises(NoWorkDay):
        prepare(now, origin(calendar=never), 0)


def test_the_steps_say_why():
    busy = origin(backlog=Backlog(orders_waiting=120, minutes_per_order=10, people=2), handling_days=1)
    found = estimate("Fri 2026-03-27 17:00", busy, service(1, 2))
    assert rules(found) == [
        *("cut_off", "closed", "closed", "backlog", "handling", "collection", "transit", "delivery_day")
    ]
    assert facts(found, "cut_off") == [
        {
            "origin_id": "zwolle",
            "origin": "Zwolle",
            "cut_off": "17:00",
            "time_zone": "Europe/Amsterdam",
            "order_day": "2026-03-27",
            "met": 0,
        }
    ]
    assert facts(found, "closed") == [{"reason": "weekday"}, {"reason": "weekday"}]
    assert facts(found, "backlog") == [{"days": 1, "orders_waiting": 120}]
    assert facts(found, "handling") == [{"days": 1}]
    assert facts(found, "transit") == [{"least": 1, "most": 2}]
    assert facts(found, "delivery_day") == [{"earliest": "2026-04-02", "latest": "2026-04-03"}]
    assert [told_day(step.day) for step in found.steps] == [
        "Mon 2026-03-30",
        "Sat 2026-03-28",
        "Sun 2026-03-29",
        "Tue 2026-03-31",
        "Wed 2026-04-01",
        "Wed 2026-04-01",
        "Fri 2026-04-03",
        "Fri 2026-04-03",
    ]
    json.dumps([dict(step.facts) for step in found.steps])


def test_a_closed_day_says_what_closed_it():
    closed = origin(cut_off_overrides={day("Tue 2026-04-28"): None})
    found = estimate("Sun 2026-04-26 12:00", closed)
    assert facts(found, "closed") == [{"reason": "weekday"}, {"reason": "holiday"}, {"reason": "closed_day"}]
    assert facts(found, "cut_off")[0]["met"] == 1


@pytest.mark.parametrize(
    ("backlog", "days"),
    [
        (Backlog(), 0),
        (Backlog(orders_waiting=47, minutes_per_order=10), 0),
        (Backlog(orders_waiting=48, minutes_per_order=10), 1),
        (Backlog(orders_waiting=96, minutes_per_order=10, people=2), 1),
        (Backlog(orders_waiting=960, minutes_per_order=10, by_hand_days=2), 2),
        (Backlog(orders_waiting=960, minutes_per_order=10, by_hand_days=0), 0),
    ],
)
def test_a_backlog_is_orders_times_minutes_by_people_unless_set_by_hand(backlog: Backlog, days: int):
    assert backlog.days == days


def test_a_carriers_own_holidays_are_not_the_origins():
    carrier = WeekCalendar(MONDAY_TO_SATURDAY, closed_days=frozenset({day("Tue 2026-03-31")}))
    found = estimate("Mon 2026-03-30 12:00", by=service(collects=carrier, delivers=carrier))
    assert (found.dispatch_day, found.latest_day) == (day("Mon 2026-03-30"), day("Wed 2026-04-01"))
    assert estimate("Tue 2026-03-31 12:00", by=service(collects=carrier)).dispatch_day == day("Wed 2026-04-01")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: origin(cut_offs={0: time(12)}),
        lambda: origin(cut_offs={8: time(12)}),
        lambda: origin(usual_cut_off=time(12, tzinfo=ZoneInfo("UTC"))),
        lambda: origin(handling_days=-1),
        lambda: Transit(NETHERLANDS, 2, 1),
        lambda: Transit(NETHERLANDS, -1, 1),
        lambda: Backlog(orders_waiting=-1),
        lambda: Backlog(people=0),
        lambda: Backlog(minutes_per_order=float("nan")),
        lambda: Backlog(minutes_per_order=-1),
        lambda: Backlog(by_hand_days=-1),
        lambda: Backlog(working_minutes_per_day=0),
        lambda: Estimate(date(2026, 3, 2), date(2026, 3, 1), at(MONDAY), date(2026, 3, 1), ("a",), "s", ()),
        lambda: Estimate(date(2026, 3, 1), date(2026, 3, 1), at(MONDAY), date(2026, 3, 2), ("a",), "s", ()),
        lambda: Estimate(date(2026, 3, 1), date(2026, 3, 1), at(MONDAY), date(2026, 3, 1), (), "s", ()),
        lambda: prepare(at(MONDAY).replace(tzinfo=None), origin(), 0),
    ],
)
def test_impossible_values_are_refused(wrong):
    with pytest.raises(ValueError):
        wrong()
