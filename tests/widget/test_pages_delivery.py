"""GET /d/{token}: how far a delivery has come, what comes next, and whether the promise holds."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from delivery.booking_states import STEPS
from delivery.messages import KINDS
from delivery.store.tables import messages
from delivery.texts.journeys import steps_said
from delivery.texts.messages import kinds_said
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.doors import Door, another_merchant
from tests.widget.test_pages import NASTY, booked, path_of, put, seen

HOUR = timedelta(hours=1)


def report(door: Door, booking: dict[str, Any], step: str, **facts: Any) -> None:
    event = {"type": step, "at": door.clock().isoformat()} | facts
    response = door.server("POST", f"/bookings/{booking['booking']}/events", json=event)
    assert response.status_code < 300, response.text


def html_of(door: Door, booking: dict[str, Any]) -> str:
    return door.client.get(path_of(booking["delivery_page"])).text


def test_steps_stand_in_the_order_in_which_they_happened_each_with_its_moment(door: Door) -> None:
    booking = booked(door, "shipping")
    door.clock.forward(hours=3)
    report(door, booking, "packed")
    door.clock.forward(hours=1)
    report(door, booking, "dispatched", carrier="PostNL", tracking_url="https://carrier.test/3S123")
    door.clock.forward(hours=2)
    report(door, booking, "in_transit", status="Sorted in Houten")
    said = seen(door, booking)
    expected = (
        "Ordered Tuesday 24 November, 10:00 Packed Tuesday 24 November, 13:00 Sent Tuesday 24 November, 14:00 "
        "On its way Sorted in Houten Tuesday 24 November, 16:00 Next: It comes to you Wednesday 25 November"
    )
    assert expected in said
    assert "Carrier: PostNL Follow the parcel with the carrier" in said
    html = html_of(door, booking)
    assert '<a href="https://carrier.test/3S123" rel="noreferrer">' in html
    assert '<time datetime="2026-11-24T14:00+01:00">' in html


def test_every_step_and_every_message_has_words() -> None:
    assert {"ordered", *STEPS, "kept_longer", "going_back", "cancelled"} == set(steps_said())
    assert set(KINDS) == set(kinds_said())


@pytest.mark.parametrize(
    ("kind", "state", "to_come"),
    [
        ("shipping", "confirmed", "Next: It leaves the shop by Tuesday 24 November"),
        ("shipping", "packed", "Next: It leaves the shop by Tuesday 24 November"),
        ("local_delivery", "dispatched", "Next: It comes to you Tuesday 24 November, 14:00–16:00"),
        ("local_delivery", "out_for_delivery", "Next: It comes to you Tuesday 24 November, 14:00–16:00"),
        ("pickup", "confirmed", "Next: You can collect it by "),
        ("pickup", "dispatched", "Next: You can collect it by "),
        ("pickup", "ready_for_pickup", "Next: You collect it by "),
    ],
)
def test_the_next_step_and_by_when(plain_door: Door, kind: str, state: str, to_come: str) -> None:
    booking = booked(plain_door, kind)
    put(plain_door, booking, state=state)
    assert to_come in seen(plain_door, booking)


@pytest.mark.parametrize("state", ["delivered", "collected", "returned", "cancelled", "delivery_failed", "choice_open"])
def test_nothing_is_expected_next_where_nobody_knows_or_all_is_done(plain_door: Door, state: str) -> None:
    booking = booked(plain_door)
    put(plain_door, booking, state=state)
    assert "Next:" not in seen(plain_door, booking)


def test_a_payment_is_awaited_until_its_moment(plain_door: Door) -> None:
    booking = booked(plain_door, paid=False)
    assert "Next: Your payment comes in by Tuesday 24 November, 11:00" in seen(plain_door, booking)


def test_a_moment_that_has_passed_is_not_expected_any_more(plain_door: Door) -> None:
    booking = booked(plain_door, "shipping")
    plain_door.clock.forward(days=1)
    said = seen(plain_door, booking)
    assert "Next: It leaves the shop" in said
    assert "by Tuesday 24 November" not in said


def test_a_promise_holds_until_its_last_moment_and_not_a_second_longer(door: Door) -> None:
    booking = booked(door)
    end = datetime.fromisoformat(booking["promise"]["window"]["end"])
    door.clock.now = end - timedelta(seconds=1)
    assert "This still holds." in seen(door, booking)
    door.clock.now = end
    assert "This time has passed, and nobody has told us yet that it arrived." in seen(door, booking)


def test_a_promised_day_lasts_until_its_midnight_where_it_goes(plain_door: Door) -> None:
    booking = booked(plain_door, "shipping")
    assert booking["promise"]["latest"] == "2026-11-25"
    plain_door.clock.now = datetime.fromisoformat("2026-11-25T23:59:59+01:00")
    assert "This still holds." in seen(plain_door, booking)
    plain_door.clock.forward(seconds=1)
    assert "This time has passed" in seen(plain_door, booking)


def test_a_new_date_stands_beside_the_one_promised_first(door: Door) -> None:
    booking = booked(door)
    put(
        door,
        booking,
        expected={"earliest": "2026-11-26", "latest": "2026-11-27", "told_at": "2026-11-24T12:00:00+00:00"},
    )
    said = seen(door, booking)
    assert "Thursday 26 November – Friday 27 November" in said
    assert "It comes later than promised. We are sorry." in said
    assert "Promised at first: Tuesday 24 November, 14:00–16:00" in said
    put(door, booking, state="out_for_delivery")
    assert "Next: It comes to you Thursday 26 November – Friday 27 November" in seen(door, booking)


def test_a_new_date_that_nobody_knows_is_not_invented(door: Door) -> None:
    booking = booked(door)
    put(door, booking, expected={"earliest": None, "latest": None, "told_at": "2026-11-24T12:00:00+00:00"})
    said = seen(door, booking)
    assert "The date is not known yet" in said
    assert "Promised at first: Tuesday 24 November, 14:00–16:00" in said


def test_a_parcel_that_is_ready_later_says_so_and_not_until_when_it_is_kept(plain_door: Door) -> None:
    booking = booked(plain_door, "pickup")
    put(plain_door, booking, expected={"earliest": "2026-11-30", "latest": "2026-11-30", "told_at": ""})
    said = seen(plain_door, booking)
    assert "Ready Monday 30 November" in said
    assert "It is ready later than promised." in said
    assert "Kept until" not in said


@pytest.mark.parametrize(
    ("kept", "by", "said"),
    [
        (True, None, "It came as promised."),
        (False, "late_out", "It came later than promised."),
        (False, "late_in_transit", "It came later than promised."),
        (False, "early", "It came earlier than promised."),
    ],
)
def test_how_a_promise_ended(plain_door: Door, kept: bool, by: str | None, said: str) -> None:
    booking = booked(plain_door)
    put(plain_door, booking, state="delivered", kept=kept, broken_by=by)
    assert said in seen(plain_door, booking)


def test_a_shopper_who_was_out_is_not_told_that_somebody_was_late(plain_door: Door) -> None:
    booking = booked(plain_door)
    put(plain_door, booking, state="delivered", kept=False, broken_by="nobody_home")
    said = seen(plain_door, booking)
    assert "promised." not in said
    assert "This still holds." not in said


def test_a_centre_has_a_map_behind_a_link_and_asks_to_wait_until_it_is_ready(plain_door: Door) -> None:
    booking = booked(plain_door, "pickup")
    html = html_of(plain_door, booking)
    where = booking["location"]["latitude"], booking["location"]["longitude"]
    link = re.search(r'href="(https://www\.openstreetmap\.org/[^"]+)" rel="noreferrer"', html)
    assert link
    assert link[1].endswith(f"#map=17/{where[0]:.5f}/{where[1]:.5f}")
    assert not re.search(r"<(img|iframe|object|embed)", html)
    assert "Please come only once this page says that it is ready." in html
    report(plain_door, booking, "ready_for_pickup")
    assert "Please come only once" not in html_of(plain_door, booking)


def test_messages_that_were_sent_are_listed_and_others_are_not(door: Door) -> None:
    booking = booked(door)
    now = door.clock()
    row = {"merchant_id": MERCHANT_ID, "booking_id": booking["booking"], "channel": "mail", "tries": 1}
    row |= {"next_try_at": now, "created_at": now}

    def write(session: Any) -> None:
        for number, (kind, state, sent_at) in enumerate(
            [("confirmed", "sent", now), ("packed", "waiting", None), ("dispatched", "sent", now + HOUR)]
        ):
            made = row | {"id": f"told_{number}", "kind": kind, "state": state, "sent_at": sent_at}
            session.execute(messages.insert().values(made))

    door.database.write(write)
    said = seen(door, booking)
    listed = (
        "Messages we sent you Your order 1001 is confirmed Tuesday 24 November, 10:00 "
        "Your order 1001 is on its way Tuesday 24 November, 11:00"
    )
    assert listed in said
    assert "Your order 1001 is packed" not in said


def test_what_a_carrier_says_is_escaped(plain_door: Door) -> None:
    booking = booked(plain_door, "shipping")
    report(plain_door, booking, "dispatched", carrier=NASTY, status=NASTY)
    html = html_of(plain_door, booking)
    assert "<script>" not in html
    assert seen(plain_door, booking).count(NASTY) == 2


def test_who_marked_a_step_and_the_carriers_details_are_not_for_the_shopper(plain_door: Door) -> None:
    booking = booked(plain_door, "shipping")
    report(plain_door, booking, "dispatched", detail={"signed_for": "the neighbour"})
    assert "the neighbour" not in seen(plain_door, booking)


def test_it_renews_itself_only_as_long_as_something_may_happen(plain_door: Door) -> None:
    booking = booked(plain_door)
    assert "data-renewed" in html_of(plain_door, booking)
    report(plain_door, booking, "delivered")
    assert "data-renewed" not in html_of(plain_door, booking)


def test_what_can_be_changed_leads_to_its_page_and_says_until_when(door: Door) -> None:
    booking = booked(door)
    token = booking["delivery_page"].rsplit("/", 1)[1]
    html = html_of(door, booking)
    pages = re.findall(rf'<a href="({re.escape(token)}/[a-z]+)">', html)
    assert [page.rsplit("/", 1)[1] for page in pages] == ["address", "elsewhere", "move", "note"]
    assert [door.client.get(f"/d/{page}").status_code for page in pages] == [200] * 4
    assert "Correct the address until Tuesday 24 November, " in seen(door, booking)
    report(door, booking, "dispatched")
    assert "Change your delivery" not in seen(door, booking)


def test_what_the_courier_was_asked_to_do_stands_beside_the_address(plain_door: Door) -> None:
    booking = booked(plain_door)
    put(plain_door, booking, instructions={"note": "Ring twice\n" + NASTY, "leave": "neighbour", "where": "No 265"})
    said = seen(plain_door, booking)
    assert "With a neighbour: No 265 Ring twice" in said
    assert NASTY in said


def test_it_hides_other_merchants(door: Door) -> None:
    """What is reported and told of another shop's booking stands on no page of this one."""
    other = another_merchant(door)
    theirs = other.order(None, recipient={"name": "B. Bakker", "locale": "en"}).get_json()
    mine = booked(door, "shipping")
    report(door, mine, "dispatched", carrier="PostNL")
    assert "PostNL" not in seen(other, theirs)
    answer = other.server(
        "POST", f"/bookings/{mine['booking']}/events", json={"type": "packed", "at": door.clock().isoformat()}
    )
    assert answer.status_code == 404
