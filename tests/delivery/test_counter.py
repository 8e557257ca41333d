"""The counter: parcels come in, are made ready, are given out in one or in several goes, refused, taken back."""

from datetime import timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from delivery import counter, counter_lists, evidence, parcels_at_centres, waiting
from delivery.booking_states import COLLECTED, CONFIRMED, READY_FOR_PICKUP, RETURNED
from delivery.bookings import Booking, cancel
from delivery.evidence import CODE, NOTHING, REFUSED, TAKEN_IN
from delivery.problems import AtAnotherCentre, BookingNotFound, InvalidInput, ParcelsMissing, WrongState
from delivery.store.engine import Database
from delivery.store.tables import handovers
from tests.collecting import check_in, collect, mark_ready, ordered, read, said, setup_of, write_to
from tests.databases import BOOKS, LAMPS
from tests.selling import LINKS, NOW

LATER = NOW + timedelta(hours=6)
both = pytest.mark.usefixtures("merchants")


def states(parcels: Any) -> list[str]:
    return [one.state for one in parcels]


def told(database: Database, booking: Booking) -> list[tuple[str, str]]:
    """The changes that fulfilment heard of: kind and state."""
    with database.reading() as session:
        rows = session.execute(
            select(handovers.c.body)
            .where(handovers.c.merchant_id == LAMPS, handovers.c.booking_id == booking.id)
            .order_by(handovers.c.sequence)
        )
        data = [orjson.loads(row.body)["data"] for row in rows]
    return [(one["change"]["kind"], one["change"]["state"]) for one in data if "change" in one]


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
    assert [one.at for one in kept] == [LATER, LATER]


@both
def test_what_is_sent_twice_is_kept_once(database: Database) -> None:
    booking, other = ordered(database), ordered(database)
    mark_ready(database, booking)
    what = said(booking)
    done = collect(database, what)
    again = collect(database, what, LATER + timedelta(hours=1))
    assert (again.kept, again.booking) == (done.kept, done.booking)
    with database.reading() as session:
        assert len(evidence.of_booking(session, LAMPS, booking.id)) == 1
    with pytest.raises(InvalidInput):
        collect(database, said(other, id=what.id))


@both
def test_checking_in_again_moves_what_is_there_and_forgets_nothing(database: Database) -> None:
    booking = ordered(database)
    [first] = check_in(database, booking, shelf="A1")
    [again] = check_in(database, booking, LATER, shelf="C4")
    assert (first.came_at, again.came_at, again.shelf) == (NOW + timedelta(hours=1), NOW + timedelta(hours=1), "C4")
    check_in(database, booking, of=2, numbers=[2])
    for wrong in ({"of": 1}, {"of": 2, "numbers": [3]}, {"of": 100}, {"of": 0}):
        with pytest.raises(InvalidInput):
            check_in(database, booking, **wrong)


@both
def test_only_what_is_for_this_centre_and_still_to_come_is_taken(database: Database) -> None:
    elsewhere, over = ordered(database, centre="noord"), ordered(database)
    for work in (check_in, mark_ready):
        with pytest.raises(AtAnotherCentre) as problem:
            work(database, elsewhere)
        assert problem.value.name == "Fietsenmaker Noord"
    collect(database, said(over))
    for work in (check_in, mark_ready):
        with pytest.raises(WrongState):
            work(database, over)
    setup = setup_of(database, BOOKS)
    with pytest.raises(BookingNotFound):
        database.write(lambda s: counter.collect(s, LATER, setup, LINKS, said(elsewhere)))


@both
def test_an_order_can_be_made_ready_without_what_has_not_come_but_not_without_anything(database: Database) -> None:
    booking = ordered(database)
    check_in(database, booking, of=2, numbers=[1])
    assert mark_ready(database, booking, incomplete=True).state == READY_FOR_PICKUP
    # Ready already: the shopper is not told a second time.
    assert mark_ready(database, booking, LATER).version == read(database, booking).version
    done = collect(database, said(booking))
    assert (done.kept.parcels, done.left, done.booking.state) == ((1,), (2,), READY_FOR_PICKUP)


