"""Personal data is erased after as many days as the merchant keeps it; holds without an order are forgotten."""

from typing import Any

from sqlalchemy import select

from delivery import retention
from delivery.audit import OPERATOR
from delivery.holds import expire
from delivery.settings import items
from delivery.store.engine import Session
from delivery.store.tables import metadata
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.doors import Door

PLANTED = (
    "Jansen",
    "jansen",
    "a.jansen@example.org",
    "Prinsengracht",
    "1016 GV",
    "1016GV",
    "Ring twice",
    "+31 20 5550100",
)
NEVER_ABOUT_SHOPPERS = {"places", "centres", "origins", "zones", "staff", "audit"}


def ordered(door: Door, number: str = "1001") -> str:
    choice = door.take(checkout=number)["choice"]
    recipient = {"name": "A. Jansen", "email": "a.jansen@example.org", "phone": "+31 20 5550100"}
    answer = door.order(choice, number, notes="Ring twice", recipient=recipient)
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["booking"])


def delivered(door: Door, booking: str) -> None:
    for kind in ("packed", "dispatched", "delivered"):
        door.clock.forward(minutes=1)
        body: dict[str, Any] = {"type": kind, "at": door.clock().isoformat(), "carrier": "PostNL"}
        if kind == "delivered":
            body["detail"] = {"signed_by": "A. Jansen"}
        assert door.server("POST", f"/bookings/{booking}/events", json=body).status_code == 200


def planted(door: Door) -> dict[str, set[str]]:
    """Which tables still hold something that was planted."""
    with door.database.engine.connect() as connection:
        found: dict[str, set[str]] = {}
        for table in metadata.sorted_tables:
            if table.name in NEVER_ABOUT_SHOPPERS:
                continue
            rows = connection.execute(select(table), execution_options={"across_merchants": "a test looks everywhere"})
            text = " ".join(str(value) for row in rows for value in row)
            hits = {word for word in PLANTED if word in text}
            if hits:
                found[table.name] = hits
        return found


def sweep(door: Door) -> int:
    def both(session: Session) -> int:
        return retention.erase_due(session, door.clock(), 200) + retention.forget_holds(session, door.clock(), 200)

    return door.database.write(both)


def test_nothing_planted_is_left_anywhere(door: Door) -> None:
    booking = ordered(door)
    changed = door.server("POST", f"/bookings/{booking}/changes", json={"notes": "Ring twice, please"})
    assert changed.status_code == 201
    delivered(door, booking)
    assert {"bookings", "handovers", "changes", "events"} <= set(planted(door))
    door.clock.forward(days=91)
    assert sweep(door) == 1
    door.clock.forward(days=1)
    assert sweep(door) == 0
    assert planted(door) == {}


def test_what_must_be_kept_is_kept(door: Door) -> None:
    booking = ordered(door)
    delivered(door, booking)
    door.clock.forward(days=91)
    sweep(door)
    kept = door.server("GET", f"/bookings/{booking}").get_json()
    assert (kept["order"], kept["state"], kept["address"]["country"]) == ("1001", "delivered", "NL")
    assert kept["promise"]["window"]
    assert kept["recipient"] == {"name": ""}


def test_the_shopper_page_of_an_erased_booking_is_gone(plain_door: Door) -> None:
    booking = ordered(plain_door)
    page = plain_door.server("GET", f"/bookings/{booking}").get_json()["delivery_page"]
    path = "/d/" + page.rsplit("/", 1)[1]
    delivered(plain_door, booking)
    assert plain_door.client.get(path).status_code == 200
    plain_door.clock.forward(days=91)
    sweep(plain_door)
    assert plain_door.client.get(path).status_code == 404


def test_the_merchant_says_how_long(door: Door) -> None:
    delivered(door, ordered(door))
    door.clock.forward(days=8)
    assert sweep(door) == 0
    door.database.write(
        lambda session: items.save(session, door.clock(), OPERATOR, MERCHANT_ID, "retention", "", {"retention_days": 7})
    )
    assert sweep(door) == 1


def test_an_order_under_way_keeps_its_person_and_one_that_nobody_ever_reports_on_does_not_for_ever(door: Door) -> None:
    ordered(door)
    door.database.write(
        lambda session: items.save(session, door.clock(), OPERATOR, MERCHANT_ID, "retention", "", {"retention_days": 7})
    )
    door.clock.forward(days=29)
    assert sweep(door) == 0
    door.clock.forward(days=30)
    assert sweep(door) == 1


def test_holds_without_an_order_are_forgotten_and_others_stay(door: Door) -> None:
    ordered(door, "kept")
    door.take(checkout="left")
    door.clock.forward(minutes=40)
    door.database.write(lambda session: expire(session, door.clock(), 200))
    before = door.rows()["holds"]
    door.clock.forward(days=15)
    assert sweep(door) == 1
    assert door.rows()["holds"] == before - 1
