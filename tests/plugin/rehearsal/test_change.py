"""A settings form is rehearsed before it is saved: before and after, what differs, and nothing is written."""

import re
from html import unescape
from typing import Any

import pytest

from delivery.settings.areas import AREAS
from delivery.settings.items import item, items
from plugin.pages.forms import filled
from tests.plugin.desk import Desk, another_desk

CHANGE = "/plugin/rehearsal/change"
ASKED = {
    "rehearsal-at": "2026-11-24T10:00",
    "rehearsal-country": "NL",
    "rehearsal-postal_code": "1016 GV",
    "rehearsal-sku": "WIRE",
}


def form_of(desk: Desk, area: str, item_id: str = "", **changes: str) -> dict[str, Any]:
    """A settings form as its page sends it, with some fields typed anew."""
    with desk.door.database.reading() as session:
        document = item(session, desk.merchant_id, area, item_id)
    form = filled(AREAS[area].schema, document)
    values = {name: list(texts) for name, texts in form._values.items()}
    return values | {"area": area, "item": item_id, "seen": "x"} | ASKED | changes


def sent(desk: Desk, form: dict[str, Any], status: int = 200) -> str:
    response = desk.post(CHANGE, form)
    assert response.status_code == status, response.text
    return unescape(response.text)


def differences(html: str) -> list[str]:
    found = re.search(r'<ul class="differences">(.*?)</ul>', html, re.DOTALL)
    return re.findall(r"<li>(.*?)</li>", found[1]) if found else []


def test_a_dearer_service_shows_both_prices_and_what_differs(desk: Desk) -> None:
    form = {"fee-amount": "5.95", "fee-by_weight-0-amount": "5.95"}
    html = sent(desk, form_of(desk, "services", "standard", **form))
    assert differences(html) == ["Pakketpost: costs €5.95 instead of €4.95"]
    assert html.count('shadowrootmode="open"') == 2
    assert "€4.95" in html


def test_an_earlier_cut_off_moves_the_day(desk: Desk) -> None:
    html = sent(desk, form_of(desk, "origins", "houten", usual_cut_off="09:00"))
    assert "Pakketpost: Thursday 26 November instead of Wednesday 25 November" not in differences(html)
    other = ASKED | {"rehearsal-sku": "LAMP-FLOOR", "rehearsal-postal_code": "9711 AA"}
    html = sent(desk, form_of(desk, "origins", "houten", usual_cut_off="09:00") | other)
    assert "Pakketpost: Thursday 26 November instead of Wednesday 25 November" in differences(html)


def test_windows_that_come_and_go_are_listed(plain_desk: Desk) -> None:
    html = sent(plain_desk, form_of(plain_desk, "windows", "amsterdam-3-12", start_time="11:00", capacity="0"))
    gone = [line for line in differences(html) if line.startswith("No longer: Wednesday 25 November, 12:00")]
    assert len(gone) == 1
    html = sent(plain_desk, form_of(plain_desk, "windows", "amsterdam-3-12", start_time="11:00"))
    assert "Wednesday 25 November, 11:00–14:00 instead of Wednesday 25 November, 12:00–14:00" in html


def test_a_new_item_is_rehearsed_too(plain_desk: Desk) -> None:
    form = form_of(plain_desk, "services", "standard", name="Bike courier", item="")
    html = sent(plain_desk, form)
    assert any(line.startswith("New: Bike courier") for line in differences(html))
    assert 'action="/plugin/settings/services/add"' in html


def test_a_change_that_no_shopper_sees_says_so(plain_desk: Desk) -> None:
    html = sent(plain_desk, form_of(plain_desk, "contact", email="help@shop.test"))
    assert "the options stay the same" in html
    assert 'action="/plugin/settings/contact"' in html


def test_own_words_and_looks_are_seen_before_they_are_saved(plain_desk: Desk) -> None:
    html = sent(plain_desk, form_of(plain_desk, "looks", **{"light-accent": "#7a1f5c"}))
    sheet = re.search(r'href="([^"]*look\.css[^"]*)"', html)
    assert sheet
    assert "#7a1f5c" in plain_desk.get(sheet[1]).text
    assert html.count("look.css") == 1


def test_what_was_typed_is_carried_along_to_be_saved_or_edited(plain_desk: Desk) -> None:
    html = sent(plain_desk, form_of(plain_desk, "services", "standard", name="Post & more"))
    raw = plain_desk.post(CHANGE, form_of(plain_desk, "services", "standard", name='"><script>')).text
    assert "<script>" not in raw
    assert 'action="/plugin/settings/services/standard"' in html
    assert '<input type="hidden" name="name" value="Post & more">' in html
    assert '<input type="hidden" name="seen" value="x">' in html
    assert '<input type="hidden" name="rehearsal-at"' not in html
    assert html.count('name="csrf_token"') == 3  # save, rehearse again, log out
    assert '<button name="edit" value="on">' in html


