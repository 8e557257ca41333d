"""What a shopper would see at any moment, and why the rest is not there."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, insert, update

from delivery.memory import Memory
from delivery.offers import make_offer
from delivery.options import Offer, SlotOption
from delivery.problems import InvalidToken
from delivery.questions import Question, open_question
from delivery.rehearsal import Rehearsal, rehearse
from delivery.rehearsing.reasons import OF_CENTRES, OF_DAYS, OF_SERVICES, OF_SLOTS
from delivery.rules.parcels import Basket, Line
from delivery.rules.places import Destination
from delivery.rules.wallclock import local_day
from delivery.setups import load_setup
from delivery.signing import Signer
from delivery.store.engine import Database
from delivery.store.tables import centres, counters, origins, services, slot_patterns
from delivery.texts.rehearsal import DAYS, SENTENCES
from plugin.commands.demo_merchant.seed import MERCHANT_ID, seed

SIGNER = Signer(["a key for tests of rehearsals"])
SEEDED = datetime(2026, 11, 1, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
AMSTERDAM = Destination("NL", "1016 GV")
WIRE = Line("WIRE", 1, 300)
LAMP = Line("LAMP-FLOOR", 1, 4000)


@pytest.fixture
def demo(sqlite_database: Database) -> Database:
    sqlite_database.write(lambda session: seed(session, SEEDED, ()))
    return sqlite_database


def asked(there: Destination = AMSTERDAM, *lines: Line) -> Question:
    return Question(MERCHANT_ID, there, Basket(lines or (WIRE,), "EUR"), "en-GB")


def seen(database: Database, at: datetime = TUESDAY, question: Question | None = None) -> Rehearsal:
    with database.reading() as session:
        setup = load_setup(session, MERCHANT_ID)
        return rehearse(session, at, Memory(SIGNER), setup, question or asked())


def without_ids(offer: Offer) -> str:
    """All that it says: places are compared by identity, so two offers never are the same."""
    options: Any = [replace(option, id="") for option in offer.options]
    preselected = None if offer.preselected is None else "one"
    return repr(replace(offer, id="", options=tuple(options), preselected=preselected))


def sell_out(database: Database, pattern_id: str, day: date) -> None:
    row = {"merchant_id": MERCHANT_ID, "kind": "slot", "ref": pattern_id, "day": day, "held": 0, "booked": 12}
    database.write(lambda session: session.execute(insert(counters).values(row)))


def change(database: Database, table: Any, row_id: str, **values: Any) -> None:
    chosen = (table.c.merchant_id == MERCHANT_ID) & (table.c.id == row_id)
    database.write(lambda session: session.execute(update(table).where(chosen).values(values)))


def reason_of(rehearsal: Rehearsal, pattern_id: str, day: str) -> str | None:
    found = [slot.reason for slot in rehearsal.slots if (slot.pattern_id, slot.day.isoformat()) == (pattern_id, day)]
    assert len(found) <= 1
    return found[0] if found else None


def warnings(rehearsal: Rehearsal) -> dict[str, tuple[str, ...]]:
    return {f"{day.day:%a %m-%d}": day.warning for day in rehearsal.strip if day.warning}


moments = st.integers(0, 366 * 24 * 60).map(lambda minutes: SEEDED + timedelta(minutes=minutes))
places = st.sampled_from(
    [AMSTERDAM, Destination("NL", "3511 AB"), Destination("NL"), Destination("BE", "1000"), Destination("FR", "75001")]
)
baskets = st.sampled_from([(WIRE,), (LAMP,), (Line("LAMP-DESK", 9),), (Line("WIRE", 1, handling_days=4),)])


def test_each_window_of_the_horizon_is_on_offer_or_has_one_reason(demo: Database) -> None:
    for ahead in range(0, 366, 3):
        sell_out(demo, f"amsterdam-{1 + ahead % 6}-12", SEEDED.date() + timedelta(days=ahead))

    @settings(suppress_health_check=list(HealthCheck), deadline=None)
    @given(moments, places, baskets)
    def held(at: datetime, there: Destination, lines: tuple[Line, ...]) -> None:
        question = asked(there, *lines)
        found = seen(demo, at, question)
        setup = found.setup
        with demo.reading() as session:
            offer = make_offer(session, at, Memory(SIGNER), SIGNER, load_setup(session, MERCHANT_ID), question)
        assert without_ids(found.offer) == without_ids(offer)
        outside = {zone.zone_id for zone in found.zones}
        told = Counter((slot.pattern_id, slot.day) for slot in found.slots)
        told.update((o.pattern_id, o.day) for o in found.offer.options if isinstance(o, SlotOption))
        today = local_day(at, setup.time_zone)
        expected = {
            (pattern.id, day)
            for pattern in setup.patterns.values()
            if pattern.zone.id not in outside
            for day in (today + timedelta(days=ahead) for ahead in range(setup.horizon_days))
            if day.isoweekday() == pattern.weekday
        }
        assert told == dict.fromkeys(expected, 1)
        for day in found.strip[: setup.horizon_days]:
            counted = day.free + day.full + day.closed + day.gone
            assert counted == sum(1 for _, on in expected if on == day.day)

    held()


def test_each_reason_has_a_sentence_and_each_sentence_a_reason() -> None:
    assert set(SENTENCES) == {*OF_SLOTS, *OF_SERVICES, *OF_CENTRES, "zone"}
    assert set(DAYS) == set(OF_DAYS)


def test_nothing_that_was_rehearsed_can_be_bought(demo: Database) -> None:
    with pytest.raises(InvalidToken):
        open_question(SIGNER, seen(demo).offer.id, TUESDAY)


def test_rehearsing_leaves_the_memory_of_the_shop_alone(demo: Database) -> None:
    with demo.reading() as session:
        setup = load_setup(session, MERCHANT_ID)
        rehearse(session, TUESDAY + timedelta(days=100), Memory(SIGNER), setup, asked())
    assert not setup.made


def windows() -> Iterator[tuple[str, str, str | None]]:
    # The shop in Haarlemmerdijk packs until 15:00; it is Tuesday 10:00.
    yield "amsterdam-2-08", "2026-11-24", "past_cut_off"
    yield "amsterdam-2-14", "2026-11-24", None
    yield "amsterdam-3-12", "2026-11-25", "full"
    yield "amsterdam-3-14", "2026-11-25", "closed"
    yield "amsterdam-3-16", "2026-11-25", None


@pytest.mark.parametrize(("pattern_id", "day", "reason"), list(windows()))
def test_a_window_that_is_not_there_says_why(demo: Database, pattern_id: str, day: str, reason: str | None) -> None:
    sell_out(demo, "amsterdam-3-12", date(2026, 11, 25))
    change(demo, slot_patterns, "amsterdam-3-14", exceptions={"2026-11-25": {"capacity": 0, "fee": None}})
    assert reason_of(seen(demo), pattern_id, day) == reason


def test_what_is_not_packed_by_then_says_when_it_is(demo: Database) -> None:
    found = seen(demo, question=asked(AMSTERDAM, Line("WIRE", 1, handling_days=2)))
    slot = next(slot for slot in found.slots if slot.pattern_id == "amsterdam-3-12")
    assert (slot.reason, slot.facts["ready_day"]) == ("not_ready", date(2026, 11, 26))


def test_windows_of_a_place_without_the_goods_say_so(demo: Database) -> None:
    found = seen(demo, question=asked(AMSTERDAM, LAMP))
    assert {slot.reason for slot in found.slots} == {"no_stock"}
    assert found.slots[0].facts["origin"] == "Winkel Haarlemmerdijk"


def test_windows_of_a_place_that_never_works_say_so(demo: Database) -> None:
    change(demo, origins, "haarlemmerdijk", weekdays=[])
    assert {slot.reason for slot in seen(demo).slots} == {"no_work_day"}


def test_a_window_that_the_clock_change_swallows_says_so(demo: Database) -> None:
    change(demo, slot_patterns, "amsterdam-6-08", weekday=7, start_time=time(2), end_time=time(3))
    found = seen(demo, datetime(2027, 3, 26, 9, 0, tzinfo=UTC))
    assert reason_of(found, "amsterdam-6-08", "2027-03-28") == "clock_change"
    assert reason_of(found, "amsterdam-6-08", "2027-04-04") is None


def test_a_zone_that_does_not_reach_the_address_is_said_once(demo: Database) -> None:
    found = seen(demo)
    assert [(zone.zone_id, zone.windows) for zone in found.zones] == [("utrecht", 36)]
    assert {slot.zone_id for slot in found.slots} == {"amsterdam"}


@pytest.mark.parametrize(
    ("there", "lines", "reasons"),
    [
        (AMSTERDAM, (WIRE,), {}),
        (Destination("BE", "1000"), (WIRE,), {"evening": "does_not_go_there"}),
        (AMSTERDAM, (Line("LAMP-FLOOR", 50),), {"standard": "no_stock", "evening": "no_stock"}),
    ],
)
def test_a_service_that_is_not_there_says_why(
    demo: Database, there: Destination, lines: tuple[Line, ...], reasons: dict[str, str]
) -> None:
    found = seen(demo, question=asked(there, *lines))
    assert {service.service_id: service.reason for service in found.services} == reasons


def test_a_service_that_never_collects_says_so(demo: Database) -> None:
    never = {"weekdays": [], "holidays": None, "closed_days": [], "open_days": []}
    change(demo, services, "evening", collects=never)
    found = seen(demo)
    assert [(service.service_id, service.reason) for service in found.services] == [("evening", "no_work_day")]


@pytest.mark.parametrize(
    ("row_id", "values", "reason"),
    [
        ("boekhandel-ceintuur", {"opening_hours": "whenever we like"}, "hours_unreadable"),
        ("boekhandel-ceintuur", {"exceptions": {"2026-11-26": "whenever"}}, "hours_unreadable"),
        ("boekhandel-ceintuur", {"opening_hours": "off"}, "never_opens"),
        ("boekhandel-ceintuur", {"service_id": None}, "not_supplied"),
        ("boekhandel-ceintuur", {"country": "FR"}, "does_not_go_there"),
        ("boekhandel-ceintuur", {"opening_hours": "2026 Nov 24 09:00-12:00"}, "not_open_in_time"),
        ("winkel-haarlemmerdijk", {"unknown_stock": "transfer"}, "not_counted"),
        ("winkel-haarlemmerdijk", {"preparation_minutes": 60 * 24 * 45}, "not_open_in_time"),
    ],
)
def test_a_centre_that_is_not_there_says_why(demo: Database, row_id: str, values: dict[str, Any], reason: str) -> None:
    change(demo, centres, row_id, **values)
    found = {centre.centre_id: centre for centre in seen(demo).centres}
    assert {row_id: reason} == {centre_id: centre.reason for centre_id, centre in found.items()}
    assert found[row_id].distance_m is not None


def test_a_centre_with_a_stock_of_its_own_says_what_it_lacks(demo: Database) -> None:
    found = seen(demo, question=asked(AMSTERDAM, LAMP))
    assert [(centre.centre_id, centre.reason) for centre in found.centres] == [("winkel-haarlemmerdijk", "no_stock")]


def test_a_centre_that_is_there_says_what_waits_and_what_it_lacks(demo: Database) -> None:
    shop = {"minutes_per_order": 15, "people": 2, "service_id": "standard"}
    change(demo, centres, "winkel-haarlemmerdijk", **shop)
    waits = {"kind": "work", "ref": "winkel-haarlemmerdijk", "day": date(9999, 12, 31), "held": 0, "booked": 3}
    demo.write(lambda session: session.execute(insert(counters).values({"merchant_id": MERCHANT_ID} | waits)))
    told = {one.option.location.id: one for one in seen(demo).ready}["winkel-haarlemmerdijk"]
    assert {step.rule: step.facts for step in told.steps}["waiting_work"] == {"orders": 3, "minutes": 23}
    found = seen(demo, question=asked(AMSTERDAM, LAMP))
    assert found.centres == ()
    brought = {one.option.location.id: one for one in found.ready}["winkel-haarlemmerdijk"]
    assert brought.steps[0].rule == "stock"
    assert brought.option.ready_by > told.option.ready_by


def test_the_steps_of_each_date_are_told(demo: Database) -> None:
    found = seen(demo)
    assert [explained.option.service_id for explained in found.dates] == ["standard", "evening"]
    assert found.dates[0].steps[0].rule == "cut_off"
    abroad = seen(demo, question=asked(Destination("FR", "75001")))
    assert [(explained.option.earliest_day, explained.steps) for explained in abroad.dates] == [(None, ())]


def test_it_writes_nothing_and_asks_little(demo: Database, statements: list[str]) -> None:
    with demo.reading() as session:
        setup = load_setup(session, MERCHANT_ID)
        statements.clear()
        rehearse(session, TUESDAY, Memory(SIGNER), setup, asked())
    assert len(statements) <= 3
    assert all(statement.startswith("SELECT") for statement in statements)


@pytest.fixture
def statements(demo: Database) -> list[str]:
    said: list[str] = []
    event.listen(demo.engine, "before_cursor_execute", lambda *facts: said.append(facts[2]))
    return said


def test_every_reason_is_explained() -> None:
    page = (Path(__file__).parents[2] / "docs" / "settings.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", page.split("| reason |")[1], re.MULTILINE)) == set(SENTENCES)
