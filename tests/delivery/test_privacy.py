"""One person is found, told everything, and taken out of every table; nobody else is touched."""

import json
from collections.abc import Iterable
from typing import Any

import pytest
from sqlalchemy import Text, cast, insert, select, update

from delivery import audit, privacy, retention
from delivery.audit import OPERATOR
from delivery.privacy import Erased, Person
from delivery.problems import InvalidInput
from delivery.store.engine import Session
from delivery.store.tables import (
    answers,
    bookings,
    collections,
    events,
    handover_tries,
    handovers,
    messages,
    metadata,
    parcels,
    settlements,
)
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.delivery.test_retention import delivered
from tests.doors import Door, order_body

MORE = {
    "instructions": {"safe_place": "Behind the Rhododendron", "neighbour": "Mevrouw Quispel"},
    "preferences": {"channel": "sms", "number": "+31 6 98765432"},
}
WORDS = (
    *("Xantippe", "x.jongbloed@example.org", "+31 20 5550142", "Zwanenburgwal", "1011 JH", "Ring thrice"),
    *("Rhododendron", "Quispel", "98765432", "Wonderful courier", "Signed by Xantippe", "no such mailbox"),
)
SEARCHED = ("jongbloed", "1011JH", "550142")
"""Once more, folded."""
RECIPIENT = {"name": "Xantippe Jongbloed", "email": "X.Jongbloed@example.org", "phone": "+31 20 5550142"}
ADDRESS = {"country": "NL", "postal_code": "1011 JH", "city": "Amsterdam", "lines": ["Zwanenburgwal 12"]}
EMAIL = Person("email", "x.jongbloed@EXAMPLE.org ".strip())


def ordered(door: Door, number: str, recipient: dict[str, Any] | None = None, **other: Any) -> str:
    """An order of the person, asked for with their postcode."""
    there = {"country": "NL", "postal_code": "1011 JH", "city": "Amsterdam"}
    offer = door.page("POST", "/offers", json=door.question(f"checkout-{number}", destination=there)).get_json()
    option = next(option for option in offer["options"] if option["type"] == "local_delivery")
    choice = door.hold(offer["offer"], option["id"]).get_json()["choice"]
    facts = {"recipient": recipient or RECIPIENT, "address": ADDRESS, "notes": "Ring thrice"} | other
    again = {"Idempotency-Key": f"key-{number}"}
    answer = door.server("POST", "/orders", headers=again, json=order_body(choice, number) | facts)
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["booking"])


def planted(door: Door, booking: str) -> None:
    """All that may come to be kept about a booking after the order."""
    whose = {"merchant_id": MERCHANT_ID, "booking_id": booking}
    now = door.clock()
    told = {
        "kind": "confirmed",
        "channel": "mail",
        "state": "failed",
        "tries": 1,
        "next_try_at": now,
        "created_at": now,
    }
    answer = {"score": 2, "reasons": ["careful"], "words": "Wonderful courier", "wants_call": True}
    taken = {"kind": "refused", "centre_id": "x", "parcels": [1], "shown": "id", "verified": True, "offline": False}
    taken |= {"who": "Xantippe", "words": "Jongbloed was cross", "signature": "Xantippe", "staff": "kim@lamps.test"}
    due = {"reason": "change", "ref": "cg_1", "kind": "refund_due", "amount": 100, "currency": "EUR", "state": "open"}

    def work(session: Session) -> None:
        mine = (bookings.c.merchant_id == MERCHANT_ID, bookings.c.id == booking)
        session.execute(update(bookings).where(*mine).values(MORE))
        problem = "550 x.jongbloed@example.org: no such mailbox"
        session.execute(insert(messages).values(id=f"t_{booking}"[:40], last_problem=problem, **whose, **told))
        session.execute(insert(answers).values(**whose, **answer, given_at=now, changed_at=now))
        session.execute(insert(parcels).values(number=1, state="here", shelf="Jongbloed, left", came_at=now, **whose))
        session.execute(insert(collections).values(id=f"c_{booking}"[:40], at=now, received_at=now, **whose, **taken))
        session.execute(insert(settlements).values(id=f"s_{booking}"[:40], created_at=now, **whose, **due))
        sent = select(handovers.c.id).where(handovers.c.merchant_id == MERCHANT_ID, handovers.c.booking_id == booking)
        tried = {"at": now, "problem": f"said {problem}", "took_ms": 9, "merchant_id": MERCHANT_ID}
        for handover in session.scalars(sent):
            session.execute(insert(handover_tries).values(handover_id=handover, **tried))

    door.database.write(work)


