"""The counter: parcels come in, are made ready, are given out in one or in several goes, refused, taken back."""

from datetime import timedelta
from typing import Any

import pytest

from delivery import counter_lists, evidence
from delivery.booking_states import COLLECTED, READY_FOR_PICKUP, RETURNED
from delivery.evidence import Collection
from delivery.problems import AtAnotherCentre, BookingNotFound, InvalidInput, ParcelsMissing, WrongState
from delivery.store.engine import Database
from tests.collecting import check_in, collect, mark_ready, ordered, read, said, setup_of
from tests.databases import LAMPS
from tests.selling import LINKS, NOW

LATER = NOW + timedelta(hours=6)
both = pytest.mark.usefixtures("merchants")


def states(parcels: Any) -> list[str]:
    return [one.state for one in parcels]


@both
def test_parcels_come_in_are_made_ready_and_are_given_out_two_and_then_one(database: Database) -> None:
    booking = ordered(database)
    assert states(check_in(database, booking, of=3, numbers=[1, 3], shelf="B2")) == ["here", "expected", "here"]
    with pytest.raises(ParcelsMissing) as problem:
        mark_ready(database, booking)
    assert problem.value.numbers == (2,)
    assert states(check_in(database, booking, of=3, numbers=[2])) == ["here"] * 3
    assert mark_ready(database, booking).state == READY_FOR_PICKUP
    first = collect(database, said(booking, parcels=(1, 2)))
    assert (first.booking.state, first.left, first.kept.conflict) == (READY_FOR_PICKUP, (3,), None)
    second = collect(database, said(booking))
    assert (second.booking.state, second.kept.parcels, second.left) == (COLLECTED, (3,), ())
    with database.reading() as session:
        kept = evidence.of_booking(session, LAMPS, booking.id)
    assert [(one.parcels, one.shown, one.verified, one.staff) for one in kept] == [
        ((1, 2), "id", True, "kim@lamps.test"),
        ((3,), "id", True, "kim@lamps.test"),
    ]


@both
def test_what_is_sent_twice_is_kept_once(database: Database) -> None:
    booking = ordered(database)
    mark_ready(database, booking)
    what = said(booking)
    done = collect(database, what)
    again = collect(database, what, LATER + timedelta(hours=1))
    assert (again.kept, again.booking) == (done.kept, done.booking)
    with database.reading() as session:
        assert len(evidence.of_booking(session, LAMPS, booking.id)) == 1


@both
def test_the_lists_of_a_centre(database: Database) -> None:
    made, brought, away = ordered(database), ordered(database), ordered(database, centre="noord")
    mark_ready(database, brought)
    with database.reading() as session:
        found = counter_lists.lists(session, NOW, setup_of(database), "jordaan")
        elsewhere = counter_lists.lists(session, NOW, setup_of(database), "noord")
        late = counter_lists.lists(session, NOW + timedelta(days=30), setup_of(database), "jordaan")
    assert [one.booking_id for one in found.to_prepare] == [made.id]
    assert [one.booking_id for one in found.ready] == [brought.id]
    assert [one.booking_id for one in elsewhere.to_prepare] == [away.id]
    assert [one.booking_id for one in late.due_back] == [brought.id]
