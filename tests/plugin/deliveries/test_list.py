"""The list of deliveries: search box, filters, pages, roles; and the same as a file."""

import csv
import io
import re
from typing import Any

import pytest

from delivery.accounts import Role
from plugin.deliveries.sheet import COLUMNS
from plugin.pages.cells import harmless
from tests.plugin.desk import Desk, another_desk

PATH, SHEET = "/plugin/deliveries", "/plugin/deliveries.csv"


def sell(desk: Desk, number: str, name: str = "A. Jansen", kind: str | None = "local_delivery", **said: Any) -> str:
    """An order, and its booking's id. A minute passes."""
    desk.door.clock.forward(minutes=1)
    choice = desk.door.take(kind, checkout=f"checkout of {number}")["choice"] if kind else None
    body = {"recipient": {"name": name, "email": "a@example.org", "phone": "+31 6 12345678", "locale": "nl-NL"}}
    answer = desk.door.order(choice, number, **body | said)
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["booking"])


def orders(html: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)</a>', html)


def cells(desk: Desk, query: str = "") -> list[dict[str, str]]:
    answer = desk.get(SHEET + query)
    assert answer.status_code == 200
    assert answer.text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_before_the_first_order_the_page_says_so(plain_desk: Desk) -> None:
    html = plain_desk.get(PATH).text
    assert "No order has come in yet" in html
    assert "<table" not in html


def test_the_newest_order_stands_first_with_its_state_and_promise(desk: Desk) -> None:
    sell(desk, "1001", "Zoë Smit")
    sell(desk, "1002", kind=None)
    html = desk.get(PATH).text
    assert orders(html) == ["1002", "1001"]
    assert "Nothing chosen yet" in html
    assert "To be packed" in html
    assert "Home window" in html
    assert ">Waiting<" in html


def test_what_is_typed_is_looked_for_and_stays_in_the_box(desk: Desk) -> None:
    sell(desk, "1001", "Zoë Smit")
    sell(desk, "1002", "Bert")
    html = desk.get(PATH, query_string={"text": "zoe"}).text
    assert orders(html) == ["1001"]
    assert 'value="zoe"' in html
    assert orders(desk.get(PATH + "?text=100").text) == ["1002", "1001"]
    assert orders(desk.get(PATH + "?text=1016gv").text) == ["1002", "1001"]
    nothing = desk.get(PATH, query_string={"text": "<script>"}).text
    assert "Nothing was found" in nothing
    assert "<script>" not in nothing


def test_filters_narrow_it_down_and_stay_open(desk: Desk) -> None:
    sell(desk, "1001")
    sell(desk, "1002", kind=None)
    html = desk.get(PATH + "?state=choice_open&handover=waiting&type=&ship_by_from=").text
    assert orders(html) == ["1002"]
    assert '<option value="choice_open" selected>' in html
    assert "<details open>" in html
    assert orders(desk.get(PATH + "?type=local_delivery").text) == ["1001"]
    assert orders(desk.get(PATH + "?handover=parked").text) == []
    assert orders(desk.get(PATH + "?delivery_day=2026-01-01").text) == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("ship_by_from=soon", "ship_by_from"),
        ("delivery_day=2026-13-40", "delivery_day"),
        ("state=lost", "state"),
        ("handover=lost", "handover"),
        ("text=" + "x" * 201, "text"),
    ],
)
def test_a_filter_that_cannot_be_is_refused_beside_its_field(plain_desk: Desk, query: str, field: str) -> None:
    answer = plain_desk.get(f"{PATH}?{query}")
    assert answer.status_code == 422
    assert f'id="{field}-fault"' in answer.text


def test_a_page_leads_to_the_older_ones_and_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        sell(desk, f"100{number}", kind=None)
    monkeypatch.setattr("plugin.deliveries.listed.PAGE", 2)
    seen, path = [], PATH + "?text=100"
    while path:
        html = desk.get(path).text
        seen += orders(html)
        found = re.search(r'rel="next" href="([^"]+)"', html)
        path = found[1].replace("&amp;", "&") if found else ""
    assert seen == ["1004", "1003", "1002", "1001", "1000"]
    assert 'href="/plugin/deliveries?text=100">Newest' in html


