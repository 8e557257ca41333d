"""A booking in the words of the public interface."""

from dataclasses import replace
from datetime import date
from typing import Any

import orjson
import pytest

from delivery.booking_rows import Booking
from delivery.descriptions import describe, promise
from tests.databases import LAMPS
from tests.selling import ADDRESS, LINKS, NOW, option, slot

HANDOVER = {"state": "waiting", "tries": 0}
BOOKING = Booking(
    id="bk_1",
    merchant_id=LAMPS,
    order="1001",
    part="",
    state="confirmed",
    type="local_delivery",
    hold_id="hd_1",
    place=slot().key,
    option=option(slot()),
    origin_id="warehouse",
    service_id=None,
    ship_by=date(2026, 11, 23),
    fee_amount=395,
    currency="EUR",
    recipient={"name": "Anna de Vries"},
    address=ADDRESS,
    lines=[{"sku": "LAMP-1", "quantity": 1}],
    notes="",
    paid_until=None,
    page_version=2,
    version=3,
    created_at=NOW,
    updated_at=NOW,
)


def test_a_booking_says_all_that_the_interface_promises() -> None:
    assert describe(BOOKING, LINKS, HANDOVER) == {
        "booking": "bk_1",
        "order": "1001",
        "part": "",
        "state": "confirmed",
        "type": "local_delivery",
        "promise": {
            "earliest": "2026-11-24",
            "latest": "2026-11-24",
            "window": {"start": "2026-11-24T18:00:00+01:00", "end": "2026-11-24T20:00:00+01:00"},
            "time_zone": "Europe/Amsterdam",
            "steps": option(None)["steps"],
        },
        "fee": {"amount": 395, "currency": "EUR"},
        "tax": None,
        "recipient": {"name": "Anna de Vries"},
        "address": ADDRESS,
        "delivery_page": "https://stoep.test/d/bk_1.2",
        "handover": HANDOVER,
        "instructions": {},
        "version": 3,
    }


@pytest.mark.parametrize(
    ("rate", "fee", "tax"),
    [
        (2100, 495, {"rate": "21.00", "amount": 86}),
        (2100, 395, {"rate": "21.00", "amount": 69}),
        (905, 1000, {"rate": "9.05", "amount": 83}),
        (10_000, 1, {"rate": "100.00", "amount": 1}),
        (2100, 0, {"rate": "21.00", "amount": 0}),
        (0, 495, None),
    ],
)
def test_the_tax_in_the_fee_is_told(rate: int, fee: int, tax: dict[str, Any] | None) -> None:
    booking = replace(BOOKING, fee_amount=fee, option=option(slot()) | {"tax_rate": rate})
    assert describe(booking, LINKS, HANDOVER)["tax"] == tax


def test_it_is_plain_json() -> None:
    awaiting = replace(BOOKING, state="awaiting_payment", paid_until=NOW)
    described = describe(awaiting, LINKS, HANDOVER)
    assert orjson.loads(orjson.dumps(described)) == described
    assert described["paid_until"] == "2026-11-23T10:00:00+00:00"


def test_an_open_choice_has_no_promise_and_a_page_to_choose_on() -> None:
    described = describe(replace(BOOKING, state="choice_open", type=None, option=None), LINKS, HANDOVER)
    assert described["promise"] is None
    assert described["choose_page"] == "https://stoep.test/choose/bk_1.2"


@pytest.mark.parametrize(
    ("facts", "earliest", "latest"),
    [
        ({"earliest_day": "2026-11-24", "latest_day": "2026-11-26"}, "2026-11-24", "2026-11-26"),
        ({"earliest_day": None, "latest_day": None}, None, None),
        ({"ready_by": "2026-11-24T23:30:00+00:00"}, "2026-11-25", "2026-11-25"),
        ({"window": {"start": "2026-11-24T23:30:00+00:00", "end": "…"}}, "2026-11-25", "2026-11-25"),
    ],
)
def test_the_promise_is_in_days_of_its_own_zone(facts: dict[str, Any], earliest: str, latest: str) -> None:
    said = promise({"time_zone": "Europe/Amsterdam"} | facts)
    assert (said["earliest"], said["latest"]) == (earliest, latest)


def test_a_pick_up_says_where_and_until_when() -> None:
    pickup = {
        "time_zone": "Europe/Amsterdam",
        "location": {"id": "centre", "name": "Bookshop"},
        "ready_by": "2026-11-24T15:00:00+01:00",
        "pickup_by": "2026-12-01T18:00:00+01:00",
    }
    described = describe(replace(BOOKING, type="pickup", option=pickup), LINKS, HANDOVER)
    assert described["location"] == {"id": "centre", "name": "Bookshop"}
    assert described["promise"]["ready_by"] == "2026-11-24T15:00:00+01:00"
    assert described["promise"]["pickup_by"] == "2026-12-01T18:00:00+01:00"
