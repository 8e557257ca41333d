"""What a delivery's page says of the counter: the collect code while something waits, who may collect it, who did."""

import xml.etree.ElementTree as ET
from typing import Any

import pytest

from delivery import codes, collect_codes, counter, counter_lists
from delivery.booking_rows import get
from delivery.codes import code_of, written
from delivery.evidence import Collection
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.doors import Door
from tests.selling import told
from tests.widget.changing import RECIPIENT, fill, now_of, path_to, post
from tests.widget.test_pages import NASTY, booked, path_of, words
from tests.widget.test_pages_changes import page_of
from tests.widget.test_pages_delivery import report

PLAIN = {"recipient": RECIPIENT}


def row_of(door: Door, booking: dict[str, Any]) -> Any:
    with door.database.reading() as session:
        return get(session, merchant_id=MERCHANT_ID, booking_id=booking["booking"])


def html_of(door: Door, booking: dict[str, Any]) -> str:
    response = door.client.get(path_of(booking["delivery_page"]))
    assert response.status_code == 200
    return str(response.text)


def code_for(door: Door, booking: dict[str, Any]) -> str:
    return written(code_of(door.service.signer, row_of(door, booking)))


def at_counter(door: Door, booking: dict[str, Any], name: str = "device-000001", **said: Any) -> counter.Done:
    row, now = row_of(door, booking), door.clock()
    usual: dict[str, Any] = {"kind": "collected", "shown": "id", "who": "Anna Jansen", "staff": "kim", "at": now}
    what = Collection(name, row.id, booking["location"]["id"], **usual | said)
    with door.database.reading() as session:
        setup = door.service.memory.setup_of_merchant(session, MERCHANT_ID)
    return door.database.write(lambda session: counter.collect(session, now, setup, door.service.links, what))


def check_in(door: Door, booking: dict[str, Any], of: int) -> None:
    now, whose = door.clock(), {"booking_id": booking["booking"], "centre_id": booking["location"]["id"]}
    with door.database.reading() as session:
        setup = door.service.memory.setup_of_merchant(session, MERCHANT_ID)
    door.database.write(lambda session: counter.check_in(session, now, setup, of=of, **whose))


def test_the_code_stands_there_as_signs_and_as_a_picture_as_long_as_there_is_something_to_collect(door: Door) -> None:
    booking = booked(door, "pickup", **PLAIN)
    pictures = ("code.svg", "code.png")
    assert "Your collect code" not in html_of(door, booking)
    assert {door.client.get(path_to(booking, name)).status_code for name in pictures} == {404}
    report(door, booking, "ready_for_pickup")
    html, code = html_of(door, booking), code_for(door, booking)
    assert f'<span aria-hidden="true">{code}</span>' in html
    assert ", ".join(code.replace("-", "")) in html
    drawing, picture = (door.client.get(path_to(booking, name)) for name in pictures)
    assert drawing.mimetype == "image/svg+xml"
    assert ET.fromstring(drawing.data).tag.endswith("svg")
    assert b"style" not in drawing.data
    assert picture.data.startswith(b"\x89PNG")
    assert drawing.headers["Cache-Control"] == "no-store"
    at_counter(door, booking)
    assert code not in html_of(door, booking)
    assert {door.client.get(path_to(booking, name)).status_code for name in pictures} == {404}


def test_the_code_on_the_page_is_the_one_that_opens(door: Door) -> None:
    booking = booked(door, "pickup", **PLAIN)
    report(door, booking, "ready_for_pickup")
    with door.database.reading() as session:
        setup = door.service.memory.setup_of_merchant(session, MERCHANT_ID)
    text, centre, signer = code_for(door, booking), booking["location"]["id"], door.service.signer
    found = door.database.write(
        lambda session: collect_codes.found(session, door.clock(), signer, setup, centre, text, "kim")
    )
    assert found.or_raise().id == booking["booking"]
    assert codes.read(text) is not None


