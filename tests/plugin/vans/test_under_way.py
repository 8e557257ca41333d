"""A van on its way, through the doors: it leaves, it is late, its shoppers see it and may ask for more time at their door."""

import re
from datetime import UTC, datetime, timedelta

from tests.doors import Door
from tests.plugin.desk import Desk, another_desk
from tests.plugin.html_forms import form_of
from tests.vans import ORIGIN, with_vans

WEDNESDAY = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
DAY = f"/plugin/vans/{ORIGIN}/2026-11-25"


def bought(door: Door, number: str, checkout: str) -> dict[str, str]:
    """A window on Wednesday, ordered."""
    offer = door.offer(checkout)
    options = [one for one in offer["options"] if one["type"] == "local_delivery"]
    option = next(one for one in options if one["delivery_window"]["start"].startswith("2026-11-25"))
    held = door.hold(offer["offer"], option["id"]).get_json()
    made = door.order(held["choice"], number).get_json()
    return {"page": made["delivery_page"].partition("/d/")[2], "id": made["booking"]}


def shoppers_page(door: Door, order: dict[str, str]) -> str:
    return door.client.get(f"/d/{order['page']}").text


def narrowed(door: Door, order: dict[str, str]) -> str | None:
    """Between which times the shopper's page says that the courier comes."""
    text = shoppers_page(door, order)
    found = re.search(r'<span class="window">([^<]*)</span>', text)
    return found[1] if found and "The courier expects" in text else None


def test_a_van_leaves_and_is_late(plain_desk: Desk) -> None:
    door, van = plain_desk.door, f"{with_vans(plain_desk.door)}%231"
    orders = [bought(door, f"100{n}", f"checkout-{n}") for n in range(2)]
    assert "The van has left" not in plain_desk.get(DAY).text, "it is still Tuesday"
    too_early = plain_desk.post(f"{DAY}/{van}/started")
    assert (too_early.status_code, "on its own day only" in too_early.text) == (409, True)
    assert plain_desk.post(f"{DAY}/{van}/late", {"minutes": "30", "once": "a"}).status_code == 409

    door.clock.now = WEDNESDAY
    assert "The van has left" in plain_desk.get(DAY).text
    assert plain_desk.post(f"{DAY}/{van}/started").status_code == 303
    page = plain_desk.get(DAY).text
    assert "2 shoppers now see when it comes." in page
    assert "Left at 09:00.</strong> 0 of 2 stops are done." in page
    assert narrowed(door, orders[0]) == "09:10–09:35"
    text = shoppers_page(door, orders[0])
    assert "The courier expects to be with you in this time." in text
    assert text.count(">Out for delivery<") == 1

    for minutes in ("", "-1", "601", "ten", "²"):
        refused = plain_desk.post(f"{DAY}/{van}/late", {"minutes": minutes, "once": "a"})
        assert (refused.status_code, "from 0 to 600" in refused.text) == (422, True)
    once = form_of(page, "once")["once"]
    for _ in range(2):
        assert plain_desk.post(f"{DAY}/{van}/late", {"minutes": "120", "once": once}).status_code == 303
    page = plain_desk.get(DAY).text
    assert "nobody needs to hear of it" in page
    story = plain_desk.get(f"/plugin/deliveries/{orders[0]['id']}").text
    assert re.search(r"window: 1\d:\d\d–1\d:\d\d", story)
    assert re.search(r"told: 1\d:\d\d–1\d:\d\d", story)
    assert "Said to be 120 minutes late." in page
    assert "later than promised" in page
    text = shoppers_page(door, orders[0])
    assert "It comes later than promised. We are sorry." in text
    late = narrowed(door, orders[0])
    assert late
    assert late > "10:30"

    delivered = {"type": "delivered", "at": (WEDNESDAY + timedelta(minutes=14)).isoformat()}
    door.clock.forward(minutes=14)
    assert door.server("POST", f"/bookings/{orders[1]['id']}/events", json=delivered).status_code == 200
    assert "1 of 2 stops is done" not in plain_desk.get(DAY).text
    assert "1 of 2 stops are done" in plain_desk.get(DAY).text
    assert narrowed(door, orders[0]) == "09:10–09:30", "it was not that late after all"


