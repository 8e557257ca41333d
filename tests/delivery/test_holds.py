"""Holds: kept, extended, let go, replaced, taken back."""

from datetime import timedelta

import pytest

from delivery import holds
from delivery.problems import HoldExpired, HoldNotFound, SlotFull, TooManyHolds
from delivery.store.engine import Database
from tests.databases import BOOKS, LAMPS
from tests.selling import NOW, TUESDAY, confirm, counted, how_many_taken, live_holds, slot, take

pytestmark = pytest.mark.usefixtures("merchants")
LATER = NOW + timedelta(minutes=11)


def test_a_hold_counts_one_place_and_says_until_when(database: Database) -> None:
    hold = database.write(lambda s: take(s, "anna", slot()))
    assert hold.id.startswith("hd_")
    assert hold.expires_at == NOW + timedelta(minutes=10)
    assert hold.extendable_until == NOW + timedelta(minutes=30)
    assert counted(database, slot()) == (1, 0)
    with database.reading() as session:
        assert holds.live_hold(session, NOW, merchant_id=LAMPS, checkout="anna") == hold
        assert holds.find_hold(session, merchant_id=LAMPS, hold_id=hold.id) == hold


def test_a_hold_on_something_without_a_capacity_counts_nothing(database: Database) -> None:
    hold = database.write(lambda s: take(s, "anna", None))
    assert hold.place is None
    with database.reading() as session:
        assert holds.live_hold(session, NOW, merchant_id=LAMPS, checkout="anna") == hold
        assert holds.taken(session, NOW, merchant_id=LAMPS, first_day=TUESDAY, last_day=TUESDAY) == {}


def test_the_last_place_is_given_once_and_a_refusal_changes_nothing(database: Database) -> None:
    database.write(lambda s: take(s, "anna", slot(capacity=1)))
    with pytest.raises(SlotFull):
        database.write(lambda s: take(s, "bram", slot(capacity=1)))
    assert counted(database, slot()) == (1, 0)
    assert live_holds(database) == 1


@pytest.mark.parametrize("capacity", [0, -1])
def test_a_slot_without_places_is_full_from_the_start(database: Database, capacity: int) -> None:
    with pytest.raises(SlotFull):
        database.write(lambda s: take(s, "anna", slot(capacity=capacity)))
    assert counted(database, slot()) == (0, 0)


def test_a_capacity_lowered_below_what_is_sold_refuses_new_holds_and_keeps_the_old(database: Database) -> None:
    for checkout in ("anna", "bram"):
        database.write(lambda s, checkout=checkout: take(s, checkout, slot(capacity=5)))
    with pytest.raises(SlotFull):
        database.write(lambda s: take(s, "carla", slot(capacity=1)))
    database.write(lambda s: take(s, "anna", slot(capacity=1)))
    assert counted(database, slot()) == (2, 0)


def test_an_expired_hold_gives_its_place_to_the_next_without_a_sweep(database: Database) -> None:
    database.write(lambda s: take(s, "anna", slot(capacity=1)))
    assert how_many_taken(database, slot(), LATER) == 0
    database.write(lambda s: take(s, "bram", slot(capacity=1), LATER))
    assert counted(database, slot()) == (1, 0)
    with database.reading() as session:
        assert holds.live_hold(session, LATER, merchant_id=LAMPS, checkout="anna") is None


def test_only_expired_holds_of_the_wanted_slot_are_taken_back(database: Database) -> None:
    database.write(lambda s: take(s, "anna", slot("morning", capacity=1)))
    database.write(lambda s: take(s, "bram", slot("evening", capacity=1)))
    database.write(lambda s: take(s, "carla", slot("evening", capacity=1), LATER))
    assert counted(database, slot("morning")) == (1, 0)
    assert how_many_taken(database, slot("morning"), LATER) == 0


def test_a_hold_expires_at_its_instant_and_not_before(database: Database) -> None:
    hold = database.write(lambda s: take(s, "anna", slot(capacity=1)))
    just_before = hold.expires_at - timedelta(microseconds=1)
    assert how_many_taken(database, slot(), just_before) == 1
    with pytest.raises(SlotFull):
        database.write(lambda s: take(s, "bram", slot(capacity=1), just_before))
    assert how_many_taken(database, slot(), hold.expires_at) == 0
    database.write(lambda s: take(s, "bram", slot(capacity=1), hold.expires_at))


