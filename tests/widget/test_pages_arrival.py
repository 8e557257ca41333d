"""The courier's own window, told on the round: on the page, in the calendar and in the mail, until it has passed."""

from typing import Any

import pytest
import vobject
from sqlalchemy import select

from delivery.message_facts import facts_of
from delivery.pages import Page
from delivery.store.tables import messages
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.doors import Door
from tests.rules.human_dates import at
from tests.telling import switch_on
from tests.watching import read
from tests.widget.test_pages import booked, path_of, seen


def out(door: Door, booking: dict[str, Any], moment: str, *between: str, step: str = "out_for_delivery") -> None:
    """Reported at a moment, with a window on the same day."""
    body: dict[str, Any] = {"type": step, "at": at(moment).isoformat()}
    if between:
        day = moment.rsplit(" ", 1)[0]
        starts, ends = (at(f"{day} {clock}").isoformat() for clock in between)
        body["detail"] = {"window": {"start": starts, "end": ends}}
    door.clock.now = max(door.clock.now, at(moment))
    answer = door.server("POST", f"/bookings/{booking['booking']}/events", json=body)
    assert answer.status_code == 200, answer.text


def when(door: Door, booking: dict[str, Any]) -> str:
    """What stands under "When it comes"."""
    said = seen(door, booking)
    return said[said.index("When it comes") : said.index("Where your order is")]


def event(door: Door, booking: dict[str, Any]) -> Any:
    return vobject.readOne(door.client.get(path_of(booking["delivery_page"]) + "/delivery.ics").text).vevent


def facts(door: Door, booking: dict[str, Any]) -> dict[str, str]:
    with door.database.reading() as session:
        found = read(door, booking["booking"])
        setup = door.service.memory.setup_of_merchant(session, MERCHANT_ID)
        page = Page(setup, found)
        return dict(facts_of(session, door.clock(), page.setup, page.booking, door.service.links, "en-GB"))


def told(door: Door) -> int:
    with door.database.reading() as session:
        mine = messages.c.merchant_id == MERCHANT_ID, messages.c.kind == "out_for_delivery"
        return len(session.execute(select(messages.c.id).where(*mine)).all())


def test_it_stands_in_the_place_of_the_promise_until_it_has_passed(door: Door) -> None:
    switch_on(door.database, MERCHANT_ID)
    booking = booked(door)
    first = event(door, booking)
    out(door, booking, "Tue 2026-11-24 12:00", "14:20", "14:50")
    said = when(door, booking)
    assert "Tuesday 24 November 14:20–14:50" in said
    assert "The courier expects to be with you in this time. This still holds." in said
    assert "Promised at first" not in said
    assert "Next: It comes to you Tuesday 24 November, 14:20–14:50" in seen(door, booking)
    found = event(door, booking)
    assert (found.dtstart.value, found.dtend.value) == (at("Tue 2026-11-24 14:20"), at("Tue 2026-11-24 14:50"))
    assert int(found.sequence.value) > int(first.sequence.value)
    assert facts(door, booking)["plan"] == "The courier expects to be with you on Tuesday 24 November, 14:20–14:50."
    assert facts(door, booking)["window"] == "14:20–14:50"
    # A newer word counts; one that comes late and is older does not.
    out(door, booking, "Tue 2026-11-24 13:30", "14:40", "15:10")
    out(door, booking, "Tue 2026-11-24 11:00", "15:00", "15:30")
    assert "14:40–15:10" in when(door, booking)
    assert told(door) == 1
    door.clock.now = at("Tue 2026-11-24 15:10")
    assert "Tuesday 24 November 14:00–16:00 This still holds." in when(door, booking)
    assert "14:40" not in facts(door, booking)["plan"]


@pytest.mark.parametrize(
    ("between", "said"),
    [
        (
            ("15:40", "16:20"),
            "It may come later than promised. We are sorry. Promised at first: Tuesday 24 November, 14:00–16:00",
        ),
        (
            ("16:00", "16:20"),
            "It comes later than promised. We are sorry. Promised at first: Tuesday 24 November, 14:00–16:00",
        ),
        (
            ("13:40", "14:20"),
            "The courier expects to be with you in this time. Promised at first: Tuesday 24 November, 14:00",
        ),
    ],
)
def test_what_lies_outside_the_promise_says_so(plain_door: Door, between: tuple[str, str], said: str) -> None:
    booking = booked(plain_door)
    out(plain_door, booking, "Tue 2026-11-24 12:00", *between)
    assert said in when(plain_door, booking)


def test_a_parcel_of_a_carrier_gets_its_hour_too_and_loses_it_when_nobody_was_home(plain_door: Door) -> None:
    switch_on(plain_door.database, MERCHANT_ID)
    booking = booked(plain_door, "shipping")
    out(plain_door, booking, "Wed 2026-11-25 08:00")
    assert "14:20" not in when(plain_door, booking)
    out(plain_door, booking, "Wed 2026-11-25 09:00", "14:20", "14:50")
    assert "Wednesday 25 November 14:20–14:50" in when(plain_door, booking)
    assert event(plain_door, booking).transp.value == "OPAQUE"
    # The first word of the hour is news; the one before it need not go any more.
    assert told(plain_door) == 2
    out(plain_door, booking, "Wed 2026-11-25 14:30", step="delivery_failed")
    assert "14:20" not in seen(plain_door, booking)
    out(plain_door, booking, "Wed 2026-11-25 15:00")
    assert "14:20" not in when(plain_door, booking)


def test_a_carriers_extra_step_stands_in_its_own_words(plain_door: Door) -> None:
    booking = booked(plain_door, "shipping")
    path = f"/bookings/{booking['booking']}/events"
    for kind, status in (("held_at_customs", None), ("at_depot", "Im Depot <Emmerich>")):
        plain_door.clock.forward(minutes=1)
        body = {"type": kind, "at": plain_door.clock().isoformat(), "status": status}
        assert plain_door.server("POST", path, json=body).status_code == 200
    said = seen(plain_door, booking)
    assert "Held at customs Tuesday 24 November, 10:01" in said
    assert "Im Depot &lt;Emmerich&gt; Tuesday" in said or "Im Depot <Emmerich> Tuesday" in said
