"""A parcel that could not be delivered: what the shopper can do now, on the page and in the mail, and what comes of it."""

from datetime import datetime
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from delivery.message_facts import facts_of
from delivery.store.tables import handovers
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.doors import Door
from tests.rules.human_dates import at
from tests.selling import told
from tests.watching import read
from tests.widget.changing import (
    OPTION,
    allow,
    confirmed,
    fill,
    now_of,
    options_in,
    pack,
    path_to,
    places_leak_not,
    post,
)
from tests.widget.test_pages import booked, path_of, seen

FAILED_AT = "Tue 2026-11-24 15:00"


def failed(door: Door, **other: Any) -> dict[str, Any]:
    """Booked for Tuesday 14:00 to 16:00; nobody was home."""
    booking = booked(door, **other)
    door.clock.now = at(FAILED_AT)
    pack(door, booking, "delivery_failed")
    return booking


def links(door: Door, booking: dict[str, Any]) -> dict[str, str]:
    """Where the mail leads to."""
    with door.database.reading() as session:
        setup = door.service.memory.setup_of_merchant(session, MERCHANT_ID)
        facts = facts_of(session, door.clock(), setup, read(door, booking["booking"]), door.service.links, "en-GB")
    return {name: facts[name] for name in ("move", "elsewhere")}


def moved(door: Door, booking: dict[str, Any]) -> str:
    """Another window is chosen and confirmed; the change's id."""
    html = door.client.get(path_to(booking, "move")).text
    option = options_in(html, "local_delivery")[3]
    looked_at = post(door, booking, "move", fill(html, "offer") | {OPTION: option})
    assert confirmed(door, booking, "move", looked_at.text).status_code == 303
    [change] = [line["data"]["change"] for line in changes_told(door) if line["type"] == "booking.changed"]
    assert (change["kind"], change["state"]) == ("move", "asked")
    return str(change["change"])


def changes_told(door: Door) -> list[dict[str, Any]]:
    with door.database.reading() as session:
        bodies = session.scalars(
            select(handovers.c.body).where(handovers.c.merchant_id == MERCHANT_ID).order_by(handovers.c.sequence)
        )
        return [orjson.loads(body) for body in bodies]


def test_the_page_and_the_mail_lead_to_another_time_and_another_place(plain_door: Door) -> None:
    booking = failed(plain_door)
    said = seen(plain_door, booking)
    now_what = said[said.index("What you can do now") : said.index("What was promised")]
    for way in ("Choose what suits you", "until Sunday 29 November, 15:00"):
        assert way in now_what
    html = plain_door.client.get(path_of(booking["delivery_page"])).text
    assert [page for page in ("move", "elsewhere", "note", "address", "cancel") if f'/{page}"' in html] == [
        "move",
        "elsewhere",
        "note",
    ]
    assert "Change your delivery" not in said
    page = booking["delivery_page"]
    assert links(plain_door, booking) == {"move": f"{page}/move", "elsewhere": f"{page}/elsewhere"}
    plain_door.clock.now = at("Sun 2026-11-29 15:00")
    assert "You need do nothing" in seen(plain_door, booking)
    assert plain_door.client.get(path_to(booking, "move")).status_code == 409


def test_what_the_shop_does_not_allow_is_not_offered(plain_door: Door) -> None:
    booking = failed(plain_door)
    allow(plain_door, move=False, redirect_until="packed", notes_until="never")
    assert "You need do nothing" in seen(plain_door, booking)
    assert links(plain_door, booking) == {"move": "", "elsewhere": ""}


@pytest.mark.parametrize("accepted", [True, False])
def test_another_window_is_asked_of_the_courier_and_no_place_leaks(door: Door, accepted: bool) -> None:
    booking = failed(door)
    change = moved(door, booking)
    assert now_of(door, booking)["promise"]["window"] != booking["promise"]["window"]
    assert "When it comes" in seen(door, booking)
    places_leak_not(door)
    answer = {"answer": "accepted" if accepted else "refused"}
    assert door.server("POST", f"/changes/{change}/answer", json=answer).status_code == 200
    now = now_of(door, booking)
    assert (now["promise"]["window"] != booking["promise"]["window"]) is accepted
    assert now["state"] == "delivery_failed"
    places_leak_not(door)
    assert told(door.database, MERCHANT_ID)[-1] == "booking.changed"
    if accepted:
        door.clock.now = datetime.fromisoformat(now["promise"]["window"]["start"])
        pack(door, booking, "out_for_delivery")
        assert "This still holds." in seen(door, booking)