def test_a_home_delivery_has_neither_code_nor_collector(door: Door) -> None:
    booking = booked(door, "shipping", **PLAIN)
    html = html_of(door, booking)
    assert "collector" not in html
    assert door.client.get(path_to(booking, "collector")).status_code == 409
    assert post(door, booking, "collector", {"collector": "Jan"}).status_code == 409


def test_somebody_else_is_named_and_taken_back_and_the_counter_and_fulfilment_know(door: Door) -> None:
    booking = booked(door, "pickup", **PLAIN)
    form = fill(page_of(door, booking, "collector"), "collector", collector="  Jan   de Vries ")
    assert post(door, booking, "collector", form).status_code == 303
    assert "Jan de Vries may collect it as well." in words(html_of(door, booking))
    assert now_of(door, booking)["instructions"] == {"collector": "Jan de Vries"}
    assert told(door.database, MERCHANT_ID) == ["booking.confirmed", "booking.changed"]
    # The same name again is no change.
    assert post(door, booking, "collector", form).status_code == 303
    with door.database.reading() as session:
        setup = door.service.memory.setup_of_merchant(session, MERCHANT_ID)
        [waits] = counter_lists.named(session, setup, booking["location"]["id"], booking["order"])
        assert waits.collector == "Jan de Vries"
    # A note leaves the name as it is.
    assert post(door, booking, "note", {"note": "Bel aan", "leave": "", "where": ""}).status_code == 303
    assert now_of(door, booking)["instructions"] == {"note": "Bel aan", "collector": "Jan de Vries"}
    # It can still be named when the parcel lies there; emptied, it is taken back.
    report(door, booking, "ready_for_pickup")
    assert post(door, booking, "collector", {"collector": ""}).status_code == 303
    assert "may collect it as well" not in words(html_of(door, booking))
    assert now_of(door, booking)["instructions"] == {"note": "Bel aan"}
    at_counter(door, booking)
    assert post(door, booking, "collector", {"collector": "Jan"}).status_code == 409


@pytest.mark.parametrize("name", ["x" * 101, "Jan\x07"])
def test_a_name_that_cannot_be_is_refused_and_stays_in_its_field(door: Door, name: str) -> None:
    booking = booked(door, "pickup", **PLAIN)
    response = post(door, booking, "collector", {"collector": name})
    assert response.status_code == 422
    assert 'aria-describedby="collector-fault"' in response.text
    assert now_of(door, booking)["instructions"] == {}


def test_whatever_a_collector_is_called_stays_text(door: Door) -> None:
    booking = booked(door, "pickup", **PLAIN)
    post(door, booking, "collector", {"collector": NASTY})
    for page in (path_of(booking["delivery_page"]), path_to(booking, "collector")):
        assert NASTY not in door.client.get(page).text


def test_the_page_tells_who_collected_what_and_when(door: Door) -> None:
    booking = booked(door, "pickup", **PLAIN)
    check_in(door, booking, 3)
    report(door, booking, "ready_for_pickup")
    door.clock.forward(hours=2)
    at_counter(door, booking, parcels=(1,))
    said = words(html_of(door, booking))
    assert "Anna Jansen collected 1 of 3 parcels. Tuesday 24 November, 12:00" in said
    assert "2 of 3 parcels still wait for you." in said
    at_counter(door, booking, "device-000002", kind="refused", shown="nothing", words="Broken", parcels=(2,), who="")
    at_counter(door, booking, "device-000003", who="Jan", parcels=(3,))
    # What could not be is not said to the shopper.
    at_counter(door, booking, "device-000004", who="Nobody", offline=True)
    said = words(html_of(door, booking))
    assert "You did not take 1 of 3 parcels: it goes back to the shop." in said
    assert "Jan collected 1 of 3 parcels." in said
    assert "Nobody" not in said
    assert "Broken" not in said