def test_a_cursor_that_is_not_ours_is_a_problem_with_a_page(plain_desk: Desk) -> None:
    assert plain_desk.get(PATH + "?cursor=nonsense").status_code == 422


def test_it_is_there_in_dutch(plain_desk: Desk) -> None:
    sell(plain_desk, "1001")
    html = plain_desk.get(PATH, headers={"Accept-Language": "nl"}).text
    assert "Bestelnummer, naam of postcode" in html
    assert "Nog in te pakken" in html


def test_every_field_has_a_label(plain_desk: Desk) -> None:
    html = plain_desk.get(PATH).text
    fields = set(re.findall(r'<(?:input|select) id="([^"]+)"', html))
    assert fields == set(re.findall(r'<label for="([^"]+)"', html))


# --- the file ---


def test_the_file_has_a_row_for_each_delivery(desk: Desk) -> None:
    booking = sell(desk, "1001", "Zoë Smit", notes="Ring, please")
    sell(desk, "1002", kind=None)
    found = cells(desk)
    assert [row["order"] for row in found] == ["1002", "1001"]
    assert list(found[0]) == list(COLUMNS)
    row = found[1]
    assert (row["booking"], row["name"], row["postal_code"]) == (booking, "Zoë Smit", "1016 GV")
    assert (row["state"], row["type"], row["handover"]) == ("confirmed", "local_delivery", "waiting")
    assert row["window_start"].startswith(row["earliest_day"])
    assert re.fullmatch(r"\d+\.\d\d", row["fee"])
    assert row["notes"] == "Ring, please"
    assert [row["order"] for row in cells(desk, "?text=zoe")] == ["1001"]


def test_the_file_is_read_in_pieces_and_leaves_nothing_out(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(7):
        sell(desk, f"{number}", kind=None)
    monkeypatch.setattr("plugin.deliveries.sheet.AT_ONCE", 3)
    assert sorted(row["order"] for row in cells(desk)) == [str(number) for number in range(7)]


@pytest.mark.parametrize("text", ["=1+1", "+31", "-2", "@SUM(A1)", "\tx", "\rx", "  =1", "＝1"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert harmless(text) == "'" + text


def test_ordinary_cells_stay_as_they_are() -> None:
    assert [harmless(value) for value in ("Anna", "a=b", "", None, 3)] == ["Anna", "a=b", "", "", "3"]


def test_a_name_that_is_a_formula_does_nothing_in_a_spreadsheet(plain_desk: Desk) -> None:
    sell(plain_desk, "=1001", '=HYPERLINK("https://evil.test")', kind=None)
    [row] = cells(plain_desk)
    assert row["name"] == '\'=HYPERLINK("https://evil.test")'
    assert row["order"] == "'=1001"
    assert row["phone"] == "'+31 6 12345678"


def test_a_file_of_a_filter_that_cannot_be_leads_back_to_the_form(plain_desk: Desk) -> None:
    answer = plain_desk.get(SHEET + "?state=lost")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/plugin/deliveries?state=lost")


# --- who may ---


def test_the_counter_sees_the_list_but_not_the_file(plain_desk: Desk) -> None:
    sell(plain_desk, "1001")
    counter = plain_desk.as_role(Role.COUNTER)
    html = counter.get(PATH).text
    assert orders(html) == ["1001"]
    assert "deliveries.csv" not in html
    assert counter.get(SHEET).status_code == 403
    assert plain_desk.as_role(Role.CONFIGURE).get(SHEET).status_code == 200


def test_nobody_sees_it_without_a_login(plain_desk: Desk) -> None:
    stranger = plain_desk.client.application.test_client()
    for path in (PATH, SHEET, PATH + "/bk_1", PATH + "/bk_1/cancel", "/plugin/capacity"):
        answer = stranger.get(path)
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/plugin/login")


def test_it_hides_other_merchants(desk: Desk) -> None:
    booking = sell(desk, "1001", "Zoë Smit")
    other = another_desk(desk)
    for text in ("", "1001", "zoe", "1016GV", booking):
        assert orders(other.get(PATH, query_string={"text": text}).text) == []
        assert cells(other, f"?text={text}") == []
