"""Marking by a CSV file: all rows, or none and what is wrong in which."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest

from delivery.progress import events_of
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.plugin.desk import Desk, another_desk
from tests.plugin.sending.test_worklist import booked, states, words_of

FILE = "/plugin/to-send/file"
HEAD = "order,part,event,at,carrier,tracking_url\n"


def send(desk: Desk, text: str | bytes, **options: Any) -> Any:
    content = text.encode() if isinstance(text, str) else text
    return desk.post(FILE, {"file": (io.BytesIO(content), "sent.csv")}, content_type="multipart/form-data", **options)


def test_all_rows_are_applied(desk: Desk) -> None:
    first, _ = booked(desk.door, "1001"), booked(desk.door, "1002", part="a")
    desk.door.clock.forward(hours=8)
    response = send(
        desk,
        HEAD
        + "1001,,packed,2026-11-24 11:00,,\n"
        + "1001,,dispatched,2026-11-24T14:30:00+01:00,PostNL,https://track.example/1\n"
        + "1002,a,packed,,,\n\n",
    )
    assert response.status_code == 303
    assert states(desk) == {"1001": "dispatched", "1002": "packed"}
    with desk.door.database.reading() as session:
        packed, sent = events_of(session, MERCHANT_ID, first)
    assert packed.at == datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
    assert sent.facts["carrier"] == "PostNL"
    assert "3 rows were applied." in words_of(desk.get("/plugin/to-send"))


def test_the_same_file_again_does_nothing(desk: Desk) -> None:
    booked(desk.door, "1001")
    for _ in range(2):
        assert send(desk, HEAD + "1001,,packed,,,\n1001,,dispatched,2026-11-24 10:00,,\n").status_code == 303
        desk.door.clock.forward(minutes=1)
    assert desk.door.rows()["events"] == 2


def test_nothing_is_applied_when_any_row_is_wrong_and_each_is_named(desk: Desk) -> None:
    booked(desk.door, "1001")
    response = send(
        desk,
        HEAD
        + "1001,,packed,,,\n"
        + "9999,b,packed,,,\n"
        + "1001,,beamed,tomorrow,,javascript:alert(1)\n"
        + "1001,,collected,,,\n",
    )
    page = words_of(response)
    assert response.status_code == 422
    for words in (
        '<th scope="row">3</th><td>There is no order 9999 b.</td>',
        '<th scope="row">4</th><td>“beamed” is no step.',
        '<th scope="row">4</th><td>“tomorrow” is no moment.',
        '<th scope="row">4</th><td>A link begins with http:// or https://.</td>',
        '<th scope="row">5</th><td>It is brought to an address',
    ):
        assert words in page
    assert '<th scope="row">2</th>' not in page
    assert states(desk) == {"1001": "confirmed"}
    assert desk.door.rows()["events"] == 0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"order,event\n",
        b"order,what\n1001,packed\n",
        b"part,event\n,packed\n",
        b"order,event,event\n1001,packed,packed\n",
        b'order,event\n"1001,packed\n',
        b"order,event\n\xff\xfe,packed\n",
        b"order,event\n" + b"1001,packed\n" * 5001,
    ],
)
def test_a_file_that_cannot_be_read_says_so(plain_desk: Desk, content: bytes) -> None:
    booked(plain_desk.door, "1001")
    response = send(plain_desk, content)
    assert response.status_code == 422
    assert 'id="file-fault"' in response.text
    assert states(plain_desk) == {"1001": "confirmed"}


@pytest.mark.parametrize(
    "text", ["event;order\npacked;1001\n", "\ufefforder,event\n1001,packed\n", "Order,Event\r\n1001,packed\r\n"]
)
def test_files_as_spreadsheets_write_them_are_read(plain_desk: Desk, text: str) -> None:
    booked(plain_desk.door, "1001")
    assert send(plain_desk, text).status_code == 303
    assert states(plain_desk) == {"1001": "packed"}


@pytest.mark.parametrize("at", ["0001-01-01 00:00", "9999-12-31T23:59:59", "2026-13-01"])
def test_a_moment_that_cannot_be_is_named(plain_desk: Desk, at: str) -> None:
    booked(plain_desk.door, "1001")
    assert "is no moment" in words_of(send(plain_desk, f"order,event,at\n1001,packed,{at}\n"))


def test_a_file_that_is_too_large_is_refused_with_a_page(plain_desk: Desk) -> None:
    response = send(plain_desk, "order,event\n" + "x" * 300_000)
    assert response.status_code == 413
    assert "The file is too large." in response.text


def test_the_file_to_fill_in_can_be_read_again(plain_desk: Desk) -> None:
    booked(plain_desk.door, "1001")
    template = plain_desk.get("/plugin/to-send/template.csv")
    assert template.content_type.startswith("text/csv")
    plain_desk.door.clock.forward(minutes=10)
    assert send(plain_desk, template.text).status_code == 303
    assert states(plain_desk) == {"1001": "dispatched"}


def test_it_hides_other_merchants(desk: Desk) -> None:
    booked(desk.door, "1001")
    response = send(another_desk(desk), "order,event\n1001,packed\n")
    assert "There is no order 1001." in words_of(response)
    assert states(desk) == {"1001": "confirmed"}