def test_a_second_hold_replaces_the_first(database: Database) -> None:
    first = database.write(lambda s: take(s, "anna", slot("morning")))
    second = database.write(lambda s: take(s, "anna", slot("evening")))
    assert counted(database, slot("morning")) == (0, 0)
    assert counted(database, slot("evening")) == (1, 0)
    with database.reading() as session:
        assert holds.find_hold(session, merchant_id=LAMPS, hold_id=first.id).state == "replaced"
        assert holds.live_hold(session, NOW, merchant_id=LAMPS, checkout="anna") == second


@pytest.mark.parametrize(("old", "new"), [("morning", "evening"), ("evening", "morning")])
def test_a_switch_to_a_full_slot_leaves_the_old_hold_as_it_was(database: Database, old: str, new: str) -> None:
    hold = database.write(lambda s: take(s, "anna", slot(old)))
    database.write(lambda s: take(s, "bram", slot(new, capacity=1)))
    with pytest.raises(SlotFull):
        database.write(lambda s: take(s, "anna", slot(new, capacity=1)))
    assert counted(database, slot(old)) == counted(database, slot(new)) == (1, 0)
    with database.reading() as session:
        assert holds.live_hold(session, NOW, merchant_id=LAMPS, checkout="anna") == hold


def test_switching_between_scarce_and_plain_gives_back_and_takes(database: Database) -> None:
    database.write(lambda s: take(s, "anna", slot()))
    database.write(lambda s: take(s, "anna", None))
    assert counted(database, slot()) == (0, 0)
    database.write(lambda s: take(s, "anna", slot()))
    assert counted(database, slot()) == (1, 0)
    assert live_holds(database) == 1


def test_ones_own_hold_never_counts_against_oneself(database: Database) -> None:
    first = database.write(lambda s: take(s, "anna", slot(capacity=1)))
    second = database.write(lambda s: take(s, "anna", slot(capacity=1), NOW + timedelta(minutes=5)))
    assert second.id != first.id
    assert counted(database, slot()) == (1, 0)


def test_ones_own_expired_hold_on_the_last_place_is_kept_too(database: Database) -> None:
    database.write(lambda s: take(s, "anna", slot(capacity=1)))
    database.write(lambda s: take(s, "anna", slot(capacity=1), LATER))
    assert counted(database, slot()) == (1, 0)
    with pytest.raises(SlotFull):
        database.write(lambda s: take(s, "bram", slot(capacity=1), LATER))


def test_taking_the_same_place_over_and_over_does_not_keep_it_beyond_its_bound(database: Database) -> None:
    first = database.write(lambda s: take(s, "anna", slot()))
    again = database.write(lambda s: take(s, "anna", slot(), NOW + timedelta(minutes=25)))
    assert again.extendable_until == first.extendable_until
    assert again.expires_at == first.extendable_until


def test_a_hold_is_extended_up_to_its_bound_and_never_shortened(database: Database) -> None:
    hold = database.write(lambda s: take(s, "anna", slot()))

    def extend(after: int, minutes: int) -> timedelta:
        at = NOW + timedelta(minutes=after)
        return (
            database.write(
                lambda s: holds.extend(s, at, merchant_id=LAMPS, hold_id=hold.id, minutes=minutes)
            ).expires_at
            - NOW
        )

    assert extend(5, 10) == timedelta(minutes=15)
    assert extend(6, 1) == timedelta(minutes=15)
    assert extend(14, 10) == timedelta(minutes=24)
    assert extend(23, 10) == timedelta(minutes=30)
    with pytest.raises(HoldExpired):
        extend(30, 10)


def test_an_expired_hold_can_be_extended_until_someone_takes_the_place_back(database: Database) -> None:
    anna = database.write(lambda s: take(s, "anna", slot(capacity=1)))
    extended = database.write(lambda s: holds.extend(s, LATER, merchant_id=LAMPS, hold_id=anna.id, minutes=10))
    assert extended.expires_at == LATER + timedelta(minutes=10)
    much_later = NOW + timedelta(minutes=25)
    database.write(lambda s: take(s, "bram", slot(capacity=1), much_later))
    with pytest.raises(HoldExpired):
        database.write(lambda s: holds.extend(s, much_later, merchant_id=LAMPS, hold_id=anna.id, minutes=10))
    assert counted(database, slot()) == (1, 0)


def test_releasing_gives_the_place_back_once(database: Database) -> None:
    hold = database.write(lambda s: take(s, "anna", slot()))
    for _ in range(2):
        database.write(lambda s: holds.release(s, NOW, merchant_id=LAMPS, hold_id=hold.id))
        assert counted(database, slot()) == (0, 0)
    with pytest.raises(HoldExpired):
        database.write(lambda s: holds.extend(s, NOW, merchant_id=LAMPS, hold_id=hold.id, minutes=10))


