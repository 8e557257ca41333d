"""After an erasure nothing that is still told brings the person back; and whatever came to be kept since then is reached too."""

from typing import Any

import pytest
from sqlalchemy import insert, select, update

from delivery.store.tables import bookings, changes, collections, events, parcels
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.delivery.test_privacy import MORE, erase, everywhere, export, ordered
from tests.doors import Door

NEW = ("Quendresa", "Zwaluwstaart", "Halfzolen")
"""Planted in every text that can be kept about an order, beside those of tests/delivery/test_privacy.py."""


def report(door: Door, booking: str, kind: str, **said: Any) -> Any:
    body = {"type": kind, "at": door.clock().isoformat()} | said
    answer = door.server("POST", f"/bookings/{booking}/events", json=body)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def changed(door: Door, booking: str, body: dict[str, Any]) -> Any:
    return door.server("POST", f"/bookings/{booking}/changes", json=body)


def lived(door: Door) -> tuple[str, str]:
    """An order and a change of it that was asked and refused, with the words in whatever takes a text."""
    booking = ordered(door, "2001")
    report(door, booking, "packed", id="Quendresa-1", status="Packed by Quendresa")
    there = {"country": "NL", "postal_code": "1011 JH", "city": "Amsterdam", "lines": ["Halfzolen 3"]}
    asked = changed(door, booking, {"address": there}).get_json()
    assert asked["state"] == "asked"
    no = {"answer": "refused", "reason": "Quendresa was not in the van"}
    assert door.server("POST", f"/changes/{asked['change']}/answer", json=no).status_code == 200
    report(door, booking, "left_with_quendresa", status="Zwaluwstaart", detail={"who": "Quendresa"})
    door.database.write(lambda session: _at_a_counter(session, door, booking))
    report(door, booking, "delivered", detail={"signed": "Quendresa"}, tracking_url="https://track.test/Halfzolen")
    return booking, str(asked["change"])


def _at_a_counter(session: Any, door: Door, booking: str) -> None:
    whose = {"merchant_id": MERCHANT_ID, "booking_id": booking}
    facts = {
        "centre_id": "c",
        "kind": "collected",
        "parcels": [1],
        "shown": "id",
        "verified": True,
        "staff": "b@shop.test",
    }
    evidence = {"who": "Quendresa", "words": "Sister, Zwaluwstaart", "signature": "Halfzolen"}
    at = {"offline": False, "at": door.clock(), "received_at": door.clock()}
    session.execute(insert(collections).values(id="d-1", **whose, **facts, **evidence, **at))
    session.execute(insert(parcels).values(**whose, number=1, state="collected", shelf="Next to Quendresa"))
    mine = (bookings.c.merchant_id == MERCHANT_ID, bookings.c.id == booking)
    collector = MORE["instructions"] | {"collector": {"name": "Quendresa Zwaluwstaart"}}
    session.execute(update(bookings).where(*mine).values(instructions=collector))


def test_every_text_that_can_be_kept_is_told_and_erased(door: Door) -> None:
    booking, _change = lived(door)
    assert {"bookings", "changes", "events", "collections", "parcels"} <= set(everywhere(door, NEW))
    [told] = export(door)
    assert [word for word in NEW if word.lower() not in str(told).lower()] == []
    assert [one.id for one in erase(door).erased] == [booking]
    assert everywhere(door) == {}
    assert everywhere(door, NEW) == {}


def test_what_arrives_afterwards_keeps_its_type_and_moment_only(door: Door) -> None:
    booking, _change = lived(door)
    erase(door)
    first = report(
        door,
        booking,
        "returned",
        id="Quendresa-2",
        carrier="Zwaluwstaart",
        status="Quendresa",
        detail={"a": "Halfzolen"},
    )
    assert first["state"] == "returned"
    assert report(door, booking, "returned", id="Quendresa-2") == first
    report(door, booking, "met_quendresa", status="Quendresa")
    assert everywhere(door, NEW) == {}
    with door.database.reading() as session:
        rows = session.execute(
            select(events.c.type, events.c.detail)
            .where(events.c.merchant_id == MERCHANT_ID)
            .order_by(events.c.received_at)
        ).all()
    assert {kind for kind, _detail in rows} >= {"packed", "other", "delivered", "returned"}
    assert {kind: detail for kind, detail in rows if kind == "returned"} == {"returned": {}}


@pytest.mark.parametrize("said", [{"recipient": {"name": "Quendresa"}}, {"notes": "Quendresa"}])
def test_nobody_is_put_into_it_again(door: Door, said: dict[str, Any]) -> None:
    booking = ordered(door, "2001")
    door.clock.forward(days=40)
    assert [one.id for one in erase(door).erased] == [booking]
    answer = changed(door, booking, said)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "wrong_state")
    assert everywhere(door, NEW) == {}


def test_a_reason_that_comes_afterwards_is_not_kept(door: Door) -> None:
    booking = ordered(door, "2001")
    report(door, booking, "packed")
    there = {"country": "NL", "postal_code": "1011 JH", "city": "Amsterdam", "lines": ["Halfzolen 3"]}
    asked = changed(door, booking, {"address": there}).get_json()["change"]
    door.clock.forward(days=40)
    erase(door)
    no = {"answer": "refused", "reason": "Quendresa was not in the van"}
    assert door.server("POST", f"/changes/{asked}/answer", json=no).status_code == 200
    with door.database.reading() as session:
        state = session.execute(select(changes.c.state).where(changes.c.merchant_id == MERCHANT_ID)).scalar_one()
    assert state == "refused"
    assert everywhere(door, NEW) == {}
    assert everywhere(door) == {}
