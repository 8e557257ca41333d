"""The question how it went: a link chooses and writes nothing, the button sends, and a day later it is only read."""

import re
from typing import Any

import pytest
import structlog
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from delivery import answers
from delivery.answers import Answer, Given
from delivery.store.tables import answers as answers_table
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.doors import Door
from tests.watching import ordered, report, switch

GOOD = MultiDict([("score", "4"), ("reasons", "friendly"), ("reasons", "on_time"), ("words", "Lovely lamp")])


def arrived(door: Door, number: str = "1001", kind: str = "local_delivery") -> str:
    booking = ordered(door, kind, number)
    report(door, booking, "delivered" if kind != "pickup" else "collected")
    return booking


def path(door: Door, booking: str) -> str:
    link: str = door.server("GET", f"/bookings/{booking}").get_json()["delivery_page"]
    return "/d/" + link.rsplit("/", 1)[1] + "/how"


def kept(door: Door, booking: str) -> Answer | None:
    with door.database.reading() as session:
        return answers.answer_of(session, MERCHANT_ID, booking)


def checked(html: str) -> list[str]:
    return re.findall(r'value="(\w+)"(?: required)? checked', html)


def test_a_link_chooses_a_score_and_writes_nothing(door: Door) -> None:
    booking = arrived(door)
    before = door.rows()
    for score in ("4", "4", "1"):
        html = door.client.get(f"{path(door, booking)}?score={score}").text
        assert checked(html) == [score]
    assert checked(door.client.get(path(door, booking)).text) == []
    assert checked(door.client.get(path(door, booking) + "?score=9").text) == []
    assert door.rows() == before


def test_the_button_sends_it_once_and_it_can_be_changed_for_a_day(door: Door) -> None:
    booking = arrived(door)
    where = path(door, booking)
    answer = door.client.post(where, data=GOOD)
    assert (answer.status_code, answer.headers["Location"]) == (303, "how")
    first = kept(door, booking)
    assert first is not None
    assert first.given == Given(4, ("on_time", "friendly"), "Lovely lamp")
    html = door.client.get(where + "?score=1").text
    assert "Thank you" in html
    assert checked(html) == ["4", "on_time", "friendly"]
    door.clock.forward(hours=23)
    door.client.post(where, data={"score": "2", "call": "1"})
    second = kept(door, booking)
    assert second is not None
    assert (second.given, second.given_at) == (Given(2, wants_call=True), first.given_at)
    assert door.rows()["answers"] == 1


def test_after_a_day_it_is_only_read(door: Door) -> None:
    booking = arrived(door)
    door.client.post(path(door, booking), data=GOOD)
    door.clock.forward(days=1)
    html = door.client.get(path(door, booking)).text
    assert "<form" not in html
    assert "Lovely lamp" in html
    assert door.client.post(path(door, booking), data={"score": "1"}).status_code == 303
    assert kept(door, booking).given.score == 4  # type: ignore[union-attr]


def test_nothing_is_asked_before_it_is_there_long_after_or_when_the_shop_does_not_ask(plain_door: Door) -> None:
    under_way = ordered(plain_door, number="1")
    there = arrived(plain_door, "2")
    for booking in (under_way,):
        assert "<form" not in plain_door.client.get(path(plain_door, booking)).text
        assert plain_door.client.post(path(plain_door, booking), data=GOOD).status_code == 303
    switch(plain_door, ask=False)
    assert "<form" not in plain_door.client.get(path(plain_door, there)).text
    switch(plain_door, ask=True)
    assert "<form" in plain_door.client.get(path(plain_door, there)).text
    plain_door.clock.forward(days=31)
    plain_door.client.post(path(plain_door, there), data=GOOD)
    assert plain_door.rows()["answers"] == 0


def test_a_collected_order_is_asked_about_too(plain_door: Door) -> None:
    booking = arrived(plain_door, kind="pickup")
    plain_door.client.post(path(plain_door, booking), data={"score": "5", "reasons": "place"})
    assert kept(plain_door, booking).given == Given(5, ("place",))  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({}, "score"),
        ({"score": "6"}, "score"),
        ({"score": "x"}, "score"),
        ({"score": "3", "words": "x" * 1001}, "words"),
    ],
)
def test_what_is_missing_is_said_beside_its_field_and_nothing_typed_is_lost(
    plain_door: Door, form: dict[str, str], field: str
) -> None:
    booking = arrived(plain_door)
    answer = plain_door.client.post(path(plain_door, booking), data={"reasons": "careful", "call": "1"} | form)
    assert answer.status_code == 422
    assert f'id="{field}-fault"' in answer.text
    assert f'aria-describedby="{field}-fault"' in answer.text
    assert {"careful", "1"} <= set(checked(answer.text)) | {"1"}
    assert plain_door.rows()["answers"] == 0


def test_reasons_that_are_none_are_left_out_and_words_are_escaped(plain_door: Door) -> None:
    booking = arrived(plain_door)
    plain_door.client.post(path(plain_door, booking), data={"score": "3", "reasons": "hack", "words": "<b>no</b>"})
    assert kept(plain_door, booking).given.reasons == ()  # type: ignore[union-attr]
    assert "<b>no" not in plain_door.client.get(path(plain_door, booking)).text


def test_a_bad_answer_is_logged_for_the_shop_without_its_words(plain_door: Door) -> None:
    booking = arrived(plain_door)
    where = path(plain_door, booking)
    with structlog.testing.capture_logs() as logs:
        plain_door.client.post(where, data={"score": "1", "words": "Broken"})
        plain_door.client.post(where, data={"score": "1", "words": "Broken indeed"})
        plain_door.client.post(where, data={"score": "1", "call": "1"})
        plain_door.client.post(where, data=GOOD)
    lines = [line for line in logs if line["event"] == "bad_answer"]
    assert [(line["alarm"], line["score"], line["wants_call"]) for line in lines] == [(True, 1, False), (True, 1, True)]
    assert "Broken" not in str(lines)


def test_a_guessed_or_revoked_link_is_refused_without_telling_whether_it_exists(plain_door: Door) -> None:
    booking = arrived(plain_door)
    where = path(plain_door, booking)
    wrong = where.replace("/how", "x/how")
    assert plain_door.client.get(wrong).status_code == plain_door.client.post(wrong, data=GOOD).status_code == 404


def test_it_is_there_in_the_shoppers_language(plain_door: Door) -> None:
    booking = arrived(plain_door)
    html = plain_door.client.get(path(plain_door, booking)).text
    assert "How did it go?" in html
    assert html.count("<label") == 5 + 5 + 1 + 1
    assert "style=" not in html


def test_it_hides_other_merchants(plain_door: Door) -> None:
    booking = arrived(plain_door)
    plain_door.client.post(path(plain_door, booking), data=GOOD)
    with plain_door.database.reading() as session:
        assert answers.answer_of(session, "mr_other", booking) is None
        owners: list[Any] = list(
            session.execute(
                select(answers_table.c.merchant_id).where(answers_table.c.merchant_id == MERCHANT_ID)
            ).scalars()
        )
    assert owners == [MERCHANT_ID]


@pytest.mark.parametrize("said", [{"score": 0}, {"score": 6}, {"reasons": ("x",)}, {"words": "x" * 1001}])
def test_an_answer_that_cannot_be_is_not_made(said: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Given(**{"score": 3} | said)
