"""What a device at the counter kept while the line was down, and what it leaves behind."""

from typing import Any

import pytest

from delivery.booking_states import COLLECTED
from tests.plugin.counter.pickups import Counter, ready
from tests.plugin.desk import Desk


def test_what_was_kept_is_taken_once_and_marked_unverified(desk: Desk) -> None:
    counter, order = ready(desk)
    for _ in range(3):
        answer = counter.sends(booking=order.id)
        assert (answer.status_code, answer.get_json()) == (200, {"id": "device-made-1", "conflict": None})
    assert order.booking.state == COLLECTED
    [kept] = order.happened
    assert (kept.offline, kept.verified, kept.shown, kept.who) == (True, False, "id", "A. Jansen")
    page = counter.page("orders", order.id)
    assert "Not verified" in page
    assert "The line was down, sent at Tue 24 Nov, 10:00" in page


def test_a_code_is_checked_when_it_arrives(desk: Desk) -> None:
    counter, order = ready(desk)
    _, second = ready(desk, "1002")
    counter.sends(booking=order.id, shown="code", code=order.code)
    counter.sends(booking=second.id, id="device-made-2", shown="code", code="333-3333")
    assert [kept.verified for kept in order.happened] == [True]
    [wrong] = second.happened
    assert (wrong.verified, wrong.conflict) == (False, "wrong_code")
    assert second.booking.state == COLLECTED
    assert "The code was not the code of this order." in counter.page()


def test_a_code_that_was_shown_before_the_line_broke_counts(plain_desk: Desk) -> None:
    counter, order = ready(plain_desk)
    counter.find(order.code)
    counter.sends(booking=order.id, shown="code")
    assert [kept.verified for kept in order.happened] == [True]
    _, second = ready(plain_desk, "1002")
    counter.sends(booking=second.id, id="device-made-2", shown="code")
    assert [(kept.shown, kept.verified) for kept in second.happened] == [("nothing", False)]


def test_a_conflict_is_shown_until_a_person_has_seen_it(desk: Desk) -> None:
    counter, order = ready(desk)
    counter.does("hand-over", order, who="A. Jansen", seen_id="on")
    answer = counter.sends(booking=order.id)
    assert answer.get_json()["conflict"] == "already_collected"
    page = counter.page()
    assert "Somebody has to look at this" in page
    assert "It had been collected already." in page
    said = desk.post(f"{counter.path}/conflicts/device-made-1")
    assert "Marked as seen." in counter.told(said)
    assert "Somebody has to look at this" not in counter.page()
    assert "It had been collected already." in counter.page("orders", order.id)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"booking": "bk_nothing"}, 404),
        ({"id": "short"}, 422),
        ({"parcels": ["one"]}, 422),
        ({"at": "yesterday"}, 422),
        ({"at": "2026-11-24T10:00:00"}, 422),
        ({"who": "x" * 201}, 422),
        ({"signature": "M1 1<script>" + "x" * 300}, 422),
        ({"shown": "a smile"}, 422),
        ({"unknown": "field"}, 422),
    ],
)
def test_what_cannot_be_read_is_refused_in_words_that_the_device_shows(
    plain_desk: Desk, said: dict[str, Any], status: int
) -> None:
    counter, order = ready(plain_desk)
    answer = counter.sends(**{"booking": order.id} | said)
    assert answer.status_code == status
    assert answer.get_json()["words"] in ("There is no such order any more.", "What this device kept cannot be read.")
    assert order.happened == ()


def test_a_form_of_another_site_is_refused(plain_desk: Desk) -> None:
    counter, order = ready(plain_desk)
    kept = {"id": "device-made-1", "booking": order.id, "shown": "id", "at": "2026-11-24T09:00:00Z"}
    assert plain_desk.client.post(f"{counter.path}/queue", json=kept).status_code == 400


def test_the_service_worker_may_look_after_the_counter_only(plain_desk: Desk) -> None:
    answer = plain_desk.get("/plugin/counter/worker.js")
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Service-Worker-Allowed"] == "/plugin/counter"
    assert 'importScripts("/static/plugin/counter-worker.js")' in answer.text
    assert Counter(plain_desk, "fietsenmaker-oost").page()


def test_logging_out_empties_the_device_and_asks_before_anything_is_lost(plain_desk: Desk) -> None:
    plain_desk.client.set_cookie("stoep_unsent", "2", path="/plugin")
    answer = plain_desk.post("/plugin/logout")
    assert answer.status_code == 409
    assert "2 hand-overs on this device have not been sent." in answer.text
    assert plain_desk.get("/plugin/counter").status_code == 200
    answer = plain_desk.post("/plugin/logout", {"anyway": "on"})
    assert answer.headers["Clear-Site-Data"] == '"storage"'
    assert "stoep_unsent=;" in answer.headers["Set-Cookie"] or any(
        "stoep_unsent=;" in cookie for cookie in answer.headers.getlist("Set-Cookie")
    )
    assert plain_desk.get("/plugin/counter").status_code == 303
