"""GET /d/{token}/delivery.ics: the calendar of a delivery, read back by another library than the one that wrote it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import vobject

from delivery.booking_rows import get
from delivery.booking_states import CANCELLED
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.doors import ADDRESS, Door, another_merchant
from tests.widget.test_pages import NASTY, bad_tokens, booked, path_of, put, seen

ICS = "/delivery.ics"


def calendar(door: Door, booking: Mapping[str, Any]) -> Any:
    response = door.client.get(path_of(booking["delivery_page"]) + ICS)
    assert response.status_code == 200, response.text
    assert response.content_type == "text/calendar; charset=utf-8"
    assert all(len(line) <= 75 for line in response.data.split(b"\r\n")), "lines are folded"
    return vobject.readOne(response.text)


def event(door: Door, booking: Mapping[str, Any]) -> Any:
    return calendar(door, booking).vevent


def test_a_window_is_an_event_in_utc(door: Door) -> None:
    booking = booked(door)
    found = event(door, booking)
    window = booking["promise"]["window"]
    assert found.dtstart.value == datetime.fromisoformat(window["start"])
    assert found.dtend.value == datetime.fromisoformat(window["end"])
    assert found.dtstart.value.tzinfo == UTC or found.dtstart.value.utcoffset() == timedelta(0)
    assert found.summary.value == "Delivery of order 1001 (Schemer & Wol)"
    assert found.location.value == "Prinsengracht 263, 1016 GV Amsterdam"
    assert found.url.value == booking["delivery_page"]
    assert booking["delivery_page"] in found.description.value
    assert found.status.value == "CONFIRMED"
    assert found.transp.value == "OPAQUE"


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("Sun 2026-03-29 01:30+01:00", "Sun 2026-03-29 03:30+02:00", 1),
        ("Sun 2026-10-25 01:00+02:00", "Sun 2026-10-25 03:00+01:00", 3),
        ("Sun 2026-10-25 02:30+02:00", "Sun 2026-10-25 02:30+01:00", 1),
        ("Sat 2026-10-24 18:00+02:00", "Sat 2026-10-24 20:00+02:00", 2),
        ("Sun 2026-10-25 18:00+01:00", "Sun 2026-10-25 20:00+01:00", 2),
    ],
)
def test_when_clocks_are_put_back_or_forward_the_instants_stay(
    plain_door: Door, start: str, end: str, hours: int
) -> None:
    booking = booked(plain_door)
    with plain_door.database.reading() as session:
        option = get(session, merchant_id=MERCHANT_ID, booking_id=booking["booking"]).option
    assert option is not None
    window = {"start": instant(start).isoformat(), "end": instant(end).isoformat()}
    put(plain_door, booking, option={**option, "window": window, "delivery_window": window})
    found = event(plain_door, booking)
    assert (found.dtstart.value, found.dtend.value) == (instant(start), instant(end))
    assert found.dtend.value - found.dtstart.value == timedelta(hours=hours)
    assert "TZID" not in found.serialize()


def instant(said: str) -> datetime:
    """A moment with its weekday, which is checked."""
    weekday, _, moment = said.partition(" ")
    read = datetime.fromisoformat(moment)
    assert f"{read:%a}" == weekday
    return read


def test_a_centre_is_an_event_from_ready_until_kept(plain_door: Door) -> None:
    booking = booked(plain_door, "pickup")
    found = event(plain_door, booking)
    assert found.dtstart.value == datetime.fromisoformat(booking["promise"]["ready_by"])
    assert found.dtend.value == datetime.fromisoformat(booking["promise"]["pickup_by"])
    assert found.summary.value == "Collect order 1001 (Schemer & Wol)"
    assert found.location.value.startswith(booking["location"]["name"])
    assert found.transp.value == "TRANSPARENT"


def test_a_day_and_a_range_are_whole_days_and_end_the_day_after(plain_door: Door) -> None:
    booking = booked(plain_door, "shipping")
    found = event(plain_door, booking)
    assert (found.dtstart.value, found.dtend.value) == (date(2026, 11, 25), date(2026, 11, 26))
    put(plain_door, booking, expected={"earliest": "2026-11-30", "latest": "2026-12-02", "told_at": ""})
    moved = event(plain_door, booking)
    assert (moved.dtstart.value, moved.dtend.value) == (date(2026, 11, 30), date(2026, 12, 3))
    assert moved.uid.value == found.uid.value


def test_it_keeps_its_uid_and_its_sequence_grows_with_each_change(door: Door) -> None:
    booking = booked(door)
    first = event(door, booking)
    door.clock.forward(minutes=5)
    there = ADDRESS | {"lines": ["Keizersgracht 1"]}
    answer = door.server("POST", f"/bookings/{booking['booking']}/changes", json={"address": there})
    assert answer.status_code < 300, answer.text
    second = event(door, booking)
    door.server("POST", f"/bookings/{booking['booking']}/cancel")
    third = event(door, booking)
    assert first.uid.value == second.uid.value == third.uid.value
    assert int(first.sequence.value) < int(second.sequence.value) < int(third.sequence.value)
    assert first.dtstamp.value < second.dtstamp.value
    assert second.location.value.startswith("Keizersgracht 1")


def test_a_cancelled_delivery_is_cancelled_in_the_calendar(door: Door) -> None:
    booking = booked(door)
    put(door, booking, state=CANCELLED)
    found = event(door, booking)
    assert found.status.value == "CANCELLED"
    assert found.dtstart.value == datetime.fromisoformat(booking["promise"]["window"]["start"])


def test_what_is_not_paid_for_is_not_certain_yet(plain_door: Door) -> None:
    assert event(plain_door, booked(plain_door, paid=False)).status.value == "TENTATIVE"


@pytest.mark.parametrize("expected", [None, {"earliest": None, "latest": None, "told_at": ""}])
def test_without_a_date_the_calendar_is_empty(plain_door: Door, expected: dict[str, Any] | None) -> None:
    booking = booked(plain_door, "shipping" if expected else None)
    put(plain_door, booking, expected=expected)
    assert not hasattr(calendar(plain_door, booking), "vevent")
    assert "delivery.ics" not in plain_door.client.get(path_of(booking["delivery_page"])).text


def test_it_can_be_subscribed_to_and_says_how_often_to_ask(plain_door: Door) -> None:
    booking = booked(plain_door)
    found = calendar(plain_door, booking)
    assert found.refresh_interval.value == "PT1H"
    assert found.refresh_interval.params == {"VALUE": ["DURATION"]}
    assert found.x_wr_calname.value == "Order 1001 at Schemer & Wol"
    html = plain_door.client.get(path_of(booking["delivery_page"])).text
    token = booking["delivery_page"].rsplit("/", 1)[1]
    assert f'href="{token}/delivery.ics" download' in html
    assert f'href="webcal:{booking["delivery_page"].split(":", 1)[1]}/delivery.ics"' in html


def test_nothing_about_a_calendar_is_offered_once_it_is_over(plain_door: Door) -> None:
    booking = booked(plain_door)
    put(plain_door, booking, state="delivered")
    assert "calendar" not in seen(plain_door, booking)
    assert event(plain_door, booking).status.value == "CONFIRMED"


def test_it_is_in_the_shoppers_language(plain_door: Door) -> None:
    booking = booked(plain_door, recipient={"name": "A. Jansen", "locale": "nl-NL"})
    assert event(plain_door, booking).summary.value == "Bezorging van bestelling 1001 (Schemer & Wol)"


def test_names_cannot_add_lines_to_it(plain_door: Door) -> None:
    lines = [NASTY, "END:VEVENT; a, b\\n", "é" * 200]
    booking = booked(plain_door, number="1;2,3", address=ADDRESS | {"lines": lines})
    found = event(plain_door, booking)
    assert found.location.value.startswith(", ".join(lines))
    assert "1;2,3" in found.summary.value


def test_it_is_a_file_that_nobody_else_keeps(plain_door: Door) -> None:
    headers = plain_door.client.get(path_of(booked(plain_door)["delivery_page"]) + ICS).headers
    assert headers["Content-Disposition"] == 'attachment; filename="delivery.ics"'
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in headers


def test_a_link_that_is_no_good_gets_the_same_answer_whatever_is_wrong_with_it(door: Door) -> None:
    booking = booked(door)
    answers = [door.client.get(f"/d/{token}{ICS}") for token in bad_tokens(door, booking)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    put(door, booking, page_version=2)
    assert door.client.get(path_of(booking["delivery_page"]) + ICS).text == answers[0].text


def test_it_hides_other_merchants(door: Door) -> None:
    other = another_merchant(door)
    theirs = other.order(None, recipient={"name": "B. Bakker", "locale": "en"}).get_json()
    mine = booked(door)
    assert "Schemer" not in calendar(other, theirs).serialize()
    assert event(door, mine).uid.value not in calendar(other, theirs).serialize()
