"""Whatever devices at a counter say, in whatever order: each parcel is given out once, and the order is what its parcels are."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from delivery import bookings, counter, evidence, parcels_at_centres
from delivery.bookings import Booking
from delivery.parcels_at_centres import LEFT, numbers_in
from delivery.problems import ImpossibleStep, ParcelsMissing, WrongState
from delivery.setups import Setup
from delivery.store.engine import Database
from tests.collecting import ordered, read, said, setup_of
from tests.databases import LAMPS
from tests.selling import LINKS, NOW

PARCELS = 3
numbers = st.frozensets(st.integers(1, PARCELS), max_size=PARCELS)
saying = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["collected", "collected", "refused"]),
        "parcels": numbers.map(lambda some: tuple(sorted(some))),
        "offline": st.booleans(),
        "centre_id": st.sampled_from(["jordaan", "jordaan", "jordaan", "noord"]),
        "words": st.just("a reason"),
    }
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("said"), saying),
        st.tuples(st.just("said again"), st.none()),
        st.tuples(st.just("checked in"), numbers),
        st.sampled_from([("ready", None), ("ready", None), ("sent back", None), ("cancelled", None)]),
    ),
    min_size=3,
    max_size=12,
)


@pytest.mark.usefixtures("merchants")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_each_parcel_is_given_out_once_and_the_order_is_what_its_parcels_are(
    database: Database, done: list[tuple[str, Any]]
) -> None:
    booking, setup = ordered(database), setup_of(database)
    whose = {"booking_id": booking.id, "centre_id": "jordaan"}
    database.write(lambda s: counter.check_in(s, NOW, setup, of=PARCELS, numbers=[1], **whose))
    last: evidence.Collection | None = None
    for number, (what, facts) in enumerate(done):
        if what == "said":
            last = said(booking, at=NOW + timedelta(minutes=number), **facts)
        if what in ("said", "said again") and last is not None:
            says(database, setup, booking, last)
        else:
            tried(database, does(setup, booking, whose, what, facts))
        holds(database, booking)


def says(database: Database, setup: Setup, booking: Booking, what: evidence.Collection) -> None:
    before = read(database, booking), parcels_of(database, booking)
    now = NOW + timedelta(hours=1)
    came = database.write(lambda s: counter.collect(s, now, setup, LINKS, what))
    again = database.write(lambda s: counter.collect(s, now, setup, LINKS, what))
    assert again.kept == came.kept
    assert again.booking == read(database, booking)
    if not came.kept.took_place:
        assert (read(database, booking), parcels_of(database, booking)) == before


def does(setup: Setup, booking: Booking, whose: Any, what: str, facts: Any) -> Callable[[Any], Any]:
    if what == "checked in":
        return lambda s: counter.check_in(s, NOW, setup, of=PARCELS, numbers=facts, **whose)
    if what == "ready":
        return lambda s: counter.mark_ready(s, NOW, setup, by="kim", once="form-1", incomplete=True, **whose)
    if what == "cancelled":
        return lambda s: bookings.cancel(s, NOW, merchant_id=LAMPS, booking_id=booking.id, links=LINKS)
    return lambda s: counter.sent_back(s, NOW, setup, by="kim", once="form-2", **whose)


def tried(database: Database, work: Callable[[Any], Any]) -> None:
    """What is refused by name changes nothing; anything else that breaks fails the test."""
    with suppress(WrongState, ParcelsMissing, ImpossibleStep):
        database.write(work)


def holds(database: Database, booking: Booking) -> None:
    now, parcels = read(database, booking), parcels_of(database, booking)
    with database.reading() as session:
        told = [one for one in evidence.of_booking(session, LAMPS, booking.id) if one.took_place]
    given_out = Counter(number for one in told if one.kind == "collected" for number in one.parcels)
    assert set(given_out.values()) <= {1}
    assert set(given_out) == set(numbers_in(parcels, {"collected"}))
    left = numbers_in(parcels, LEFT)
    assert (now.state == "collected") == bool(given_out and not left)
    if now.state == "returned":
        assert not left
        assert not given_out
    if not left and not given_out and now.state not in ("returned", "cancelled"):
        assert now.going_back_at is not None


def parcels_of(database: Database, booking: Booking) -> tuple[parcels_at_centres.Parcel, ...]:
    with database.reading() as session:
        return parcels_at_centres.of_booking(session, LAMPS, booking.id)
