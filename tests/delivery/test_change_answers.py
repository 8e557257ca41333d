"""What becomes of a change that was asked after packing, and of one that is undone: places, money, words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from delivery import change_answers, change_rows, settlements
from delivery.booking_rows import Booking, get
from delivery.change_answers import answer, find_undone, undo, undo_token
from delivery.change_rows import ACCEPTED, ASKED, MADE, MOVE, REFUSED, UNDONE
from delivery.changes import Change
from delivery.moves import move, offer_for
from delivery.problems import BookingNotFound, ChangeNotFound, ChoiceGone, TooLate, WrongState
from delivery.setups import Setup
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.databases import BOOKS
from tests.delivery.counting import counted, expected
from tests.doors import Door
from tests.selling import told
from tests.widget.changing import pack
from tests.widget.test_pages import booked


@dataclass
class Shopper:
    """Somebody with a booking of the demo merchant, who changes it."""

    door: Door
    booking_id: str

    @property
    def setup(self) -> Setup:
        with self.door.database.reading() as session:
            return self.door.service.memory.setup_of_merchant(session, MERCHANT_ID)

    @property
    def booking(self) -> Booking:
        with self.door.database.reading() as session:
            return get(session, merchant_id=MERCHANT_ID, booking_id=self.booking_id)

    def moves(self, kind: str = "local_delivery", number: int = 2) -> Change:
        known, now, setup = self.door.service, self.door.clock(), self.setup
        whose = {"kind": MOVE, "locale": "en"}
        with self.door.database.reading() as session:
            offer = offer_for(session, now, known.memory, known.signer, setup, self.booking, **whose)
        option = [option for option in offer.options if option.type == kind][number]
        wanted = {"booking_id": self.booking_id, "kind": MOVE, "offer_id": offer.id, "option_id": option.id}
        return self.door.database.write(
            lambda session: move(session, now, known.memory, known.signer, setup, known.links, **wanted)
        )

    def answers(self, change: Change, accepted: bool) -> Change:
        whose = {"merchant_id": MERCHANT_ID, "change_id": change.id, "accepted": accepted}
        return self.door.database.write(
            lambda session: answer(session, self.door.clock(), self.door.service.links, **whose)
        )

    def undoes(self, change: Change) -> Booking:
        which = {"booking_id": self.booking_id, "change_id": change.id}
        return self.door.database.write(
            lambda session: undo(session, self.door.clock(), self.setup, self.door.service.links, **which)
        )

    def dues(self) -> list[tuple[str, int, str, str]]:
        with self.door.database.reading() as session:
            found = settlements.of_bookings(session, MERCHANT_ID, [self.booking_id])[self.booking_id]
        return sorted((due["kind"], due["amount"]["amount"], due["reason"], due["state"]) for due in found)

    def state_of(self, change: Change) -> str:
        with self.door.database.reading() as session:
            return change_rows.find(session, MERCHANT_ID, change.id).state


@pytest.fixture
def shopper(door: Door) -> Iterator[Shopper]:
    """Whatever the test does, no place leaks."""
    recipient = {"name": "Anna", "email": "anna@planted.test"}
    yield Shopper(door, booked(door, recipient=recipient)["booking"])
    with door.database.reading() as session:
        assert counted(session, MERCHANT_ID) == expected(session, MERCHANT_ID)


def places(shopper: Shopper) -> int:
    with shopper.door.database.reading() as session:
        return sum(booked for _, booked in counted(session, MERCHANT_ID).values())


def packed(shopper: Shopper) -> None:
    pack(shopper.door, {"booking": shopper.booking_id})


def test_before_packing_a_move_is_made_and_has_one_place(shopper: Shopper) -> None:
    assert shopper.moves().state == MADE
    assert places(shopper) == 1
    with pytest.raises(WrongState):
        shopper.answers(shopper.moves(number=4), accepted=True)


def test_while_a_change_waits_the_old_place_is_kept_and_an_acceptance_frees_it(shopper: Shopper) -> None:
    packed(shopper)
    old = shopper.booking.place
    change = shopper.moves()
    assert (change.state, places(shopper)) == (ASKED, 2)
    assert shopper.answers(change, accepted=True).state == ACCEPTED
    assert (places(shopper), shopper.booking.place == old) == (1, False)
    assert shopper.answers(change, accepted=True).state == ACCEPTED
    with pytest.raises(WrongState):
        shopper.answers(change, accepted=False)


def test_a_refusal_puts_everything_back(shopper: Shopper) -> None:
    packed(shopper)
    before = shopper.booking
    change = shopper.moves("shipping", -1)
    assert shopper.dues() == [("payment_due", 250, "change", "open")]
    shopper.answers(change, accepted=False)
    after = shopper.booking
    names = ("place", "option", "hold_id", "address", "fee_amount", "ship_by", "origin_id", "state", "instructions")
    assert [getattr(after, name) for name in names] == [getattr(before, name) for name in names]
    assert shopper.dues() == [("payment_due", 250, "change", "void")]
    assert told(shopper.door.database, MERCHANT_ID) == ["booking.confirmed", "booking.changed", "booking.changed"]
    assert shopper.answers(change, accepted=False).state == REFUSED
    assert after.version == shopper.booking.version


@pytest.mark.parametrize("step", ["delivered", "returned"])
def test_what_arrives_without_a_word_was_accepted(shopper: Shopper, step: str) -> None:
    packed(shopper)
    change = shopper.moves()
    shopper.door.clock.forward(hours=6)
    pack(shopper.door, {"booking": shopper.booking_id}, step)
    assert (shopper.state_of(change), places(shopper)) == (ACCEPTED, 1)


def test_a_cancellation_frees_both_places(shopper: Shopper) -> None:
    packed(shopper)
    change = shopper.moves()
    assert shopper.door.server("POST", f"/bookings/{shopper.booking_id}/cancel").status_code == 200
    assert (shopper.state_of(change), places(shopper)) == (UNDONE, 0)


def test_an_undoing_brings_the_old_place_back_and_later_changes_go_with_it(shopper: Shopper) -> None:
    before = shopper.booking
    first = shopper.moves("shipping", -1)
    second = shopper.moves()
    assert shopper.undoes(first).place == before.place
    assert (shopper.booking.option, shopper.booking.fee_amount) == (before.option, before.fee_amount)
    assert [shopper.state_of(change) for change in (first, second)] == [UNDONE, UNDONE]
    assert {state for *_, state in shopper.dues()} == {"void"}
    version = shopper.booking.version
    assert shopper.undoes(first).version == version


def test_what_was_settled_before_is_settled_the_other_way_round(shopper: Shopper) -> None:
    change = shopper.moves("shipping", -1)
    booking = shopper.door.server("GET", f"/bookings/{shopper.booking_id}").get_json()
    path = f"/bookings/{shopper.booking_id}/settlements/{booking['settlements'][0]['settlement']}/settled"
    for _ in range(2):
        assert shopper.door.server("POST", path).get_json()["settlements"][0]["state"] == "settled"
    shopper.undoes(change)
    assert shopper.dues() == [("payment_due", 250, "change", "settled"), ("refund_due", 250, "put_back", "open")]


def test_an_undoing_of_what_waits_needs_no_new_place(shopper: Shopper) -> None:
    packed(shopper)
    before = shopper.booking.place
    change = shopper.moves()
    assert shopper.undoes(change).place == before
    assert places(shopper) == 1
    with pytest.raises(WrongState):
        shopper.answers(change, accepted=False)


def test_when_the_old_place_has_been_taken_the_undoing_changes_nothing(shopper: Shopper) -> None:
    change = shopper.moves("shipping", 0)
    place = shopper.booking.place
    for number in range(12):
        shopper.door.take(checkout=f"someone-{number}")
    with pytest.raises(ChoiceGone):
        shopper.undoes(change)
    assert (shopper.booking.place, shopper.state_of(change)) == (place, MADE)


def test_an_undoing_comes_too_late_once_it_has_left(shopper: Shopper) -> None:
    change = shopper.moves()
    pack(shopper.door, {"booking": shopper.booking_id}, "dispatched")
    with pytest.raises(TooLate):
        shopper.undoes(change)


def test_the_key_to_undoing_is_good_for_two_days_and_one_booking(shopper: Shopper) -> None:
    change = shopper.moves()
    signer, now = shopper.door.service.signer, shopper.door.clock()
    with shopper.door.database.reading() as session:
        token = undo_token(signer, change_rows.find(session, MERCHANT_ID, change.id))
        assert find_undone(session, now, signer, shopper.booking, token).id == change.id
        for later, wrong in ((48, token), (0, token + "x"), (0, "nothing")):
            with pytest.raises(BookingNotFound):
                find_undone(session, now + timedelta(hours=later), signer, shopper.booking, wrong)
    other = Shopper(shopper.door, booked(shopper.door, "shipping", number="1002")["booking"])
    with shopper.door.database.reading() as session, pytest.raises(BookingNotFound):
        find_undone(session, now, signer, other.booking, token)


def test_the_link_puts_it_back_on_a_page(shopper: Shopper) -> None:
    door, before = shopper.door, shopper.booking
    change = shopper.moves("shipping", -1)
    with door.database.reading() as session:
        token = undo_token(door.service.signer, change_rows.find(session, MERCHANT_ID, change.id))
    path = f"/d/{door.service.links.page(before.id, before.page_version).rsplit('/', 1)[1]}/undo/{token}"
    rows = door.rows()
    page = door.client.get(path)
    assert (page.status_code, door.rows()) == (200, rows)
    assert "You get €2.50 back." in page.text
    answer = door.client.post(path)
    assert (answer.status_code, answer.headers["Location"]) == (303, "../changes")
    assert shopper.booking.option == before.option
    assert door.client.get(path).status_code == 409


def test_it_hides_other_merchants(shopper: Shopper) -> None:
    packed(shopper)
    change = shopper.moves()
    with pytest.raises(ChangeNotFound):
        shopper.door.database.write(
            lambda session: change_answers.answer(
                session,
                shopper.door.clock(),
                shopper.door.service.links,
                merchant_id=BOOKS,
                change_id=change.id,
                accepted=True,
            )
        )
    assert shopper.state_of(change) == ASKED