def test_releasing_a_hold_that_was_ordered_does_not_touch_the_booking(database: Database) -> None:
    hold = database.write(lambda s: take(s, "anna", slot()))
    database.write(lambda s: confirm(s, "1001", hold.id))
    database.write(lambda s: holds.release(s, NOW, merchant_id=LAMPS, hold_id=hold.id))
    assert counted(database, slot()) == (0, 1)


@pytest.mark.parametrize("who", [BOOKS, LAMPS])
def test_a_foreign_hold_and_an_unknown_one_look_the_same(database: Database, who: str) -> None:
    hold = database.write(lambda s: take(s, "anna", slot()))
    hold_id = hold.id if who == BOOKS else "hd_unknown"
    for act in (
        lambda s: holds.extend(s, NOW, merchant_id=who, hold_id=hold_id, minutes=10),
        lambda s: holds.release(s, NOW, merchant_id=who, hold_id=hold_id),
        lambda s: holds.find_hold(s, merchant_id=who, hold_id=hold_id),
    ):
        with pytest.raises(HoldNotFound):
            database.write(act)
    assert counted(database, slot()) == (1, 0)


def test_merchants_do_not_share_slots_or_checkouts(database: Database) -> None:
    database.write(lambda s: take(s, "anna", slot(capacity=1)))
    database.write(lambda s: take(s, "anna", slot(capacity=1), merchant_id=BOOKS))
    assert counted(database, slot()) == counted(database, slot(), BOOKS) == (1, 0)


def test_a_client_may_have_so_many_live_holds_and_its_own_checkout_may_always_switch(database: Database) -> None:
    def hold(checkout: str, client: str = "address", now=NOW):
        return database.write(lambda s: take(s, checkout, slot(capacity=9), now, client=client, client_limit=2))

    hold("a")
    hold("b")
    with pytest.raises(TooManyHolds):
        hold("c")
    hold("b")
    hold("c", client="another address")
    hold("d", now=LATER)


def test_the_sweep_takes_back_what_expired_and_leaves_the_rest(database: Database) -> None:
    for n in range(3):
        database.write(lambda s, n=n: take(s, f"early {n}", slot("morning", capacity=9)))
    database.write(lambda s: take(s, "plain", None))
    database.write(lambda s: take(s, "books", slot("morning"), merchant_id=BOOKS))
    database.write(lambda s: take(s, "late", slot("morning", capacity=9), NOW + timedelta(minutes=5)))
    assert database.write(lambda s: holds.expire(s, LATER, 2)) == 2
    assert database.write(lambda s: holds.expire(s, LATER, 100)) == 3
    assert database.write(lambda s: holds.expire(s, LATER, 100)) == 0
    assert counted(database, slot("morning")) == (1, 0)
    assert counted(database, slot("morning"), BOOKS) == (0, 0)


def test_taken_counts_held_and_booked_of_the_asked_days_only(database: Database) -> None:
    tomorrow = TUESDAY + timedelta(days=1)
    for n in range(2):
        database.write(lambda s, n=n: take(s, f"a{n}", slot("evening")))
    hold = database.write(lambda s: take(s, "b", slot("evening", day=tomorrow)))
    database.write(lambda s: confirm(s, "1001", hold.id))
    gone = database.write(lambda s: take(s, "c", slot("morning")))
    database.write(lambda s: holds.release(s, NOW, merchant_id=LAMPS, hold_id=gone.id))
    with database.reading() as session:
        both = holds.taken(session, NOW, merchant_id=LAMPS, first_day=TUESDAY, last_day=tomorrow)
        one = holds.taken(session, NOW, merchant_id=LAMPS, first_day=tomorrow, last_day=tomorrow)
        later = holds.taken(session, LATER, merchant_id=LAMPS, first_day=TUESDAY, last_day=tomorrow)
    assert dict(both) == {("slot", "evening", TUESDAY): 2, ("slot", "evening", tomorrow): 1}
    assert dict(one) == {("slot", "evening", tomorrow): 1}
    assert {key: n for key, n in later.items() if n} == {("slot", "evening", tomorrow): 1}


def test_ids_cannot_be_guessed(database: Database) -> None:
    ids = {database.write(lambda s, n=n: take(s, f"c{n}", None)).id for n in range(20)}
    assert len(ids) == 20
    assert min(map(len, ids)) >= 24
