"""/d/{token}/longer: the shopper keeps a parcel longer, once; and reads on the page until when it lies there."""

from datetime import UTC, datetime

import pytest
from icalendar import Calendar

from delivery import waiting
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.delivery.test_waiting import LONGER, READY, UNTIL, lies_there
from tests.doors import Door
from tests.rules.human_dates import at
from tests.watching import read, report

DAYS = {"Fri": "Friday 4 December, 21:00", "Tue": "Tuesday 8 December, 21:00"}


def page(door: Door, booking: str, below: str = "") -> str:
    return f"{door.service.links.page(booking, 1).split('/', 3)[3]}{below}"


def seen(door: Door, booking: str, below: str = "") -> str:
    answer = door.client.get(page(door, booking, below))
    assert answer.status_code == 200, answer.text
    return answer.text


def test_one_button_keeps_it_longer_and_says_until_when(door: Door) -> None:
    booking = lies_there(door)
    before = seen(door, booking)
    assert "Kept until Fri 4 Dec, 21:00" in before
    assert f'/longer">Keep it longer for me</a> <span class="until">until {DAYS["Tue"]}' in before
    asked = seen(door, booking, "/longer")
    assert (DAYS["Tue"] in asked, DAYS["Fri"] in asked, asked.count("<button")) == (True, True, 1)
    assert read(door, booking).kept_until == at(UNTIL)  # Looking writes nothing.
    assert door.client.post(page(door, booking, "/longer")).status_code == 303
    after = seen(door, booking)
    assert ("Kept until Tue 8 Dec, 21:00" in after, "/longer" in after) == (True, False)
    assert "Kept longer, as you asked" in after
    assert "It is kept longer." in seen(door, booking, "/changes")
    again = door.client.post(page(door, booking, "/longer"))
    assert (again.status_code, "too late" in again.text) == (409, True)
    assert door.client.get(page(door, booking, "/longer")).status_code == 409


def test_a_calendar_that_has_it_follows_the_day(plain_door: Door) -> None:
    booking = lies_there(plain_door)

    def stay() -> tuple[datetime, datetime, int]:
        (event,) = Calendar.from_ical(seen(plain_door, booking, "/delivery.ics")).walk("VEVENT")
        return event["dtstart"].dt, event["dtend"].dt, int(event["sequence"])

    *first, version = stay()
    assert first == [at(READY).astimezone(UTC), at(UNTIL).astimezone(UTC)]
    plain_door.client.post(page(plain_door, booking, "/longer"))
    _, until, later = stay()
    assert (until, later > version) == (at(LONGER), True)


@pytest.mark.parametrize("state", ["confirmed", "going_back", "collected", "returned"])
def test_what_does_not_wait_cannot_be_kept_longer(plain_door: Door, state: str) -> None:
    booking = lies_there(plain_door)
    if state == "going_back":
        plain_door.clock.now = at(UNTIL)
        plain_door.database.write(lambda s: waiting.send_back(s, plain_door.clock(), plain_door.service.links, 200))
        html = seen(plain_door, booking)
        assert "Your order is going back" in html
        assert "As long as it is still there, you can collect it." in html
        assert ("Goes back to the shop" in html, "Kept until" in html) == (True, False)
    elif state == "confirmed":
        booking = str(plain_door.order(plain_door.take("pickup")["choice"], "1002").get_json()["booking"])
    else:
        report(plain_door, booking, state)
    assert "/longer" not in seen(plain_door, booking)
    assert plain_door.client.get(page(plain_door, booking, "/longer")).status_code == 409
    assert plain_door.client.post(page(plain_door, booking, "/longer")).status_code == 409
    assert read(plain_door, booking).kept_longer_at is None


def test_a_link_that_is_no_good_keeps_nothing(plain_door: Door) -> None:
    booking = lies_there(plain_door)
    wrong = [page(plain_door, booking, "x/longer"), "d/nothing/longer"]
    wrong.append(plain_door.service.links.page(booking, 2).split("/", 3)[3] + "/longer")
    for path in wrong:
        assert plain_door.client.get(path).status_code == 404
        assert plain_door.client.post(path).status_code == 404
    assert read(plain_door, booking, MERCHANT_ID).kept_until == at(UNTIL)