def test_what_is_carried_along_can_be_saved(plain_desk: Desk) -> None:
    html = plain_desk.post(CHANGE, form_of(plain_desk, "services", "standard", name="Bicycle")).text
    form = html.split('action="/plugin/settings/services/standard"')[1].split("</form>")[0]
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form):
        fields.setdefault(name, []).append(unescape(value))
    with plain_desk.door.database.reading() as session:
        before = item(session, plain_desk.merchant_id, "services", "standard")
    assert plain_desk.post("/plugin/settings/services/standard", fields | {"seen": ""}).status_code in {303, 409}
    fields.pop("seen")
    assert plain_desk.post("/plugin/settings/services/standard", fields).status_code == 303
    with plain_desk.door.database.reading() as session:
        assert item(session, plain_desk.merchant_id, "services", "standard") == before | {"name": "Bicycle"}


def test_what_cannot_be_saved_is_refused_with_its_reasons(desk: Desk) -> None:
    html = sent(desk, form_of(desk, "services", "standard", name="", **{"fee-amount": "cheap"}), 422)
    assert "This cannot be saved as it is" in html
    assert "Please fill this in." in html
    assert "<code>fee/amount</code>" in html
    assert "What differs" not in html
    assert 'class="first">Save' not in html


def test_a_question_that_cannot_be_read_is_said_beside_its_field(plain_desk: Desk) -> None:
    html = sent(plain_desk, form_of(plain_desk, "contact") | {"rehearsal-country": "Holland"}, 422)
    assert 'id="rehearsal-country-fault"' in html
    assert 'value="WIRE"' in html


def test_without_a_question_the_last_one_is_asked_again(plain_desk: Desk) -> None:
    plain_desk.get("/plugin/rehearsal?at=2026-12-01T10:00&country=BE&postal_code=1000&sku=WIRE")
    form = {name: value for name, value in form_of(plain_desk, "contact").items() if name not in ASKED}
    html = sent(plain_desk, form)
    assert "On Tuesday 1 December, 10:00" in html
    assert re.search(r'<input id="rehearsal-country"[^>]* value="BE"', html)


@pytest.mark.parametrize("area", ["services", "origins", "zones", "windows", "centres"])
def test_a_form_that_changes_nothing_differs_in_nothing_and_nothing_is_written(desk: Desk, area: str) -> None:
    with desk.door.database.reading() as session:
        before = {name: items(session, desk.merchant_id, name) for name in AREAS}
        first = next(iter(before[area]))
    rows = desk.door.rows()
    assert "the options stay the same" in sent(desk, form_of(desk, area, first))
    sent(desk, form_of(desk, "shop", name="Another name"))
    with desk.door.database.reading() as session:
        assert {name: items(session, desk.merchant_id, name) for name in AREAS} == before
    assert desk.door.rows() == rows


def test_shoppers_and_other_pages_never_see_what_was_only_rehearsed(plain_desk: Desk) -> None:
    door = plain_desk.door
    before = door.offer()
    sent(plain_desk, form_of(plain_desk, "services", "standard", name="Bicycle"))
    assert [option["title"] for option in door.offer()["options"]] == [o["title"] for o in before["options"]]
    form = form_of(plain_desk, "services", "standard", name="On foot")
    form.pop("seen")
    assert plain_desk.post("/plugin/settings/services/standard", form).status_code == 303
    assert "On foot" in [option["title"] for option in door.offer()["options"]]


def test_an_area_or_item_that_is_not_there_is_not_found(plain_desk: Desk) -> None:
    assert plain_desk.post(CHANGE, ASKED | {"area": "secrets"}).status_code == 404
    form = form_of(plain_desk, "services", "standard") | {"item": "pigeon"}
    assert plain_desk.post(CHANGE, form).status_code == 404


def test_it_hides_other_merchants(desk: Desk) -> None:
    other = another_desk(desk)
    form = form_of(desk, "services", "standard", name="Mine now")
    assert other.post(CHANGE, form).status_code == 404


def test_editing_goes_on_with_what_was_typed(plain_desk: Desk) -> None:
    form = form_of(plain_desk, "services", "standard", name="Bicycle", edit="on")
    response = plain_desk.post("/plugin/settings/services/standard", form)
    assert response.status_code == 200
    assert 'value="Bicycle"' in response.text
    with plain_desk.door.database.reading() as session:
        assert item(session, plain_desk.merchant_id, "services", "standard")["name"] == "Pakketpost"
