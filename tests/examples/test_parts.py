"""The example shop's basket in two parts: some delivered, some collected, with scripts and without."""

import html
import re

from tests.examples.conftest import Shopper

LAMP, CUSHION = "LAMP-DESK", "CUSHION"


def bookings(shopper: Shopper, order: str) -> dict[str, dict[str, str]]:
    found = shopper.door.server("GET", f"/bookings?order={order}").get_json()["bookings"]
    return {booking["part"]: booking for booking in found}


def with_two_things(shopper: Shopper) -> Shopper:
    shopper.goes_to_delivery(LAMP)
    shopper.goes_to_delivery(CUSHION)
    return shopper


def test_one_thing_has_the_plain_element_and_two_things_the_one_that_splits(shopper: Shopper) -> None:
    shopper.goes_to_delivery(LAMP)
    assert "<stoep-delivery " in shopper.page
    assert "stoep-split" not in shopper.page
    shopper.goes_to_delivery(CUSHION)
    assert "<stoep-split " in shopper.page
    assert '"name":"Desk lamp' in html.unescape(shopper.page)


def test_without_scripts_one_form_has_a_picker_for_each_part(shopper: Shopper) -> None:
    with_two_things(shopper)
    assert "Would you like to collect some of it yourself?" in shopper.page
    shopper.sends("/checkout/collected", delivery_choice_collected=CUSHION)
    plain = shopper.page.split("<noscript>")[1].split("</noscript>")[0]
    offers = dict(re.findall(r'name="(plain_offer\w*)" value="([^"]+)"', plain))
    picked = {}
    for field in ("delivery_choice", "delivery_choice_collect"):
        options = re.findall(rf'name="{field}_option" value="([^"]+)"', plain)
        picked[f"{field}_option"] = options[0]
    kinds = [set(re.findall(r'data-type="(\w+)"', part)) for part in plain.split('name="plain_offer_collect"')]
    assert kinds == [{"shipping", "local_delivery"}, {"pickup"}]
    lost = shopper.sends("/checkout/delivery", is_plain=1, plain_collected=CUSHION, **offers)
    assert "Please choose how you would like to receive your order." in lost.text
    payment = shopper.sends("/checkout/delivery", is_plain=1, plain_collected=CUSHION, **offers, **picked)
    number = payment.request.path.rsplit("/", 1)[1]
    shopper.sends(payment.request.path, outcome="pay")
    parts = bookings(shopper, number)
    assert {name: (one["type"], one["state"]) for name, one in parts.items()} == {
        "ship": ("shipping", "confirmed"), "collect": ("pickup", "confirmed")
    }  # fmt: skip
    assert "Ready to collect on" in shopper.page
    assert "Delivered on" in shopper.page


def test_one_part_loses_its_choice_and_the_other_stays(shopper: Shopper) -> None:
    with_two_things(shopper)
    ship = shopper.token("local_delivery", skus=[LAMP])
    form = {"delivery_choice": ship, "delivery_choice_collected": CUSHION}
    shopper.sends("/checkout/delivery", **form, delivery_choice_collect="made up")
    assert "Your choice is no longer kept." in shopper.page
    collect = shopper.token("pickup", skus=[CUSHION], suffix=":collect")
    payment = shopper.sends("/checkout/delivery", **form, delivery_choice_collect=collect)
    number = payment.request.path.rsplit("/", 1)[1]
    before = bookings(shopper, number)
    assert sorted((one["type"], one["state"]) for one in before.values()) == [
        ("local_delivery", "awaiting_payment"), ("pickup", "awaiting_payment")
    ]  # fmt: skip
    again = shopper.sends("/checkout/delivery", **form, delivery_choice_collect=collect)
    assert again.request.path == payment.request.path
    assert bookings(shopper, number).keys() == before.keys(), "sent twice, booked once"
    shopper.opens("/checkout/delivery")
    another = shopper.token("pickup", 1, skus=[CUSHION], suffix=":collect")
    shopper.sends("/checkout/delivery", **form, delivery_choice_collect=another)
    states = sorted((one["type"], one["state"]) for one in bookings(shopper, number).values())
    assert states == [("local_delivery", "awaiting_payment"), ("pickup", "awaiting_payment"), ("pickup", "cancelled")]
    fees = sum(
        one["fee"]["amount"]  # type: ignore[index]
        for one in bookings(shopper, number).values()
        if one["state"] != "cancelled"
    )
    shopper.opens(payment.request.path)
    goods = 6900 + next(line[2] for line in shopper.orders.find(number)["lines"] if line[0] == CUSHION)  # type: ignore[index]
    assert f"€{(goods + fees) // 100}.{(goods + fees) % 100:02}" in shopper.page
    shopper.sends(payment.request.path, outcome="fail")
    assert {one["state"] for one in bookings(shopper, number).values()} == {"cancelled"}


def test_everything_collected_is_one_part(shopper: Shopper) -> None:
    with_two_things(shopper)
    token = shopper.token("pickup", suffix=":collect")
    payment = shopper.sends(
        "/checkout/delivery", delivery_choice_collected=[LAMP, CUSHION], delivery_choice_collect=token
    )
    assert set(bookings(shopper, payment.request.path.rsplit("/", 1)[1])) == {"collect"}
