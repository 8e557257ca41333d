"""The example warehouse: what it takes, what it refuses, what it shows."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from standardwebhooks.webhooks import Webhook
from werkzeug.test import TestResponse

from examples.warehouse.warehouse import create_warehouse

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def warehouse(tmp_path: Path) -> FlaskClient:
    return create_warehouse(SECRET, tmp_path / "warehouse.sqlite").test_client()


def booking(order: str = "SW-1", **other: Any) -> dict[str, Any]:
    return {
        "booking": f"bk_{order}",
        "order": order,
        "state": "confirmed",
        "type": "local_delivery",
        "promise": {
            "earliest": "2026-11-24",
            "latest": "2026-11-24",
            "time_zone": "Europe/Amsterdam",
            "window": {"start": "2026-11-24T13:00:00Z", "end": "2026-11-24T15:00:00Z"},
        },
        "recipient": {"name": "Sanne de Vries"},
        "address": {"lines": ["Prinsengracht 263"], "postal_code": "1016 GV", "city": "Amsterdam", "country": "NL"},
        "lines": [{"sku": "LAMP-DESK", "quantity": 2}],
        "ship_by": "2026-11-24",
        "origin": {"id": "houten"},
        "service": None,
        "notes": "",
        "version": 1,
    } | other


def send(warehouse: FlaskClient, data: dict[str, Any], message_id: str = "msg_1", secret: str = SECRET) -> TestResponse:
    body = json.dumps({"type": "booking.confirmed", "timestamp": "2026-11-23T10:00:00Z", "data": data})
    at = datetime.now(UTC)
    headers = {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, at, body),
    }
    return warehouse.post("/hooks", data=body, headers=headers)


def test_a_signed_booking_is_listed_with_all_it_takes_to_send_it(warehouse: FlaskClient) -> None:
    assert send(warehouse, booking()).status_code == 204
    page = warehouse.get("/").text
    for words in ("SW-1", "Tue 24 Nov", "14:00–16:00", "Prinsengracht 263", "2 × LAMP-DESK", "houten"):
        assert words in page


def test_a_pick_up_names_its_centre(warehouse: FlaskClient) -> None:
    promise = {"earliest": "2026-11-24", "latest": "2026-11-24", "time_zone": "Europe/Amsterdam"}
    send(warehouse, booking(type="pickup", promise=promise, location={"name": "Boekhandel De Ceintuur"}))
    assert "To collect at Boekhandel De Ceintuur" in warehouse.get("/").text


def test_an_order_with_its_choice_open_is_listed_too(warehouse: FlaskClient) -> None:
    send(warehouse, booking(state="choice_open", type=None, promise=None, ship_by=None))
    page = warehouse.get("/").text
    assert "Not chosen yet" in page
    assert "choice open" in page


def test_a_repeated_message_changes_nothing(warehouse: FlaskClient) -> None:
    send(warehouse, booking())
    assert send(warehouse, booking(notes="a forgery of the same id")).status_code == 204
    page = warehouse.get("/orders").text
    assert "1 message received" in page
    assert "forgery" not in page


def test_an_older_version_never_overwrites_a_newer_one(warehouse: FlaskClient) -> None:
    send(warehouse, booking(version=2, notes="newer"), "msg_2")
    send(warehouse, booking(version=1, notes="older"), "msg_1")
    assert "newer" in warehouse.get("/orders").text
    assert "older" not in warehouse.get("/orders").text


def test_a_cancelled_order_is_struck_out(warehouse: FlaskClient) -> None:
    send(warehouse, booking())
    send(warehouse, booking(state="cancelled", version=2), "msg_2")
    assert "<s>SW-1</s>" in warehouse.get("/orders").text
    assert "0 to send" in warehouse.get("/orders").text


def test_what_leaves_first_stands_first(warehouse: FlaskClient) -> None:
    send(warehouse, booking("LATER", ship_by="2026-11-26"), "msg_1")
    send(warehouse, booking("SOONER", ship_by="2026-11-24"), "msg_2")
    send(warehouse, booking("OPEN", ship_by=None), "msg_3")
    page = warehouse.get("/orders").text
    assert page.index("SOONER") < page.index("LATER") < page.index("OPEN")


def test_a_message_signed_by_somebody_else_is_refused(warehouse: FlaskClient) -> None:
    assert send(warehouse, booking(), secret="whsec_" + "QUJD" * 8).status_code == 400
    assert warehouse.post("/hooks", json=booking()).status_code == 400
    assert "Nothing has come in yet" in warehouse.get("/").text


def test_what_it_received_outlives_a_restart(tmp_path: Path) -> None:
    for _ in range(2):
        warehouse = create_warehouse(SECRET, tmp_path / "warehouse.sqlite").test_client()
        send(warehouse, booking())
    assert "1 to send · 1 message received" in warehouse.get("/orders").text


def test_the_page_allows_nothing_inline(warehouse: FlaskClient) -> None:
    response = warehouse.get("/")
    assert response.headers["Content-Security-Policy"] == "default-src 'self'"
    assert " style=" not in response.text
