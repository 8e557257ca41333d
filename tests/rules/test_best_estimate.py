"""Which of several origins sends an order, and what becomes of a basket that no single one has."""

from delivery.rules.estimate import Estimate, OriginRule, best_estimate
from delivery.rules.parcels import Basket, Line
from delivery.rules.places import Destination, Point
from delivery.rules.workdays import WeekCalendar
from tests.rules.builders import BASKET, HERENGRACHT, origin, service
from tests.rules.human_dates import at, day, told


def rules(found: Estimate) -> list[str]:
    return [step.rule for step in found.steps]


def facts(found: Estimate, rule: str) -> list[dict[str, str | int]]:
    return [dict(step.facts) for step in found.steps if step.rule == rule]


DAM = Point(52.3731, 4.8926)
MONDAY = "Mon 2026-03-30 12:00"


def best(now: str, *origins, basket=BASKET, rule=OriginRule.EARLIEST, by=None, to=None):
    destination = to or Destination("NL", "1016 GV", point=DAM)
    return best_estimate(at(now), origins, by or service(), destination, basket, rule)


NEAR = origin("haarlem", point=Point(52.38, 4.64), handling_days=1)
FAR = origin("maastricht", point=Point(50.85, 5.69))
FARTHER = origin("zwolle", point=Point(52.51, 6.09), handling_days=1)


def test_the_origin_that_promises_earliest_wins():
    assert best(MONDAY, (NEAR, {}), (FAR, {})).origin_ids == ("maastricht",)


def test_among_equals_the_nearest_wins_and_without_coordinates_the_first_given():
    assert best(MONDAY, (FARTHER, {}), (NEAR, {})).origin_ids == ("haarlem",)
    assert best(MONDAY, (FARTHER, {}), (NEAR, {}), to=HERENGRACHT).origin_ids == ("zwolle",)


def test_a_merchant_may_ask_for_the_nearest_first():
    assert best(MONDAY, (FAR, {}), (NEAR, {}), rule=OriginRule.NEAREST).origin_ids == ("haarlem",)


def test_an_origin_that_lacks_the_goods_is_passed_over_and_a_step_says_so():
    found = best(MONDAY, (FAR, {"mug": 0}), (NEAR, {"mug": 1}))
    assert found.origin_ids == ("haarlem",)
    assert facts(found, "stock") == [{"origin_id": "maastricht", "origin": "Maastricht"}]
    assert rules(found)[0] == "stock"


def test_an_origin_that_never_opens_leaves_the_order_to_another():
    never = origin("never", calendar=WeekCalendar(frozenset()))
    assert best(MONDAY, (never, {}), (NEAR, {})).origin_ids == ("haarlem",)
    assert best(MONDAY, (never, {})) is None


MUG_AND_POT = Basket((Line("mug", 1), Line("pot", 1)), "EUR")


def test_goods_of_two_origins_become_two_parcels_with_one_honest_range():
    found = best(MONDAY, (NEAR, {"pot": 0}), (FAR, {"mug": 0}), basket=MUG_AND_POT, by=service(1, 2))
    assert set(found.origin_ids) == {"haarlem", "maastricht"}
    assert found.dispatch_day == day("Mon 2026-03-30")
    assert (found.earliest_day, found.latest_day) == (day("Wed 2026-04-01"), day("Thu 2026-04-02"))
    assert found.steps[-1].rule == "parcels"
    assert facts(found, "parcels") == [{"count": 2}]
    assert {step.facts["parcel"] for step in found.steps[:-1]} == {1, 2}
    assert told(found.order_before) == "Mon 2026-03-30 17:00"


def test_each_parcel_waits_only_for_its_own_lines():
    slow_pot = Basket((Line("mug", 1), Line("pot", 1, handling_days=3)), "EUR")
    found = best(MONDAY, (FAR, {"pot": 0}), (FARTHER, {"mug": 0}), basket=slow_pot)
    assert found.dispatch_day == day("Mon 2026-03-30")
    assert found.latest_day == day("Fri 2026-04-03")


def test_no_more_origins_send_than_needed():
    third = origin("breda", handling_days=4)
    found = best(MONDAY, (NEAR, {"pot": 0}), (FAR, {"mug": 0}), (third, {"mug": 0, "pot": 9}), basket=MUG_AND_POT)
    assert set(found.origin_ids) == {"haarlem", "maastricht"}


def test_goods_that_nobody_has_are_not_promised():
    assert best(MONDAY, (NEAR, {"mug": 0}), (FAR, {"mug": 0})) is None
    assert best(MONDAY) is None


def test_nobody_promises_where_the_service_does_not_go():
    assert best(MONDAY, (NEAR, {}), to=Destination("BE", "1000")) is None