def test_a_report_may_say_that_the_van_is_late(plain_desk: Desk) -> None:
    door = plain_desk.door
    with_vans(door)
    order = bought(door, "1001", "checkout-1")
    door.clock.now = WEDNESDAY
    out = {"type": "out_for_delivery", "at": WEDNESDAY.isoformat()}
    for wrong in (-1, 601, 1.5, "ten", True):
        answer = door.server("POST", f"/bookings/{order['id']}/events", json=out | {"detail": {"late_minutes": wrong}})
        assert (answer.status_code, answer.get_json()["errors"][0]["pointer"]) == (422, "/detail/late_minutes")
    assert door.server("POST", f"/bookings/{order['id']}/events", json=out).status_code == 200
    first = narrowed(door, order)
    said = out | {"at": (WEDNESDAY + timedelta(minutes=1)).isoformat(), "detail": {"late_minutes": 45}}
    door.clock.forward(minutes=1)
    assert door.server("POST", f"/bookings/{order['id']}/events", json=said).status_code == 200
    second = narrowed(door, order)
    assert first
    assert second
    assert first < second


def test_more_time_at_the_door_is_asked_for_on_the_shoppers_page(plain_desk: Desk) -> None:
    door = plain_desk.door
    with_vans(door)
    orders = [bought(door, f"100{n}", f"checkout-{n}") for n in range(2)]
    assert "Ask for more time at the door" in shoppers_page(door, orders[0])
    address = f"/d/{orders[0]['page']}/door"
    assert "The courier can take 10 minutes more." in door.client.get(address).text
    for _ in range(2):
        assert door.client.post(address, data={"wanted": "more"}).headers["Location"] == "door"
    assert "10 minutes more than usual are kept for your door." in door.client.get(address).text
    assert "10 minutes more than usual are kept for your door." in shoppers_page(door, orders[0])
    assert "10 of them asked for" in plain_desk.get(DAY).text

    # Once the van is out, whoever comes after sees it at once.
    door.clock.now = WEDNESDAY
    out = {"type": "out_for_delivery", "at": WEDNESDAY.isoformat()}
    assert door.server("POST", f"/bookings/{orders[1]['id']}/events", json=out).status_code == 200
    before = [narrowed(door, order) for order in orders]
    assert door.client.post(f"/d/{orders[1]['page']}/door", data={"wanted": "more"}).status_code == 303
    after = [narrowed(door, order) for order in orders]
    assert sorted(before) != sorted(after)  # type: ignore[type-var]
    assert door.client.post(address, data={"wanted": "usual"}).status_code == 303
    assert "Ask for more time at the door" in shoppers_page(door, orders[0])

    done = {"type": "delivered", "at": (WEDNESDAY + timedelta(minutes=9)).isoformat()}
    door.clock.forward(minutes=9)
    assert door.server("POST", f"/bookings/{orders[0]['id']}/events", json=done).status_code == 200
    assert door.client.get(address).status_code == 409
    assert door.client.post(address, data={"wanted": "more"}).status_code == 409


def test_a_round_that_is_full_says_so(plain_desk: Desk) -> None:
    """A day of one hour, in which nobody can stay so much longer."""
    door = plain_desk.door
    with_vans(door, shift_start="08:30", shift_end="09:30")
    orders = [bought(door, f"100{n}", f"checkout-{n}") for n in range(4)]
    answers = [door.client.post(f"/d/{order['page']}/door", data={"wanted": "more"}) for order in orders]
    refused = [answer for answer in answers if answer.status_code == 409]
    assert refused
    assert "The round is too full for that" in refused[0].text


def test_where_no_van_comes_nobody_can_ask_for_time(plain_desk: Desk) -> None:
    door = plain_desk.door
    order = bought(door, "1001", "checkout-1")
    assert "time at the door" not in shoppers_page(door, order)
    assert door.client.get(f"/d/{order['page']}/door").status_code == 409
    assert door.client.post(f"/d/{order['page']}/door").status_code == 409


def test_it_hides_other_merchants(plain_desk: Desk) -> None:
    door, van = plain_desk.door, f"{with_vans(plain_desk.door)}%231"
    order = bought(door, "1001", "checkout-1")
    door.clock.now = WEDNESDAY
    stranger = another_desk(plain_desk)
    assert stranger.post(f"{DAY}/{van}/started").status_code == 404
    assert stranger.post(f"{DAY}/{van}/late", {"minutes": "60", "once": "a"}).status_code == 404
    assert "The courier expects" not in shoppers_page(door, order)
    assert plain_desk.post(f"{DAY}/bus%239/started").status_code == 404
