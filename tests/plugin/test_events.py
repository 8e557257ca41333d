"""Progress over HTTP: reported by the shop's server, again, late, and when it cannot be."""

from typing import Any

import pytest

from delivery.texts import stories
from tests.doors import Door, another_merchant

AT = "2026-11-24T11:00:00+01:00"
OUT, WINDOW = {"type": "out_for_delivery"}, "/detail/window"
NARROW = {"start": "2026-11-24T14:20:00+01:00", "end": "2026-11-24T14:50:00+01:00"}


def booked(door: Door) -> str:
    booking: str = door.order(door.take()["choice"]).get_json()["booking"]
    door.clock.forward(hours=12)
    return booking


def report(door: Door, booking: str, step: str = "dispatched", at: str = AT, **said: Any) -> Any:
    return door.server("POST", f"/bookings/{booking}/events", json={"type": step, "at": at} | said)


def test_a_step_is_reported_and_the_booking_comes_back(door: Door) -> None:
    booking = booked(door)
    response = report(door, booking, id="scan-1", carrier="PostNL", tracking_url="https://track.example/1")
    assert response.status_code == 200
    said = response.get_json()
    assert (said["booking"], said["state"], said["version"]) == (booking, "dispatched", 2)
    assert door.rows()["events"] == 1


def test_the_same_report_again_does_nothing(door: Door) -> None:
    booking = booked(door)
    first = report(door, booking).get_json()
    assert report(door, booking, at="2026-11-24T10:00:00Z").get_json() == first
    assert door.rows()["events"] == 1


def test_a_late_report_does_not_turn_the_state_back(door: Door) -> None:
    booking = booked(door)
    report(door, booking, "delivered", "2026-11-24T15:00:00+01:00")
    assert report(door, booking, "out_for_delivery").get_json()["state"] == "delivered"


def test_a_step_that_cannot_be_is_a_named_problem(door: Door) -> None:
    booking = booked(door)
    before = door.rows()
    response = report(door, booking, "collected")
    assert (response.status_code, response.get_json()["code"]) == (409, "impossible_step")
    assert "address" in response.get_json()["detail"]
    assert door.rows() == before


def test_a_step_that_we_do_not_know_is_kept_and_changes_nothing_else(plain_door: Door) -> None:
    booking = booked(plain_door)
    answer = report(plain_door, booking, "held_at_customs", status="Beim Zoll")
    assert (answer.status_code, answer.get_json()["state"]) == (200, "confirmed")
    assert plain_door.rows()["events"] == 1


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"type": "Beamed up"}, "/type"),
        ({"type": "delivered\n"}, "/type"),
        ({"type": "out_for_delivery", "detail": {"window": "noon"}}, "/detail/window"),
        (
            {"type": "out_for_delivery", "detail": {"window": {"start": "2026-11-24T14:00:00+01:00"}}},
            "/detail/window/end",
        ),
        (
            OUT | {"detail": {"window": {"start": "2026-11-24T14:30:00+01:00", "end": "2026-11-24T14:30:00+01:00"}}},
            WINDOW,
        ),
        (
            OUT | {"detail": {"window": {"start": "2026-11-24T01:00:00+01:00", "end": "2026-11-24T14:30:00+01:00"}}},
            WINDOW,
        ),
        (
            OUT | {"detail": {"window": {"start": "2026-11-24T09:00:00+01:00", "end": "2026-11-24T11:00:00+01:00"}}},
            WINDOW,
        ),
        (
            OUT | {"detail": {"window": {"start": "2026-11-25T11:00:00+01:00", "end": "2026-11-25T12:00:00+01:00"}}},
            WINDOW,
        ),
        ({"type": "packed", "detail": {"window": NARROW}}, WINDOW),
        ({"at": "yesterday"}, "/at"),
        ({"at": "2026-11-24T11:00:00"}, "/at"),
        ({"tracking_url": "javascript:alert(1)"}, "/tracking_url"),
        ({"detail": {"deep": {"er": 1}}}, "/detail/deep/value"),
        ({"detail": {"big": 2**60}}, "/detail/big/value"),
        ({"detail": {str(n): n for n in range(21)}}, "/detail"),
        ({"status": "x" * 201}, "/status"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(plain_door: Door, said: dict[str, Any], pointer: str) -> None:
    booking = booked(plain_door)
    response = report(plain_door, booking, **{"step": said.pop("type", "packed"), **said})
    assert response.status_code == 422
    assert [fault["pointer"] for fault in response.get_json()["errors"]] == [pointer]
    assert plain_door.rows()["events"] == 0


def test_small_facts_of_any_kind_are_taken(plain_door: Door) -> None:
    detail = {"text": "Hal 3", "number": 3, "part": 0.5, "yes": True, "none": None}
    assert report(plain_door, booked(plain_door), detail=detail).status_code == 200


def test_it_hides_other_merchants(door: Door) -> None:
    booking = booked(door)
    before = door.rows()
    other = another_merchant(door)
    response = report(other, booking)
    assert (response.status_code, response.get_json()["code"]) == (404, "booking_not_found")
    assert door.rows()["events"] == before["events"]


def test_the_story_has_a_carriers_step_in_its_word_and_a_window_in_hours() -> None:
    words = stories.Words("en-GB", "Europe/Amsterdam")
    extra = stories.told("reported", {"type": "held_at_customs", "status": "Beim Zoll"}, words)
    assert (extra.heading, extra.lines) == ("Held at customs", ("Beim Zoll",))
    out = stories.told("reported", OUT | {"detail": {"van": 3, "window": NARROW}}, words)
    assert (out.heading, out.lines) == ("Out for delivery", ("van: 3", "window: 14:20–14:50"))
