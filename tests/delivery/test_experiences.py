"""Dates that are learnt from what was reported, and from what a shop brought along, on both databases."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select, update

from delivery import experiences
from delivery.histories import lane_of
from delivery.memory import Memory
from delivery.rules.experience import VERSION
from delivery.rules.parcel_history import PastParcel
from delivery.setups import Setup
from delivery.store.tables import experiences as experiences_table
from delivery.store.tables import merchants, services
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from plugin.learning import Learner
from plugin.learning import learn as learning_now
from plugin.tools import Tools
from tests.doors import Door, another_merchant
from web.config import Config

BEGAN = datetime(2026, 6, 1, 9, tzinfo=UTC)


def learning(door: Door, mode: str = "on", **other: object) -> str:
    """Set how the first service learns; its id."""
    facts = {"mode": mode, "confidence": 90, "widest_days": None} | other
    setup = setup_of(door)
    service_id = next(iter(setup.services))
    own = (services.c.merchant_id == MERCHANT_ID, services.c.id == service_id)
    door.database.write(lambda session: session.execute(update(services).where(*own).values(learning=facts)))
    touch(door)
    return service_id


def touch(door: Door) -> None:
    newer = {"settings_version": merchants.c.settings_version + 1}
    door.database.write(
        lambda session: session.execute(update(merchants).where(merchants.c.id == MERCHANT_ID).values(newer))
    )


def setup_of(door: Door) -> Setup:
    with door.database.reading() as session:
        return Memory(door.service.signer).setup_of_merchant(session, MERCHANT_ID)


def history(number: int, slower_by: int = 0) -> list[PastParcel]:
    """Parcels that were sent the next day and took two to four days more."""
    chance, found = Random(5), []
    for count in range(number):
        ordered_at = BEGAN + timedelta(days=count * 150 / number)
        left_at = ordered_at + timedelta(days=1)
        came_at = left_at + timedelta(days=chance.choice((2, 3, 4)) + slower_by)
        lane = lane_of("demo", "", "", "", "1016")
        found.append(PastParcel(f"old-{count}", ordered_at, left_at, came_at, lane))
    return found


def bring(door: Door, service_id: str, parcels: list[PastParcel]) -> int:
    return door.database.write(lambda session: experiences.bring_along(session, setup_of(door), service_id, parcels))


def learn(door: Door, service_id: str) -> int:
    return learning_now(door.database, door.clock(), setup_of(door), service_id)


def facts_of(door: Door, service_id: str) -> dict[str, Any]:
    own = (experiences_table.c.merchant_id == MERCHANT_ID, experiences_table.c.service_id == service_id)
    with door.database.reading() as session:
        found: dict[str, Any] = session.execute(select(experiences_table.c.facts).where(*own)).scalar_one()
    return found


def estimate(door: Door) -> dict[str, Any]:
    found: dict[str, Any] = door.offer()["estimate"]
    return found


def test_what_a_shop_brings_along_moves_the_date_and_says_why(door: Door) -> None:
    before = estimate(door)
    assert before["confidence"] is None
    service_id = learning(door)
    assert bring(door, service_id, history(400, slower_by=2)) == 400
    learn(door, service_id)
    after = estimate(door)
    assert after["confidence"] == 0.9
    assert str(after["latest_day"]) > str(before["latest_day"])
    step = after["steps"][-1]
    assert step["rule"] == "experience"
    assert "of the last 200 parcels to your region took longer than" in step["text"]
    promised = door.offer()["options"][0]
    assert promised["latest_delivery_time"][:10] == after["latest_day"]


def test_switched_off_the_shops_own_days_count_and_pinned_stays_as_it_is(plain_door: Door) -> None:
    door = plain_door
    own = estimate(door)["latest_day"]
    service_id = learning(door)
    bring(door, service_id, history(400, slower_by=2))
    learn(door, service_id)
    learnt = estimate(door)["latest_day"]
    learning(door, "pinned")
    assert estimate(door)["latest_day"] == learnt
    assert due(door) == []
    learning(door, "off")
    assert estimate(door)["latest_day"] == own
    assert due(door) == []


def due(door: Door) -> list[str]:
    with door.database.reading() as session:
        return [one.service_id for one in experiences.due(session, door.clock())]


def test_the_widest_range_is_no_wider(plain_door: Door) -> None:
    service_id = learning(plain_door)
    bring(plain_door, service_id, history(400, slower_by=2))
    learn(plain_door, service_id)
    wide = estimate(plain_door)
    learning(plain_door, widest_days=0)
    narrow = estimate(plain_door)
    assert wide["earliest_day"] < wide["latest_day"]
    assert narrow["earliest_day"] == narrow["latest_day"] == wide["latest_day"]


def test_more_confidence_shows_no_earlier_day(plain_door: Door) -> None:
    service_id = learning(plain_door)
    bring(plain_door, service_id, history(400, slower_by=2))
    learn(plain_door, service_id)
    days = []
    for confidence in (50, 80, 95, 99):
        learning(plain_door, confidence=confidence)
        days.append(str(estimate(plain_door)["latest_day"]))
    assert days == sorted(days)
    assert days[0] < days[-1]


def test_delivered_orders_are_learnt_from_and_each_once(door: Door) -> None:
    service_id = learning(door)
    for number in range(3):
        order_and_deliver(door, f"20{number}", days=6)
    door.clock.forward(days=10)
    assert learn(door, service_id) > 0
    assert facts_of(door, service_id)["version"] == VERSION
    known = parcels_known(door, service_id)
    assert known == 3
    assert learn(door, service_id) == 0
    assert parcels_known(door, service_id) == 3


def order_and_deliver(door: Door, number: str, days: int) -> None:
    choice = door.take("shipping", checkout=f"checkout-{number}")["choice"]
    booking = door.order(choice, number).get_json()["booking"]
    for kind, after in (("dispatched", 1), ("delivered", days)):
        at = (door.clock() + timedelta(days=after)).isoformat()
        door.clock.forward(days=after)
        response = door.server("POST", f"/bookings/{booking}/events", json={"type": kind, "at": at})
        assert response.status_code == 200, response.text
        door.clock.forward(days=-after)


def parcels_known(door: Door, service_id: str) -> int:
    times = facts_of(door, service_id)["last_times"]
    return sum(len(region) for region in times.values())


def test_learning_in_steps_is_learning_at_once(plain_door: Door) -> None:
    door = plain_door
    service_id = learning(door)
    bring(door, service_id, history(60))
    learn(door, service_id)
    for number in range(4):
        order_and_deliver(door, f"30{number}", days=3 + number)
        door.clock.forward(days=2)
        learn(door, service_id)
    door.clock.forward(days=20)
    learn(door, service_id)
    in_steps = facts_of(door, service_id)
    door.database.write(lambda session: experiences.forget(session, MERCHANT_ID, service_id))
    learn(door, service_id)
    assert facts_of(door, service_id) == in_steps


def test_a_cancelled_order_is_no_longer_waited_for(plain_door: Door) -> None:
    door = plain_door
    service_id = learning(door)
    choice = door.take("shipping")["choice"]
    booking = door.order(choice, "400").get_json()["booking"]
    door.clock.forward(hours=1)
    learn(door, service_id)
    assert facts_of(door, service_id)["under_way"]
    assert door.server("POST", f"/bookings/{booking}/cancel").status_code == 200
    door.clock.forward(hours=1)
    learn(door, service_id)
    assert facts_of(door, service_id)["under_way"] == {}


def test_what_another_version_learnt_is_learnt_anew(plain_door: Door) -> None:
    service_id = learning(plain_door)
    bring(plain_door, service_id, history(60))
    learn(plain_door, service_id)
    facts = facts_of(plain_door, service_id)
    old = facts | {"version": VERSION - 1}
    plain_door.database.write(
        lambda session: session.execute(
            update(experiences_table).where(experiences_table.c.merchant_id == MERCHANT_ID).values(facts=old)
        )
    )
    touch(plain_door)
    assert estimate(plain_door)["confidence"] is None
    learn(plain_door, service_id)
    assert facts_of(plain_door, service_id) == facts


def test_it_hides_other_merchants(door: Door) -> None:
    service_id = learning(door)
    bring(door, service_id, history(60))
    learn(door, service_id)
    other = another_merchant(door)
    with door.database.reading() as session:
        theirs = Memory(door.service.signer).setup_of(session, door.clock(), other.secret, "secret")
    assert theirs.learnt == {}


def test_the_worker_learns_what_is_due(door: Door) -> None:
    service_id = learning(door)
    assert service_id in due(door)
    learner(door).learn_due()
    assert due(door) == []
    door.clock.forward(hours=7)
    assert service_id in due(door)


def learner(door: Door) -> Learner:
    return Learner(Tools(door.database, door.clock, door.service.signer, Config()))


def test_of_two_who_learn_at_once_one_is_kept(door: Door) -> None:
    service_id = learning(door)
    bring(door, service_id, history(30))
    with door.database.reading() as session:
        first, second = (experiences.lesson(session, door.clock(), setup_of(door), service_id) for _ in range(2))
    for lesson in (first, second):
        lesson.study()
    assert door.database.write(lambda session: experiences.keep(session, door.clock(), first))
    before = facts_of(door, service_id)
    assert not door.database.write(lambda session: experiences.keep(session, door.clock(), second))
    assert facts_of(door, service_id) == before
    assert learn(door, service_id) == 0


def test_what_is_brought_along_meanwhile_is_not_lost(plain_door: Door) -> None:
    service_id = learning(plain_door)
    bring(plain_door, service_id, history(30))
    learn(plain_door, service_id)
    with plain_door.database.reading() as session:
        lesson = experiences.lesson(session, plain_door.clock(), setup_of(plain_door), service_id)
    bring(plain_door, service_id, history(60))
    assert not plain_door.database.write(lambda session: experiences.keep(session, plain_door.clock(), lesson))
    assert learn(plain_door, service_id) > 100
