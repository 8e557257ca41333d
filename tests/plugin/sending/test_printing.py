"""Labels and packing lists: what is ticked, or all that leaves by today."""

import re
from html import unescape

import pytest

from delivery.plans import sendings
from delivery.setups import load_setup
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.doors import ADDRESS
from tests.plugin.desk import Desk, another_desk
from tests.plugin.sending.test_worklist import booked

LABELS = "/plugin/to-send/labels"
LISTS = "/plugin/to-send/packing-lists"


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


@pytest.mark.parametrize(("size", "sheets"), [("a4", 2), ("10x15", 9)])
def test_labels_are_laid_on_sheets_of_either_size(plain_desk: Desk, size: str, sheets: int) -> None:
    for number in range(9):
        booked(plain_desk.door, f"10{number}")
    page = plain_desk.get(f"{LABELS}?format={size}").text
    assert page.count('<div class="sheet">') == sheets
    assert page.count('<article class="label') == 9
    assert f"/static/plugin/labels-{size}.css" in page
    with plain_desk.get(f"/static/plugin/labels-{size}.css") as sheet:
        assert "@page" in sheet.text
    assert "style=" not in page


def test_a_label_has_the_address_as_typed_the_order_and_its_code(desk: Desk) -> None:
    booking = booked(desk.door, "1001", part="b", address=ADDRESS | {"lines": ["c/o De Vries", "Prinsengracht 263-hs"]})
    page = desk.post(f"{LABELS}?format=10x15", {"booking": [booking]}).text
    said = text_of(page)
    for part in ("A. Jansen c/o De Vries Prinsengracht 263-hs 1016 GV Amsterdam", "1001 b", "Pakketpost"):
        assert part in said
    assert page.count("<svg") == 1


def test_a_home_window_and_a_centre_stand_on_the_label(desk: Desk) -> None:
    booked(desk.door, "1001", "local_delivery")
    assert "24 Nov, 14:00–16:00" in text_of(desk.get(LABELS).text)
    pickup = booked(desk.door, "1002", "pickup")
    with desk.door.database.reading() as session:
        [sending] = sendings(session, load_setup(session, MERCHANT_ID), [pickup])
    assert sending.centre
    said = text_of(desk.post(LABELS, {"booking": [pickup]}).text)
    assert f"A. Jansen {sending.centre.name} {sending.centre.address['lines'][0]}" in said
    assert "Prinsengracht" not in said


def test_an_address_abroad_names_its_country(plain_desk: Desk) -> None:
    from plugin.sending.printing import address_lines

    with plain_desk.door.client.application.test_request_context():
        from flask import g

        g.visitor = plain_desk.account
        with plain_desk.door.database.reading() as session:
            g.shop = load_setup(session, MERCHANT_ID)
        abroad = {"country": "DE", "postal_code": "10115", "city": "Berlin", "lines": ["Invalidenstr. 1"]}
        assert address_lines(abroad) == ("Invalidenstr. 1", "10115 Berlin", "GERMANY")


def test_a_packing_list_has_what_goes_in_and_what_to_know(desk: Desk) -> None:
    booking = booked(desk.door, "1001", "local_delivery", notes="Ring twice")
    page = desk.post(LISTS, {"booking": [booking]}).text
    said = text_of(page)
    for part in ("Order 1001", "1 LAMP-1", "Ring twice", "24 Nov, 14:00–16:00", "Prinsengracht 263"):
        assert part in said
    assert page.count("<article") == 1


def test_with_nothing_ticked_all_that_leaves_by_today_is_printed(plain_desk: Desk) -> None:
    booked(plain_desk.door, "1001")
    booked(plain_desk.door, "1002")
    assert plain_desk.get(LISTS).text.count("<article") == 2
    assert plain_desk.get(f"{LISTS}?origin=houten").text.count("<article") == 0
    assert "There is nothing to print." in plain_desk.get(f"{LABELS}?origin=houten").text


def test_what_shoppers_typed_is_no_markup(plain_desk: Desk) -> None:
    booked(plain_desk.door, "<b>1</b>", notes="<script>alert(1)</script>", address=ADDRESS | {"lines": ["<i>x</i>"]})
    for path in (LABELS, LISTS, "/plugin/to-send"):
        page = plain_desk.get(path).text
        assert "<script>alert" not in page
        assert "<i>x" not in page
        assert "<b>1" not in page


def test_it_hides_other_merchants(desk: Desk) -> None:
    booking = booked(desk.door, "1001")
    other = another_desk(desk)
    for path in (LABELS, LISTS):
        assert "1001" not in other.get(path).text
        assert "1001" not in other.post(path, {"booking": [booking]}).text
