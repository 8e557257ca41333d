"""Progress: a booking's state is what its events say, sorted by their moment, in whatever order they come in."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from delivery import bookings, payments, progress
from delivery.booking_states import MAY_FOLLOW, STATE_AFTER, STATES, STEPS
from delivery.bookings import Booking
from delivery.problems import BookingNotFound, ImpossibleStep
from delivery.progress import Event
from delivery.store.engine import Database
from delivery.store.tables import bookings as bookings_table
from tests.databases import BOOKS, LAMPS, add_two_merchants
from tests.selling import LINKS, NOW, confirm, order, slot

MUCH_LATER = NOW + timedelta(days=3)
AT_HOME = tuple(step for step in STEPS if step not in {"ready_for_pickup", "collected"})
AT_A_CENTRE = tuple(step for step in STEPS if step not in {"out_for_delivery", "delivery_failed", "delivered"})


def after(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


def booked(database: Database, number: str = "1001", kind: str = "local_delivery") -> str:
    booking = database.write(lambda s: order(s, number, slot(capacity=1000)))
    if kind != "local_delivery":
        with database.engine.begin() as session:
            session.execute(
                update(bookings_table)
                .where(bookings_table.c.merchant_id == LAMPS, bookings_table.c.id == booking.id)
                .values(type=kind, service_id="standard")
            )
    return booking.id


def report(
    database: Database, booking_id: str, event: Event, now: datetime = MUCH_LATER, merchant_id: str = LAMPS
) -> Booking:
    return database.write(
        lambda s: progress.report(s, now, merchant_id=merchant_id, booking_id=booking_id, event=event)
    )


def read(database: Database, booking_id: str) -> tuple[Booking, list[str]]:
    with database.reading() as session:
        booking = bookings.get(session, merchant_id=LAMPS, booking_id=booking_id)
        return booking, [event.type for event in progress.events_of(session, LAMPS, booking_id)]


def refused(database: Database, booking_id: str, event: Event, now: datetime = MUCH_LATER) -> str:
    before = read(database, booking_id)
    with pytest.raises(ImpossibleStep) as problem:
        report(database, booking_id, event, now)
    assert read(database, booking_id) == before
    assert problem.value.detail
    return problem.value.reason


both = pytest.mark.usefixtures("merchants")


@both
def test_each_step_leads_to_its_state(database: Database) -> None:
    booking_id = booked(database)
    for hours, (step, state) in enumerate(
        [
            ("packed", "packed"),
            ("dispatched", "dispatched"),
            ("in_transit", "dispatched"),
            ("out_for_delivery", "out_for_delivery"),
            ("delivery_failed", "delivery_failed"),
            ("out_for_delivery", "out_for_delivery"),
            ("delivered", "delivered"),
            ("returned", "returned"),
        ]
    ):
        booking = report(database, booking_id, Event(step, after(hours)))
        assert (booking.state, booking.version) == (state, hours + 2)


@both
def test_a_pick_up_becomes_ready_and_is_collected(database: Database) -> None:
    booking_id = booked(database, kind="pickup")
    assert report(database, booking_id, Event("ready_for_pickup", after(1))).state == "ready_for_pickup"
    assert report(database, booking_id, Event("collected", after(2))).state == "collected"


@both
def test_the_facts_are_kept_as_they_were_told(database: Database) -> None:
    booking_id = booked(database)
    facts: dict[str, Any] = {
        "carrier": "PostNL",
        "tracking_url": "https://track.example/3S",
        "status": "Zending gesorteerd",
        "detail": {"depot": "Houten", "belt": 3},
    }
    event = Event("in_transit", after(1), "scan-1", facts)
    report(database, booking_id, event)
    with database.reading() as session:
        assert progress.events_of(session, LAMPS, booking_id) == (event,)


@both
@pytest.mark.parametrize("name", ["scan-1", None])
def test_the_same_event_again_does_nothing(database: Database, name: str | None) -> None:
    booking_id = booked(database)
    first = report(database, booking_id, Event("dispatched", after(1), name))
    elsewhere = after(1).astimezone(timezone(timedelta(hours=-5)))
    again = report(database, booking_id, Event("dispatched", elsewhere, name), MUCH_LATER + timedelta(hours=1))
    assert again == first
    assert read(database, booking_id) == (first, ["dispatched"])


@both
def test_the_same_event_again_does_nothing_even_after_the_booking_was_cancelled(database: Database) -> None:
    booking_id = booked(database)
    report(database, booking_id, Event("packed", after(1)))
    cancelled = database.write(lambda s: bookings.cancel(s, NOW, merchant_id=LAMPS, booking_id=booking_id, links=LINKS))
    assert report(database, booking_id, Event("packed", after(1))) == cancelled


@both
def test_two_bookings_may_have_events_of_one_id(database: Database) -> None:
    for number in ("1001", "1002"):
        assert report(database, booked(database, number), Event("packed", after(1), "1")).state == "packed"


@both
def test_a_late_report_of_something_older_changes_the_record_and_not_the_state(database: Database) -> None:
    booking_id = booked(database)
    report(database, booking_id, Event("delivered", after(9)))
    booking = report(database, booking_id, Event("out_for_delivery", after(5)))
    assert (booking.state, booking.version) == ("delivered", 3)
    report(database, booking_id, Event("dispatched", after(1)))
    assert read(database, booking_id)[1] == ["dispatched", "out_for_delivery", "delivered"]


@both
def test_steps_of_one_moment_are_sorted_as_they_happen(database: Database) -> None:
    booking_id = booked(database)
    for step in ("delivered", "packed", "dispatched"):
        report(database, booking_id, Event(step, after(1)))
    assert read(database, booking_id)[1] == ["packed", "dispatched", "delivered"]


@both
@pytest.mark.parametrize(
    ("kind", "earlier", "step", "reason"),
    [
        ("local_delivery", (), "collected", "for_an_address"),
        ("shipping", (), "ready_for_pickup", "for_an_address"),
        ("pickup", (), "out_for_delivery", "for_a_centre"),
        ("pickup", (), "delivered", "for_a_centre"),
        ("pickup", (), "delivery_failed", "for_a_centre"),
        ("local_delivery", ("delivered",), "out_for_delivery", "after"),
        ("local_delivery", ("delivered",), "in_transit", "after"),
        ("local_delivery", ("dispatched",), "packed", "after"),
        ("local_delivery", ("returned",), "delivered", "after"),
        ("pickup", ("collected",), "ready_for_pickup", "after"),
        ("pickup", ("ready_for_pickup",), "dispatched", "after"),
    ],
)
def test_an_impossible_step_is_refused_and_changes_nothing(
    database: Database, kind: str, earlier: tuple[str, ...], step: str, reason: str
) -> None:
    booking_id = booked(database, kind=kind)
    for hours, one in enumerate(earlier):
        report(database, booking_id, Event(one, after(hours)))
    assert refused(database, booking_id, Event(step, after(20))) == reason


@both
def test_a_late_report_that_makes_what_came_after_it_impossible_is_refused(database: Database) -> None:
    booking_id = booked(database)
    report(database, booking_id, Event("delivered", after(9)))
    with pytest.raises(ImpossibleStep) as problem:
        report(database, booking_id, Event("returned", after(5)))
    assert problem.value.detail == "“Delivered” cannot come after “Came back”."


@both
def test_nothing_happens_to_an_order_that_is_cancelled_unpaid_or_without_a_choice(database: Database) -> None:
    cancelled = booked(database)
    database.write(lambda s: bookings.cancel(s, NOW, merchant_id=LAMPS, booking_id=cancelled, links=LINKS))
    unpaid = database.write(lambda s: order(s, "1002", slot(), paid=False)).id
    chosen_later = database.write(lambda s: confirm(s, "1003", None)).booking.id
    event = Event("delivered", after(1))
    assert refused(database, cancelled, event) == "cancelled"
    assert refused(database, unpaid, event) == "awaiting_payment"
    assert refused(database, chosen_later, event) == "choice_open"
    database.write(lambda s: payments.paid(s, NOW, merchant_id=LAMPS, booking_id=unpaid, place=slot(), links=LINKS))
    assert report(database, unpaid, event).state == "delivered"


@both
def test_a_moment_before_the_order_or_far_ahead_is_refused(database: Database) -> None:
    booking_id = booked(database)
    assert refused(database, booking_id, Event("packed", NOW - timedelta(minutes=6))) == "before_the_order"
    assert refused(database, booking_id, Event("packed", after(24.1)), NOW) == "in_the_future"
    assert report(database, booking_id, Event("packed", NOW - timedelta(minutes=4)), NOW).state == "packed"
    assert report(database, booking_id, Event("dispatched", after(24)), NOW).state == "dispatched"


@both
def test_what_waited_for_the_merchants_own_hands_counts_as_passed_on(database: Database) -> None:
    from delivery.handovers import state_of

    booking_id = booked(database)
    report(database, booking_id, Event("packed", after(1)))
    with database.reading() as session:
        assert state_of(session, LAMPS, booking_id) == {"state": "passed_on", "tries": 0}


@pytest.mark.parametrize(
    "said",
    [
        {"type": "Teleported!"},
        {"type": "t" * 31},
        {"facts": {"detail": {"window": "noon"}}},
        {"facts": {"detail": {"window": {"start": "2026-11-24T10:00:00", "end": "2026-11-24T11:00:00"}}}},
        {"facts": {"detail": {"window": {"start": "2026-11-24T10:00:00+01:00", "end": "2026-11-24T11:00:00+01:00"}}}},
        {"at": datetime(2026, 11, 24)},  # noqa: DTZ001
        {"facts": {"tracking_url": "javascript:alert(1)"}},
        {"facts": {"tracking_url": "https://"}},
        {"facts": {"tracking_url": "https://[bad"}},
        {"facts": {"tracking_url": "https://a b.example/"}},
        {"facts": {"colour": "red"}},
    ],
)
def test_an_event_that_cannot_be_is_not_made(said: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Event(**{"type": "packed", "at": NOW} | said)


@both
def test_a_carriers_extra_step_is_kept_as_it_is_and_changes_no_state(database: Database) -> None:
    booking_id = booked(database)
    report(database, booking_id, Event("dispatched", after(1)))
    extra = Event("held_at_customs", after(2), "scan-9", {"status": "Beim Zoll", "detail": {"office": "Emmerich"}})
    booking = report(database, booking_id, extra)
    assert (booking.state, booking.version) == ("dispatched", 3)
    assert report(database, booking_id, extra) == booking
    assert report(database, booking_id, Event("delivered", after(5))).state == "delivered"
    assert report(database, booking_id, Event("signature_scanned", after(6))).state == "delivered"
    assert read(database, booking_id)[1] == ["dispatched", "held_at_customs", "delivered", "signature_scanned"]
    with database.reading() as session:
        assert extra in progress.events_of(session, LAMPS, booking_id)
    assert refused(database, booking_id, Event("held_at_customs", after(100))) == "in_the_future"


@both
def test_it_hides_other_merchants(database: Database) -> None:
    booking_id = booked(database)
    report(database, booking_id, Event("packed", after(1)))
    with pytest.raises(BookingNotFound):
        report(database, booking_id, Event("dispatched", after(2)), merchant_id=BOOKS)
    with database.reading() as session:
        assert progress.events_of(session, BOOKS, booking_id) == ()


def test_what_may_follow_a_step_may_also_follow_what_comes_before_it() -> None:
    """Else a report would be refused only because an earlier one is still on its way."""
    for step, earlier in MAY_FOLLOW.items():
        for before in earlier:
            leading_there = {one for one, state in STATE_AFTER.items() if state == before}
            assert set().union(*(MAY_FOLLOW[one] for one in leading_there)) <= earlier, (step, before)
    assert set(MAY_FOLLOW) == set(STEPS)
    assert set(STATE_AFTER.values()) <= set(STATES)


# --- any order ---

_numbers = iter(range(10**9))


@pytest.fixture
def kept(database: Database) -> Database:
    """One database for all examples: each takes a booking of its own."""
    database.write(add_two_merchants)
    return database


@st.composite
def stories(draw: st.DrawFn, steps: tuple[str, ...]) -> list[Event]:
    """Events that can have happened, in the order in which they did."""
    state, hour, story = "confirmed", 0, []
    for _ in range(draw(st.integers(0, 7))):
        possible = [step for step in steps if state in MAY_FOLLOW[step]]
        step = draw(st.sampled_from(possible))
        hour += draw(st.integers(1, 5))
        story.append(Event(step, after(hour), draw(st.sampled_from([None, f"scan {hour}"]))))
        state = STATE_AFTER[step]
    return story


@pytest.mark.parametrize(("kind", "steps"), [("local_delivery", AT_HOME), ("pickup", AT_A_CENTRE)])
def test_any_order_of_the_same_reports_gives_the_same_state(kept: Database, kind: str, steps: tuple[str, ...]) -> None:
    @settings(max_examples=settings().max_examples // 2)
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        story = data.draw(stories(steps))
        arrived = data.draw(st.permutations(story)) + data.draw(st.lists(st.sampled_from(story or [None])))
        booking_id = booked(kept, str(next(_numbers)), kind)
        for event in filter(None, arrived):
            report(kept, booking_id, event)
        booking, kinds = read(kept, booking_id)
        assert kinds == [event.type for event in story]
        assert booking.state == (STATE_AFTER[story[-1].type] if story else "confirmed")
        assert booking.version == 1 + len(story)

    holds()


def test_whatever_is_reported_what_is_kept_can_have_happened(kept: Database) -> None:
    events = st.builds(Event, st.sampled_from(STEPS), st.integers(-2, 9).map(after), st.sampled_from([None, "a", "b"]))

    @settings(max_examples=settings().max_examples // 2)
    @given(st.lists(events, max_size=8))
    def holds(reported: list[Event]) -> None:
        booking_id = booked(kept, str(next(_numbers)))
        for event in reported:
            before = read(kept, booking_id)
            try:
                report(kept, booking_id, event)
            except ImpossibleStep:
                assert read(kept, booking_id) == before
        booking, kinds = read(kept, booking_id)
        state = "confirmed"
        for step in kinds:
            assert state in MAY_FOLLOW[step]
            state = STATE_AFTER[step]
        assert booking.state == state

    holds()
