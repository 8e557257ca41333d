"""The page To send: what has to leave, and marking what is ticked."""

from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from delivery.accounts import Role
from delivery.progress import events_of
from delivery.store.tables import bookings
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.doors import Door
from tests.plugin.desk import Desk, another_desk

TO_SEND = "/plugin/to-send"


def booked(door: Door, number: str, kind: str = "shipping", nth: int = 0, **said: Any) -> str:
    choice = door.take(kind, nth, f"checkout {number} {said.get('part')}")["choice"]
    booking: str = door.order(choice, number, **said).get_json()["booking"]
    return booking


def states(desk: Desk) -> dict[str, str]:
    with desk.door.database.reading() as session:
        rows = session.execute(
            select(bookings.c.order_number, bookings.c.state).where(bookings.c.merchant_id == desk.merchant_id)
        )
        return {row.order_number: row.state for row in rows}


def mark(desk: Desk, step: str, *ticked: str, **said: str) -> Any:
    return desk.post(TO_SEND, {"booking": list(ticked), "step": step} | said)


def words_of(response: Any) -> str:
    return unescape(response.text)


def test_what_has_to_leave_stands_there_with_all_that_is_needed(desk: Desk) -> None:
    booked(desk.door, "1001", notes="Leave it with the neighbours")
    booked(desk.door, "1002", "local_delivery")
    page = words_of(desk.get(TO_SEND))
    for part in ("1001", "1002", "A. Jansen", "1 × LAMP-1", "Leave it with the neighbours", "Pakketpost", "14:00"):
        assert part in page


def test_an_empty_list_says_so(plain_desk: Desk) -> None:
    assert "Nothing has to leave today or tomorrow." in plain_desk.get(TO_SEND).text


def test_what_is_ticked_is_marked_together(desk: Desk) -> None:
    ids = [booked(desk.door, number) for number in ("1001", "1002", "1003")]
    response = mark(desk, "packed", *ids[:2])
    assert response.status_code == 303
    assert states(desk) == {"1001": "packed", "1002": "packed", "1003": "confirmed"}
    assert "2 orders were marked: Packed." in words_of(desk.get(TO_SEND))


def test_carrier_and_link_go_with_what_is_sent_and_who_marked_it_is_kept(desk: Desk) -> None:
    booking = booked(desk.door, "1001")
    mark(desk, "dispatched", booking, carrier="PostNL", tracking_url="https://track.example/1")
    with desk.door.database.reading() as session:
        [event] = events_of(session, MERCHANT_ID, booking)
    assert event.facts == {
        "carrier": "PostNL",
        "tracking_url": "https://track.example/1",
        "by": desk.account.by.who,
    }


def test_what_cannot_be_marked_says_why_and_stays_ticked_while_the_rest_is_marked(desk: Desk) -> None:
    parcel, pickup = booked(desk.door, "1001"), booked(desk.door, "1002", "pickup")
    response = mark(desk, "delivered", parcel, pickup, carrier="PostNL")
    page = words_of(response)
    assert response.status_code == 422
    assert "Order 1002 was not marked. It is collected at a pick-up centre, not brought to an address." in page
    assert "Order 1001: Delivered." in page
    assert f'value="{pickup}" checked' in page
    assert 'value="PostNL"' in page
    assert states(desk) == {"1001": "delivered", "1002": "confirmed"}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"tracking_url": "javascript:alert(1)"}, "A link begins with http:// or https://."),
        ({"carrier": "x" * 101}, "A carrier's name has at most 100 letters."),
        ({"step": "beamed"}, "Tick at least one order, then say what happened to it."),
        ({"booking": []}, "Tick at least one order, then say what happened to it."),
    ],
)
def test_nothing_is_marked_when_something_typed_is_wrong(plain_desk: Desk, said: dict[str, Any], words: str) -> None:
    booking = booked(plain_desk.door, "1001")
    response = plain_desk.post(TO_SEND, {"booking": [booking], "step": "dispatched"} | said)
    assert response.status_code == 422
    assert words in words_of(response)
    assert states(plain_desk) == {"1001": "confirmed"}


def test_the_same_form_sent_twice_counts_once(desk: Desk) -> None:
    booking = booked(desk.door, "1001")
    for _ in range(2):
        assert mark(desk, "dispatched", booking, once="abc", carrier="PostNL").status_code == 303
        desk.door.clock.forward(minutes=1)
    assert desk.door.rows()["events"] == 1


def test_what_was_marked_before_is_not_marked_again(desk: Desk) -> None:
    booking = booked(desk.door, "1001")
    mark(desk, "packed", booking)
    desk.door.clock.forward(minutes=5)
    assert mark(desk, "packed", booking).status_code == 303
    assert desk.door.rows()["events"] == 1


def test_one_place_is_shown_and_stays_chosen(plain_desk: Desk) -> None:
    booking = booked(plain_desk.door, "1001")
    assert "1001" in plain_desk.get(f"{TO_SEND}?origin=haarlemmerdijk").text
    assert booking not in plain_desk.get(f"{TO_SEND}?origin=houten").text
    response = mark(plain_desk, "packed", booking, origin="haarlemmerdijk")
    assert response.headers["Location"] == f"{TO_SEND}?origin=haarlemmerdijk"


def test_it_speaks_dutch(plain_desk: Desk) -> None:
    booking = booked(plain_desk.door, "1001", "pickup")
    page = words_of(plain_desk.get(TO_SEND, headers={"Accept-Language": "nl"}))
    assert "Te versturen" in page
    refused = plain_desk.post(TO_SEND, {"booking": [booking], "step": "delivered"}, headers={"Accept-Language": "nl"})
    assert "Dit wordt opgehaald bij een afhaalpunt" in words_of(refused)


def test_the_counter_may_use_it_and_nobody_without_a_login(desk: Desk) -> None:
    booking = booked(desk.door, "1001")
    assert mark(desk.as_role(Role.COUNTER), "packed", booking).status_code == 303
    stranger = desk.door.client.application.test_client()
    assert stranger.get(TO_SEND).status_code == 303
    assert desk.client.post(TO_SEND, data={"booking": booking, "step": "dispatched"}).status_code == 400
    assert states(desk) == {"1001": "packed"}


def test_it_hides_other_merchants(desk: Desk) -> None:
    booking = booked(desk.door, "1001")
    other = another_desk(desk)
    assert booking not in other.get(TO_SEND).text
    response = mark(other, "packed", booking)
    assert response.status_code == 422
    assert "1001" not in response.text
    assert "One of the orders is no longer there." in response.text
    assert states(desk) == {"1001": "confirmed"}
