"""The page that says what was learnt of a service's dates."""

from sqlalchemy import update

from delivery import experiences
from delivery.accounts import Role
from delivery.memory import Memory
from delivery.store.tables import services
from plugin.learning import learn
from tests.delivery.test_experiences import history
from tests.plugin.desk import Desk, another_desk


def teach(desk: Desk, mode: str = "on") -> None:
    """Bring deliveries along for the first service, and learn."""
    door = desk.door
    facts = {"mode": mode, "confidence": 90, "widest_days": None}
    with door.database.reading() as session:
        setup = Memory(door.service.signer).setup_of_merchant(session, desk.account.merchant_id)
    service_id = next(iter(setup.services))
    own = (services.c.merchant_id == setup.merchant_id, services.c.id == service_id)
    door.database.write(lambda session: session.execute(update(services).where(*own).values(learning=facts)))
    door.database.write(lambda session: experiences.bring_along(session, setup, service_id, history(200, slower_by=2)))
    learn(door.database, door.clock(), setup, service_id)


def test_it_says_what_was_learnt_and_what_another_confidence_would_show(desk: Desk) -> None:
    assert "Nothing was learnt yet." in desk.get("/plugin/learnt").text
    teach(desk)
    said = desk.get("/plugin/learnt").text
    assert "Learning on: shoppers see these dates, and 90% of promises are to be kept." in said
    assert said.count("<circle") == 6
    assert "By region" in said
    assert "NL1" in said
    assert ">+" in said
    assert "Pinned" not in said


def test_it_says_when_it_is_pinned_or_switched_off(plain_desk: Desk) -> None:
    for mode, words in (("pinned", "Pinned: dates stay"), ("off", "Switched off: shoppers see")):
        teach(plain_desk, mode)
        assert words in plain_desk.get("/plugin/learnt").text


def test_it_hides_other_merchants(plain_desk: Desk) -> None:
    teach(plain_desk)
    assert "Nothing was learnt yet." in another_desk(plain_desk).get("/plugin/learnt").text


def test_the_counter_does_not_see_it(plain_desk: Desk) -> None:
    assert plain_desk.as_role(Role.COUNTER).get("/plugin/learnt").status_code == 403