@both
@pytest.mark.parametrize("offline", [False, True])
def test_a_conflict_is_named_and_changes_nothing(database: Database, offline: bool) -> None:
    taken, gone, away, back, unpaid = (ordered(database) for _ in range(5))
    collect(database, said(taken))
    database.write(lambda s: cancel(s, NOW, merchant_id=LAMPS, booking_id=gone.id, links=LINKS))
    mark_ready(database, back)
    send_back(database, back)
    write_to(database, unpaid, state="awaiting_payment")
    cases = [
        (said(taken, offline=offline), evidence.ALREADY_COLLECTED),
        (said(gone, offline=offline), evidence.CANCELLED),
        (said(away, centre_id="noord", offline=offline), evidence.ANOTHER_CENTRE),
        (said(back, offline=offline), evidence.GONE_BACK),
        (said(unpaid, offline=offline), evidence.NOT_PAID),
    ]
    for what, conflict in cases:
        before = read(database, booking := {b.id: b for b in (taken, gone, away, back, unpaid)}[what.booking_id])
        done = collect(database, what)
        assert (done.kept.conflict, done.kept.verified) == (conflict, False)
        assert read(database, booking) == before
        # On line the person at the counter reads it at once; else it waits for one.
        assert (done.kept.conflict_seen_at is None) == offline
    with database.reading() as session:
        waits = [one.kept.conflict for one in counter_lists.conflicts(session, LAMPS, "jordaan")]
    at_this_counter = [conflict for what, conflict in cases if what.centre_id == "jordaan"]
    assert sorted(str(one) for one in waits) == (sorted(at_this_counter) if offline else [])


@both
def test_a_conflict_waits_until_a_person_at_that_counter_has_seen_it(database: Database) -> None:
    booking = ordered(database, "7001")
    collect(database, said(booking))
    what = said(booking, offline=True, shown=NOTHING)
    collect(database, what)

    def see(merchant_id: str, centre: str) -> bool:
        return database.write(lambda s: counter_lists.see_conflict(s, LATER, merchant_id, centre, what.id))

    with database.reading() as session:
        [waits] = counter_lists.conflicts(session, LAMPS, "jordaan")
    assert (waits.order, waits.name, waits.kept.id) == ("7001", "Anna de Vries", what.id)
    assert not see(LAMPS, "noord")
    assert not see(BOOKS, "jordaan")
    assert see(LAMPS, "jordaan")
    assert not see(LAMPS, "jordaan")
    with database.reading() as session:
        assert counter_lists.conflicts(session, LAMPS, "jordaan") == ()


@both
def test_what_was_given_out_while_the_line_was_down_is_kept_as_unverified_at_its_own_moment(database: Database) -> None:
    booking, ahead, behind = ordered(database), ordered(database), ordered(database)
    for one in (booking, ahead, behind):
        mark_ready(database, one)
    sent_at = LATER + timedelta(hours=3)
    done = collect(database, said(booking, offline=True), sent_at)
    assert (done.booking.state, done.kept.verified, done.kept.offline) == (COLLECTED, False, True)
    assert (done.kept.at, done.kept.received_at) == (LATER, sent_at)
    # A device that knew the order with more parcels than there turned out to be.
    more = ordered(database)
    assert collect(database, said(more, offline=True, parcels=(1, 2)), sent_at).kept.parcels == (1,)
    with pytest.raises(InvalidInput):
        collect(database, said(more, parcels=(2,)), sent_at)
    # A device whose clock is wrong: neither before it lay ready nor in the future.
    assert collect(database, said(ahead, offline=True, at=sent_at + timedelta(days=3)), sent_at).kept.at == sent_at
    early = collect(database, said(behind, offline=True, at=NOW - timedelta(days=3)), sent_at)
    assert (early.kept.at, early.booking.state) == (NOW + timedelta(hours=2), COLLECTED)


