"""What an offer says: its reasons, places, titles and notes."""

import inspect
import re
from datetime import UTC, date, datetime

import pytest

from delivery import problems
from delivery.rules import estimate as estimates
from delivery.rules import pickup, preparation
from delivery.rules.estimate import Estimate, Step
from delivery.texts import offers
from delivery.texts.catalogues import languages

ZONE = "Europe/Amsterdam"
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
EXAMPLES = {
    "stock": {"origin": "Utrecht"},
    "cut_off": {"cut_off": "17:00", "time_zone": ZONE, "met": 1},
    "closed": {"reason": "holiday"},
    "backlog": {"days": 2},
    "handling": {"days": 1},
    "collection": {},
    "transit": {"least": 1, "most": 2},
    "delivery_day": {"earliest": "2026-11-24", "latest": "2026-11-25"},
    "parcels": {"count": 2},
    "waiting_work": {"orders": 3, "minutes": 24},
    "experience": {"confidence": 90, "days": 5, "longer": 4, "of": 200},
}


def estimate(*steps: Step) -> Estimate:
    before = datetime(2026, 11, 23, 16, tzinfo=UTC)
    return Estimate(TUESDAY, TUESDAY, before, MONDAY, ("o1",), "s1", steps)


def test_every_rule_that_makes_a_step_has_a_sentence() -> None:
    rules = "".join(inspect.getsource(rules) for rules in (estimates, preparation, pickup))
    made = set(re.findall(r'Step\(\s*"(\w+)"', rules))
    assert "waiting_work" in made
    assert made - set(offers.SENTENCES) == set()


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("rule", sorted(offers.SENTENCES))
def test_every_rule_has_a_sentence_in_every_language(rule: str, language: str) -> None:
    said = offers.step_sentence(Step(rule, TUESDAY, EXAMPLES[rule]), language)
    assert said
    assert "{" not in said


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (Step("cut_off", MONDAY, EXAMPLES["cut_off"]), "Ordered before 17:00, packed today"),
        (Step("cut_off", TUESDAY, {**EXAMPLES["cut_off"], "met": 0}), "Ordered after 17:00, packed tomorrow"),
        (Step("stock", MONDAY, {"origin": "Utrecht"}), "Utrecht does not have everything in stock"),
        (Step("closed", TUESDAY, {"reason": "holiday"}), "Public holiday tomorrow"),
        (Step("closed", date(2026, 11, 28), {"reason": "weekday"}), "No work on Saturday 28 November"),
        (Step("closed", TUESDAY, {"reason": "closed_day"}), "Closed tomorrow"),
        (Step("closed", TUESDAY), "Closed tomorrow"),
        (Step("handling", MONDAY, {"days": 0}), "Packed today"),
        (Step("collection", MONDAY, {"parcel": 2}), "Parcel 2: The carrier collects it today"),
        (Step("backlog", TUESDAY, {"days": 1}), "It is busy: 1 extra working day"),
        (Step("handling", TUESDAY, {"days": 2}), "2 working days to get it ready: packed tomorrow"),
        (Step("transit", TUESDAY, {"least": 1, "most": 1}), "1 day on the way"),
        (Step("transit", TUESDAY, {"least": 1, "most": 3}), "1 to 3 days on the way"),
        (
            Step("experience", TUESDAY, EXAMPLES["experience"]),
            "4 of the last 200 parcels to your region took longer than 5 working days",
        ),
        (Step("delivery_day", date(2026, 11, 26)), "Delivered on Thursday 26 November"),
        (Step("parcels", TUESDAY, {"count": 2}), "It comes in 2 parcels; the last one counts"),
        (Step("moon_phase", TUESDAY), ""),
    ],
)
def test_a_step_is_said_plainly(step: Step, said: str) -> None:
    assert offers.step_sentence(step, "en-GB", today=MONDAY) == said


def test_nothing_is_packed_before_the_handling_is_done() -> None:
    cut_off = Step("cut_off", MONDAY, EXAMPLES["cut_off"])
    handled = (cut_off, Step("handling", TUESDAY, {"days": 1}))
    assert offers.reasons(handled, "en-GB", MONDAY) == (
        "Ordered before 17:00, work starts today",
        "1 working day to get it ready: packed tomorrow",
    )


def test_what_was_just_said_is_not_said_again() -> None:
    steps = (Step("cut_off", MONDAY, EXAMPLES["cut_off"]), Step("handling", MONDAY, {"days": 0}))
    assert offers.reasons(steps, "nl", MONDAY) == ("Besteld vóór 17:00, ingepakt vandaag",)
    assert offers.step_sentences(steps, "en-GB", MONDAY) == ("Ordered before 17:00, packed today", "Packed today")


def test_each_parcel_is_judged_by_its_own_steps() -> None:
    cut_off = {**EXAMPLES["cut_off"], "parcel": 1}
    other = Step("handling", TUESDAY, {"days": 1, "parcel": 2})
    said = offers.step_sentences((Step("cut_off", MONDAY, cut_off), other), "en-GB", MONDAY)
    assert said[0] == "Parcel 1: Ordered before 17:00, packed today"


def test_a_rule_without_words_is_left_out() -> None:
    assert offers.reasons((Step("moon_phase", TUESDAY),), "en") == ()


def test_the_estimate_fits_on_one_line() -> None:
    said = offers.estimate_text(estimate(), ZONE, "en-GB", today=MONDAY)
    assert said == "Order before 17:00 today: arrives Tuesday 24 November"
    later = offers.estimate_text(estimate(), ZONE, "nl")
    assert later == "Bestel vóór maandag 23 november, 17:00: in huis dinsdag 24 november"


def test_the_order_time_is_said_in_the_origins_zone() -> None:
    step = Step("cut_off", MONDAY, {**EXAMPLES["cut_off"], "time_zone": "Europe/London"})
    assert offers.order_zone(estimate(step), ZONE) == "Europe/London"
    assert offers.order_zone(estimate(), ZONE) == ZONE


def test_titles() -> None:
    start, end = datetime(2026, 11, 24, 17, tzinfo=UTC), datetime(2026, 11, 24, 19, tzinfo=UTC)
    assert offers.slot_title(TUESDAY, start, end, ZONE, "nl") == "dinsdag 24 november, 18:00–20:00"
    assert offers.pickup_title("De Bladzijde", "nl") == "Ophalen bij De Bladzijde"
    assert offers.shipping_title("PostNL", "nl") == "PostNL"
    assert offers.shipping_title("", "nl") == "Standaardbezorging"


def test_ready_and_kept() -> None:
    at = datetime(2026, 11, 24, 14, tzinfo=UTC)
    assert offers.ready_by(at, ZONE, "nl") == "Klaar dinsdag 24 november, 15:00"
    assert offers.kept_until(at, ZONE, "nl") == "Ligt klaar tot di 24 nov, 15:00"


@pytest.mark.parametrize("language", languages())
def test_every_note_is_a_sentence(language: str) -> None:
    for code in offers.problem_codes():
        note = offers.problem_note(code, language)
        assert note is not None
        assert note.endswith(".")


def test_refusals_of_a_hold_have_a_note() -> None:
    refusals = (problems.SlotFull, problems.OptionGone, problems.OfferExpired, problems.HoldExpired)
    assert {refusal.code for refusal in refusals} <= set(offers.problem_codes())


def test_a_code_for_developers_says_nothing_to_shoppers() -> None:
    assert offers.problem_note("idempotency_key_reused", "en") is None