def lived(door: Door, number: str = "2001", recipient: dict[str, Any] | None = None) -> str:
    """An order with a whole life behind it."""
    booking = ordered(door, number, recipient)
    planted(door, booking)
    changed = door.server("POST", f"/bookings/{booking}/changes", json={"notes": "Ring thrice, please"})
    assert changed.status_code == 201, changed.text
    delivered(door, booking)
    at = {"at": door.clock(), "received_at": door.clock(), "merchant_id": MERCHANT_ID, "booking_id": booking}
    detail = {"detail": "Signed by Xantippe", "status": "Left with Mevrouw Quispel", "carrier": "PostNL"}
    report = insert(events).values(id=f"e_{booking}"[:40], type="in_transit", detail=detail, **at)
    door.database.write(lambda session: session.execute(report))
    return booking


def everywhere(door: Door, words: Iterable[str] = (*WORDS, *SEARCHED)) -> dict[str, set[str]]:
    """Which tables hold which of the words, in whatever column, as the database itself writes it."""
    found: dict[str, set[str]] = {}
    with door.database.engine.connect() as connection:
        for table in metadata.sorted_tables:
            if table.name in {"places"}:
                continue
            columns = [cast(column, Text) for column in table.c]
            rows = connection.execute(
                select(*columns), execution_options={"across_merchants": "a test looks everywhere"}
            )
            text = " ".join(str(value) for row in rows for value in row).lower()
            if hits := {word for word in words if word.lower() in text}:
                found[table.name] = hits
    return found


def erase(door: Door, who: Person = EMAIL, merchant_id: str = MERCHANT_ID) -> Erased:
    signer = door.service.signer
    return door.database.write(lambda session: privacy.erase(session, door.clock(), signer, merchant_id, OPERATOR, who))


def export(door: Door, who: Person = EMAIL) -> list[dict[str, Any]]:
    with door.database.reading() as session:
        return privacy.export(session, door.clock(), MERCHANT_ID, who)


def test_nothing_of_the_person_is_left_in_any_table(door: Door) -> None:
    booking = lived(door)
    there = everywhere(door)
    assert {"bookings", "changes", "events", "handovers", "handover_tries", "messages", "holds", "answers"} <= set(
        there
    )
    assert {"parcels", "collections"} <= set(there)
    assert "idempotency" in there
    assert [one.id for one in erase(door).erased] == [booking]
    assert everywhere(door) == {}
    assert export(door) == []


def test_the_export_has_every_word(door: Door) -> None:
    booking = lived(door)
    [told] = export(door)
    assert (told["booking"], told["order"], told["state"]) == (booking, "2001", "delivered")
    text = json.dumps(told, default=str)
    assert [word for word in WORDS if word.lower() not in text.lower()] == []
    assert told["kept"]["settlements"][0]["amount"] == 100
    assert told["kept"]["handovers"][0]["body"]["data"]["recipient"]["name"] == "Xantippe Jongbloed"


@pytest.mark.parametrize(
    "who", [EMAIL, Person("phone", "020-5550142"), Person("phone", "0031 20 555 01 42"), Person("order", "2001")]
)
def test_a_person_is_found_by_each_of_the_three(door: Door, who: Person) -> None:
    booking = lived(door)
    assert [told["booking"] for told in export(door, who)] == [booking]


