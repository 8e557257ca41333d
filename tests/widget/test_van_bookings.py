"""Windows that vans keep, after the order: nobody is near to themselves, nobody is visited twice or at the old address."""

from datetime import timedelta
from typing import Any

import pytest

from delivery import moves, van_days
from delivery.booking_rows import get
from delivery.change_rows import MOVE
from delivery.corrections import promise_holds
from delivery.setups import load_setup
from delivery.store.tables import places
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.delivery.test_change_answers import Shopper
from tests.doors import ADDRESS, Door
from tests.vans import ORIGIN, with_vans
from tests.widget.test_van_windows import AT_THE_CANAL, NEXT_DOOR, day_of, near, take, visited, windows


def ordered(door: Door, checkout: str = "anna", number: str = "1001", **other: Any) -> dict[str, Any]:
    taken = take(door, checkout)
    response = door.order(taken["choice"], number, **other)
    assert response.status_code == 201, response.text
    return response.get_json() | {"taken": taken}


def offered(door: Door, booking: dict[str, Any]) -> list[Any]:
    """Windows that its shopper may move it to."""
    known = door.service
    with door.database.reading() as session:
        setup = load_setup(session, MERCHANT_ID)
        own = get(session, merchant_id=MERCHANT_ID, booking_id=booking["booking"])
        about = (session, door.clock(), known.memory, known.signer, setup, own)
        offer = moves.offer_for(*about, kind=MOVE, locale="en")
    return [option for option in offer.options if option.type == "local_delivery"]


def stops_on(door: Door, taken: dict[str, Any]) -> int:
    with door.database.reading() as session:
        fleet = load_setup(session, MERCHANT_ID).fleets[ORIGIN]
        return sum(len(sheet) for sheet in van_days.read(session, MERCHANT_ID, fleet, day_of(taken)).sheets.values())


def test_who_comes_back_on_another_van_is_taken_off_the_first(door: Door) -> None:
    with_vans(door, number=2, most_parcels=1)
    first, second = take(door, "ben"), take(door, "anna")
    for taken in (first, second):
        door.page("DELETE", f"/holds/{taken['hold']}")
    assert door.order(second["choice"]).status_code == 201
    assert day_of(first) == day_of(second)
    assert len(visited(door, day_of(second))) == 1
    assert stops_on(door, second) == 1


def test_where_no_van_is_out_on_any_day_their_windows_are_not_on_offer(door: Door) -> None:
    days = [str((door.clock() + timedelta(days=ahead)).date()) for ahead in range(60)]
    with_vans(door, days_off=days)
    assert windows(door.offer("anna")) == []


def test_nobody_is_in_ones_street_for_oneself(door: Door) -> None:
    with_vans(door, driving={"near_discount": 200, "unsure_minutes": 0})
    booking = ordered(door)
    assert near(door) != []
    own = offered(door, booking)
    assert own != []
    assert [option for option in own if option.is_near] == []


def test_the_only_place_on_a_van_is_no_hindrance_for_the_one_who_has_it(door: Door) -> None:
    with_vans(door, most_parcels=1)
    booking = ordered(door)
    assert booking["taken"]["option"]["delivery_window"]["start"][:10] in {
        str(one.day) for one in offered(door, booking)
    }


def test_an_order_that_is_not_paid_brings_no_van_near(door: Door) -> None:
    with_vans(door)
    taken = take(door, "anna", destination=AT_THE_CANAL)
    booking = door.order(taken["choice"], paid=False).get_json()
    assert near(door, destination=NEXT_DOOR) == []
    assert door.server("POST", f"/bookings/{booking['booking']}/paid").status_code == 200
    assert near(door, destination=NEXT_DOOR) == [taken["option"]["delivery_window"]]


def test_another_postcode_needs_a_window_that_vans_can_keep_there(door: Door) -> None:
    with_vans(door)
    booking = ordered(door)
    with door.database.reading() as session:
        setup = load_setup(session, MERCHANT_ID)
        own = get(session, merchant_id=MERCHANT_ID, booking_id=booking["booking"])
    assert promise_holds(setup, own, ADDRESS | {"lines": ["Prinsengracht 265"]})
    assert not promise_holds(setup, own, ADDRESS | {"postal_code": "1095 MZ"})


def test_taking_the_same_window_again_keeps_its_bound(door: Door) -> None:
    with_vans(door)
    first = take(door, "anna")
    door.clock.forward(minutes=5)
    again = take(door, "anna")
    assert again["option"]["delivery_window"] == first["option"]["delivery_window"]
    assert again["extendable_until"] == first["extendable_until"]
    assert take(door, "anna", number=1)["extendable_until"] > first["extendable_until"]


def test_windows_counted_for_want_of_a_place_are_exchanged_in_the_order_of_their_keys(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else two who swap would wait for each other."""
    with_vans(door)
    door.database.write(lambda session: session.execute(places.delete()))
    shopper, done = Shopper(door, ordered(door)["booking"]), list[str]()
    for name in ("choose", "free_booked"):
        real = getattr(moves, name)
        monkeypatch.setattr(
            moves, name, lambda *about, real=real, name=name, **said: done.append(name) or real(*about, **said)
        )
    refs = [shopper.booking.place and shopper.booking.place.ref]
    for number in (1, 0):
        shopper.moves(number=number)
        refs.append(shopper.booking.place and shopper.booking.place.ref)
    assert refs[0] == refs[2] != refs[1]
    rising, falling = ["free_booked", "choose"], ["choose", "free_booked"]
    assert done == (rising + falling if str(refs[0]) < str(refs[1]) else falling + rising)
