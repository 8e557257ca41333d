"""What tests of the pages of changes do over and over: open a page, fill in its form, confirm, look what it came to."""

import re
from typing import Any

from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from delivery.audit import OPERATOR
from delivery.settings import items
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.delivery.counting import counted, expected
from tests.doors import Door
from tests.plugin.html_forms import form_of
from tests.widget.test_pages import path_of

RECIPIENT = {"name": "A. Jansen", "email": "anna@planted.test", "locale": "en-GB"}
OPTION = "delivery_choice_option"


def path_to(booking: dict[str, Any], page: str) -> str:
    return f"{path_of(booking['delivery_page'])}/{page}"


def allow(door: Door, **afterwards: Any) -> None:
    """Set what the merchant allows."""
    door.database.write(
        lambda session: items.save(session, door.clock(), OPERATOR, MERCHANT_ID, "afterwards", "", afterwards)
    )


def options_in(html: str, kind: str | None = None) -> list[str]:
    """The options of the picker on a page."""
    found = re.findall(r'data-option="([^"]+)" data-type="(\w+)"', html)
    return [option for option, its_kind in found if kind in (None, its_kind)]


def fill(html: str, marker: str, **typed: str) -> MultiDict[str, str]:
    """The form that has a field of this name, filled in."""
    form = form_of(html, marker)
    for name, value in typed.items():
        form[name] = value
    return form


def post(door: Door, booking: dict[str, Any], page: str, form: Any) -> TestResponse:
    return door.client.post(path_to(booking, page), data=form)


def confirmed(door: Door, booking: dict[str, Any], page: str, html: str) -> TestResponse:
    """Press the button of the page that shows what it comes to."""
    return post(door, booking, page, form_of(html, "step"))


def now_of(door: Door, booking: dict[str, Any]) -> dict[str, Any]:
    return door.server("GET", f"/bookings/{booking['booking']}").get_json()  # type: ignore[no-any-return]


def places_leak_not(door: Door) -> None:
    """Every counter is what live holds and bookings say, with the old place of a change that waits."""
    with door.database.reading() as session:
        assert counted(session, MERCHANT_ID) == expected(session, MERCHANT_ID)


def pack(door: Door, booking: dict[str, Any], step: str = "packed") -> None:
    event = {"type": step, "at": door.clock().isoformat()}
    assert door.server("POST", f"/bookings/{booking['booking']}/events", json=event).status_code == 200
