"""An order in two parts: each part's page leads to the other's, for the same person only."""

import re

import pytest

from tests.doors import BASKET, Door, order_body
from tests.widget.test_splits import taken

HEADING = "The other part of your order"


def booked(door: Door, part: str, choice: str, **other: object) -> dict[str, str]:
    answer = door.order(choice, "77", part=part, **other)
    assert answer.status_code == 201, answer.text
    found: dict[str, str] = answer.get_json()
    return found


def page_of(door: Door, booking: dict[str, str]) -> str:
    answer = door.client.get(booking["delivery_page"])
    assert answer.status_code == 200
    return answer.text


def test_each_page_leads_to_the_other(door: Door) -> None:
    first = booked(door, "ship", taken(door, ["shipping"], "c")["choice"])
    assert HEADING not in page_of(door, first)
    second = booked(door, "collect", taken(door, ["pickup"], "c:collect")["choice"])
    for here, there, words in ((first, second, "What you collect"), (second, first, "What is delivered")):
        shown = page_of(door, here)
        section = shown[shown.index(HEADING) : shown.index("</section>", shown.index(HEADING))]
        assert re.sub(r"<.*?>", "", section).count(words) == 1
        link = re.search(r'href="([^"]+)"', section)
        assert link
        token = link[1].rsplit("/", 1)[-1]
        assert f"/d/{token}" == there["delivery_page"].removeprefix(door.service.links.root)
    door.server("POST", f"/bookings/{second['booking']}/cancel", json={})
    assert HEADING not in page_of(door, first), "what was cancelled is no part any more"


@pytest.mark.parametrize(
    "other", [{"paid": False}, {"recipient": order_body(None)["recipient"] | {"email": "x@y.test"}}]
)
def test_what_is_not_paid_or_goes_to_somebody_else_is_not_shown(plain_door: Door, other: dict[str, object]) -> None:
    first = booked(plain_door, "ship", taken(plain_door, ["shipping"], "c")["choice"])
    booked(plain_door, "collect", taken(plain_door, ["pickup"], "c:collect")["choice"], **other)
    assert HEADING not in page_of(plain_door, first)


def test_another_order_is_no_part(plain_door: Door) -> None:
    first = booked(plain_door, "ship", taken(plain_door, ["shipping"], "c")["choice"])
    other = plain_door.order(taken(plain_door, ["pickup"], "d")["choice"], "78", basket=BASKET)
    assert other.status_code == 201
    assert HEADING not in page_of(plain_door, first)