@both
def test_a_refused_parcel_stays_with_its_reason_until_it_goes_back(database: Database) -> None:
    booking = ordered(database)
    check_in(database, booking, of=2)
    mark_ready(database, booking)
    refused = collect(database, said(booking, kind=REFUSED, shown=NOTHING, parcels=(2,), words="The glass is broken"))
    assert (states(refused.parcels), refused.booking.state) == (["here", "refused"], READY_FOR_PICKUP)
    assert refused.booking.going_back_at is None
    assert collect(database, said(booking)).booking.state == COLLECTED
    with database.reading() as session:
        [due] = counter_lists.lists(session, LATER, setup_of(database), "jordaan").due_back
    assert (due.booking_id, states(due.parcels)) == (booking.id, ["collected", "refused"])
    assert told(database, booking) == [("return", "made")]
    assert send_back(database, booking).state == COLLECTED
    with database.reading() as session:
        assert counter_lists.lists(session, LATER, setup_of(database), "jordaan").due_back == ()


@both
def test_who_refuses_everything_and_comes_back_gets_it_after_all(database: Database) -> None:
    booking = ordered(database)
    mark_ready(database, booking)
    done = collect(database, said(booking, kind=REFUSED, shown=NOTHING, words="Not what I ordered"))
    assert (done.booking.state, done.booking.going_back_at) == (READY_FOR_PICKUP, LATER)
    again = collect(database, said(booking), LATER + timedelta(hours=1))
    assert (again.booking.state, again.booking.going_back_at) == (COLLECTED, None)
    assert told(database, booking) == [("return", "made"), ("return", "undone")]


@both
def test_who_comes_when_its_time_is_over_gets_it_and_the_return_is_called_off_once(database: Database) -> None:
    booking = ordered(database)
    mark_ready(database, booking)
    late = NOW + timedelta(days=60)
    assert database.write(lambda s: waiting.send_back(s, late, LINKS, 10)) == 1
    with database.reading() as session:
        lists = counter_lists.lists(session, late, setup_of(database), "jordaan")
    assert [one.booking_id for one in lists.due_back] == [booking.id]
    done = collect(database, said(booking, at=late), late)
    setup = setup_of(database)
    for _ in range(2):
        database.write(lambda s: waiting.follow(s, late, setup, LINKS, done.booking))
    assert done.booking.state == COLLECTED
    assert told(database, booking) == [("return", "made"), ("return", "undone")]


@both
def test_what_nobody_collects_goes_back_once(database: Database) -> None:
    whole, part = ordered(database), ordered(database)
    check_in(database, part, of=2)
    for one in (whole, part):
        mark_ready(database, one)
    collect(database, said(part, parcels=(1,)))
    assert send_back(database, whole).state == RETURNED
    assert send_back(database, whole).version == read(database, whole).version
    # Of this one the shopper has a part: it was collected, and the rest is gone.
    assert send_back(database, part).state == COLLECTED
    with database.reading() as session:
        assert states(parcels_at_centres.of_booking(session, LAMPS, part.id)) == ["collected", "gone_back"]


@both
def test_returns_are_taken_in_whole_or_in_part(database: Database) -> None:
    booking = ordered(database)
    collect(database, said(booking))
    facts: dict[str, Any] = {"kind": TAKEN_IN, "shown": NOTHING, "centre_id": "noord", "words": "One lamp, broken"}
    part = take_in(database, booking, whole=False, **facts)
    assert (part.booking.state, part.kept.words, part.kept.centre_id) == (COLLECTED, "One lamp, broken", "noord")
    assert take_in(database, booking, whole=True, **facts).booking.state == RETURNED
    assert take_in(database, booking, whole=True, **facts).kept.conflict == evidence.GONE_BACK
    assert told(database, booking) == [("return", "taken_in")] * 2


