"""What is remembered between two cut-offs is what would be worked out anew."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from delivery.asked import Asked
from delivery.questions import Question
from delivery.rules.estimate import best_estimate, prepare
from delivery.rules.parcels import Basket, Line
from delivery.rules.places import Destination
from delivery.setups import Setup, load_setup
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.doors import Door


@pytest.fixture
def setup(plain_door: Door) -> Setup:
    with plain_door.database.reading() as session:
        return load_setup(session, MERCHANT_ID)


def asked_at(setup: Setup, now: datetime, handling_days: int) -> Asked:
    basket = Basket((Line("A", 1, handling_days=handling_days),), "EUR")
    question = Question(MERCHANT_ID, Destination("NL", "1016 GV"), basket, "en")
    return Asked(now, setup, question, None, {}, {}, None)


@pytest.mark.parametrize("start", ["2026-11-20", "2026-12-23", "2027-03-26", "2026-10-23"])
@pytest.mark.parametrize("handling_days", [0, 2])
def test_a_remembered_estimate_is_the_one_made_anew(setup: Setup, start: str, handling_days: int) -> None:
    now = datetime.fromisoformat(start).replace(tzinfo=UTC)
    for _ in range(4 * 24 * 60 // 13):
        asked = asked_at(setup, now, handling_days)
        for priced in setup.services.values():
            anew = best_estimate(now, asked.origins, priced.service, asked.destination, asked.question.basket)
            assert asked.estimate(priced, asked.destination) == anew
        for origin in setup.origins.values():
            assert asked.preparation(origin.id) == prepare(now, origin, handling_days)
        now += timedelta(minutes=13)


def test_what_somebody_counts_is_not_remembered(setup: Setup) -> None:
    now = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    counted = replace(asked_at(setup, now, 0), stock={"houten": {"A": 0}, "haarlemmerdijk": {"A": 1}})
    (standard, *_) = setup.services.values()
    estimate = counted.estimate(standard, counted.destination)
    assert estimate is not None
    assert estimate.origin_ids == ("haarlemmerdijk",)
    plenty = asked_at(setup, now, 0)
    anew = best_estimate(now, plenty.origins, standard.service, plenty.destination, plenty.question.basket)
    assert plenty.estimate(standard, plenty.destination) == anew