def test_nobody_else_is_touched(door: Door) -> None:
    theirs = {"name": "Ottoline Vuursteen", "email": "xx.jongbloed@example.org", "phone": "+32 20 5550142"}
    lived(door, "2002", theirs)
    other = kept_of(door, "2002")
    lived(door)
    erase(door)
    assert kept_of(door, "2002") == other
    assert "Ottoline Vuursteen" in json.dumps(other, default=str)


def kept_of(door: Door, order: str) -> list[dict[str, Any]]:
    return export(door, Person("order", order))


def test_another_merchants_customer_is_not_this_one(door: Door) -> None:
    lived(door)
    before = everywhere(door)
    found = erase(door, merchant_id="mr_nobody")
    assert (found.erased, found.kept_until_done) == ([], [])
    assert everywhere(door) == before


def test_an_order_under_way_keeps_its_person_until_it_is_over(door: Door) -> None:
    booking = ordered(door, "2003")
    found = erase(door)
    assert (found.erased, [one.id for one in found.kept_until_done]) == ([], [booking])
    assert "bookings" in everywhere(door)
    assert swept(door) == 0
    delivered(door, booking)
    assert swept(door) == 1
    assert "bookings" not in everywhere(door)
    door.clock.forward(days=1)
    assert swept(door) == 0


def swept(door: Door) -> int:
    return door.database.write(lambda session: retention.erase_asked(session, door.clock(), 200))


def test_what_nobody_ever_reported_on_is_over_a_month_after_its_day(door: Door) -> None:
    booking = ordered(door, "2004")
    door.clock.forward(days=40)
    assert [one.id for one in erase(door).erased] == [booking]


def test_who_was_corrected_away_is_still_found(door: Door) -> None:
    booking = ordered(door, "2005")
    someone = {"name": "Ottoline Vuursteen", "email": "o@example.org", "phone": None}
    assert door.server("POST", f"/bookings/{booking}/changes", json={"recipient": someone}).status_code == 201
    assert [told["booking"] for told in export(door)] == [booking]
    assert [told["booking"] for told in export(door, Person("phone", "+31205550142"))] == [booking]


def test_doing_it_twice_does_nothing_the_second_time(door: Door) -> None:
    lived(door)
    by_order = Person("order", "2001")
    first = erase(door, by_order)
    door.clock.forward(hours=1)
    assert erase(door, by_order) == first
    assert (erase(door).erased, erase(door).kept_until_done) == ([], [])
    with door.database.reading() as session:
        log = audit.entries(session, MERCHANT_ID, area=privacy.AREA).entries
    assert len(log) == 1


def test_the_log_of_changes_says_it_without_naming_anybody(door: Door) -> None:
    lived(door)
    erase(door)
    with door.database.reading() as session:
        [entry] = audit.entries(session, MERCHANT_ID, area=privacy.AREA).entries
    assert entry.before == {"found_by": "email", "erased": 1, "kept_until_done": 0}
    assert entry.item == door.service.signer.tag(f"person {MERCHANT_ID} email x.jongbloed@example.org".encode())


def test_what_fulfilment_is_still_to_be_told_stays_a_message(door: Door) -> None:
    booking = ordered(door, "2006")
    assert door.server("POST", f"/bookings/{booking}/cancel").status_code == 200
    erase(door)
    [told] = kept_of(door, "2006")
    last = told["kept"]["handovers"]
    bodies = {row["type"]: row["body"] for row in last}
    data = bodies["booking.cancelled"]["data"]
    assert (data["booking"], data["order"], data["recipient"]) == (booking, "2006", {"name": ""})
    assert "delivery_page" not in data


@pytest.mark.parametrize(
    "given", [{}, {"email": "a@b.nl", "order": "1"}, {"email": "nobody"}, {"phone": "112"}, {"order": "  "}]
)
def test_whoever_cannot_be_found_by_it_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(InvalidInput):
        privacy.person(**given)