@both
def test_a_device_brings_nobody_back_who_was_erased_while_the_line_was_down(database: Database) -> None:
    booking = ordered(database)
    collect(database, said(booking))
    write_to(database, booking, erased_at=LATER)
    late = collect(database, said(booking, offline=True, who="Anna de Vries", words="Her sister", signature="M0 0"))
    assert (late.kept.who, late.kept.words, late.kept.signature) == ("", "", None)
    assert late.kept.conflict == evidence.ALREADY_COLLECTED


@both
def test_the_lists_of_a_centre(database: Database) -> None:
    made, lies, away = ordered(database), ordered(database), ordered(database, centre="noord")
    brought, later = ordered(database), ordered(database)
    write_to(database, brought, service_id="van")
    write_to(database, later, option=dict(later.option or {}) | {"ready_by": (NOW + timedelta(days=5)).isoformat()})
    mark_ready(database, lies)
    setup = setup_of(database)
    with database.reading() as session:
        found = counter_lists.lists(session, NOW, setup, "jordaan")
        elsewhere = counter_lists.lists(session, NOW, setup, "noord")
        late = counter_lists.lists(session, NOW + timedelta(days=30), setup, "jordaan")
        others = counter_lists.lists(session, NOW, setup_of(database, BOOKS), "jordaan")
    assert [one.booking_id for one in found.to_prepare] == [made.id]
    assert [one.booking_id for one in found.to_arrive] == [brought.id]
    assert [one.booking_id for one in found.ready] == [lies.id]
    assert [one.booking_id for one in elsewhere.to_prepare] == [away.id]
    assert [one.booking_id for one in late.due_back] == [lies.id]
    assert later.id in {one.booking_id for one in late.to_prepare}
    assert others == counter_lists.Lists()


@both
def test_orders_are_found_by_number_and_by_name_at_their_own_centre(database: Database) -> None:
    booking = ordered(database, "2026-77", recipient={"name": "Zoë de Boër"})
    ready = ordered(database, "2026-78", recipient={"name": "Zoe Bakker"})
    ordered(database, "2026-79", centre="noord", recipient={"name": "Zoë Noord"})
    mark_ready(database, ready)
    setup = setup_of(database)

    def named(text: str, centre: str = "jordaan") -> list[str]:
        with database.reading() as session:
            return [one.order for one in counter_lists.named(session, setup, centre, text)]

    assert named("zoe") == ["2026-78", "2026-77"]
    assert named("BOER") == ["2026-77"]
    assert named("2026-77") == ["2026-77"]
    assert named("2026-7") == ["2026-78", "2026-77"]
    assert named("  ") == named("%") == named("2026-79") == []
    assert booking.state == CONFIRMED


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "short"},
        {"id": "has blanks in it"},
        {"kind": "stolen"},
        {"shown": "passport"},
        {"shown": NOTHING},
        {"kind": REFUSED, "shown": NOTHING},
        {"who": "x" * 201},
        {"words": "x" * 301},
        {"signature": "x" * 20_001},
        {"at": NOW.replace(tzinfo=None)},
    ],
)
def test_what_cannot_have_happened_is_not_said(wrong: dict[str, Any]) -> None:
    usual: dict[str, Any] = {"id": "device-1", "booking_id": "bk", "centre_id": "c", "kind": "collected", "shown": CODE}
    evidence.Collection(**usual | {"staff": "kim", "at": NOW})
    with pytest.raises(ValueError, match=r"\w"):
        evidence.Collection(**usual | {"staff": "kim", "at": NOW} | wrong)


def send_back(database: Database, booking: Booking) -> Booking:
    setup, whose = setup_of(database), {"booking_id": booking.id, "centre_id": "jordaan", "by": "kim", "once": "form-9"}
    return database.write(lambda s: counter.sent_back(s, LATER, setup, **whose))


def take_in(database: Database, booking: Booking, *, whole: bool, **facts: Any) -> counter.Done:
    setup, what = setup_of(database), said(booking, **facts)
    return database.write(lambda s: counter.take_in(s, LATER, setup, LINKS, what, whole=whole))
