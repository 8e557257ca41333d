"""Settings as files: taken along, looked at, brought in; and what is wrong with them row by row."""

import html
import io
import json
import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from delivery.accounts import Role
from delivery.settings import items
from tests.plugin.desk import Desk, another_desk

FILES = "/plugin/settings/files"


def look(desk: Desk, content: str | bytes, what: str = "everything") -> TestResponse:
    sent = content if isinstance(content, bytes) else content.encode()
    return desk.post(FILES, {"what": what, "file": (io.BytesIO(sent), "file")}, content_type="multipart/form-data")


def apply(desk: Desk, shown: TestResponse) -> TestResponse:
    """Press the button of the page that shows the changes."""
    hidden = re.findall(r'type="hidden" name="(what|seen|content)" value="([^"]*)"', shown.text)
    form = {name: html.unescape(value) for name, value in hidden}
    assert set(form) == {"what", "seen", "content"}
    return desk.post(f"{FILES}/apply", form, content_type="multipart/form-data")


def exported(desk: Desk) -> dict[str, Any]:
    answer = desk.get(f"{FILES}/settings.json")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="settings.json"'
    found: dict[str, Any] = json.loads(answer.text)
    return found


def rows_of(page: TestResponse) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", page.text, re.DOTALL)[1:]
    return [
        [html.unescape(re.sub(r"<.*?>", "", cell)) for cell in re.findall(r"<t[dh].*?</t[dh]>", row)] for row in rows
    ]


def test_all_settings_go_out_and_in_again(desk: Desk) -> None:
    document = exported(desk)
    assert document["settings"]["shop"]["name"] == "Schemer & Wol"
    shown = look(desk, json.dumps(document))
    assert shown.status_code == 200
    assert "Nothing: all of it stands there already." in shown.text
    document["settings"]["shop"]["name"] = "Wol <b>&</b> Schemer\n"
    document["settings"]["zones"].append({"name": "France", "country": "FR"})
    document["settings"]["centres"].pop()
    shown = look(desk, json.dumps(document))
    assert rows_of(shown) == [["The shop", "–", "1", "–"], ["Zones", "1", "0", "0"], ["Pick-up centres", "0", "0", "1"]]
    assert exported(desk)["settings"]["shop"]["name"] == "Schemer & Wol", "looking changes nothing"
    done = apply(desk, shown)
    assert (done.status_code, done.headers["Location"]) == (303, FILES)
    after = exported(desk)["settings"]
    assert after["shop"]["name"] == "Wol <b>&</b> Schemer"
    assert after["zones"][-1]["id"] == "france"
    assert len(after["centres"]) == 4
    assert "The settings of the file are in place." in desk.get(FILES).text


@pytest.mark.parametrize("area", ["zones", "windows", "centres"])
def test_a_sheet_goes_out_and_in_again(plain_desk: Desk, area: str) -> None:
    answer = plain_desk.get(f"{FILES}/{area}.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.text.startswith("\ufeffid;"), "Dutch spreadsheets expect semicolons"
    assert "Nothing: all of it stands there already." in look(plain_desk, answer.data, area).text
    head, first, *_rest = answer.text.splitlines(keepends=True)
    shown = look(plain_desk, head + first if area != "zones" else answer.text + "x;X;NL;10\r\n", area)
    assert shown.status_code == 200
    assert apply(plain_desk, shown).status_code == 303


def test_a_line_break_in_a_cell_survives_the_form(plain_desk: Desk) -> None:
    shown = look(plain_desk, plain_desk.get(f"{FILES}/zones.csv").text + 'two;"Two\nlines";NL;\r\n', "zones")
    apply(plain_desk, shown)
    assert exported(plain_desk)["settings"]["zones"][-1]["name"] == "Two\nlines"


def test_each_row_says_what_is_wrong_and_nothing_is_taken(desk: Desk) -> None:
    before = exported(desk)
    text = desk.get(f"{FILES}/zones.csv").text + "x;X;Holland;10\r\ny;;NL;1109-1011\r\n"
    shown = look(desk, text, "zones")
    assert shown.status_code == 422
    assert rows_of(shown) == [
        ["8", "country", "A country has two letters, such as NL."],
        ["9", "name", "Please fill this in."],
    ]
    assert exported(desk) == before


def test_each_fault_of_the_file_is_told_with_its_place(plain_desk: Desk) -> None:
    document = exported(plain_desk)
    document["settings"]["windows"][0]["weekday"] = 9
    document["settings"]["shop"]["<b>"] = 1
    shown = look(plain_desk, json.dumps(document))
    assert shown.status_code == 422
    assert sorted(rows_of(shown)) == [
        ["/settings/shop/<b>", "There is no such setting."],
        ["/settings/windows/0/weekday", "Between 1 and 7."],
    ]


@pytest.mark.parametrize("content", ["", "[]", "not JSON", "[" * 100_000, b"\xff\xfe", "{}"])
def test_another_file_is_refused_plainly(plain_desk: Desk, content: str | bytes) -> None:
    for what in ("everything", "zones"):
        assert look(plain_desk, content, what).status_code == 422


def test_what_was_changed_in_the_meantime_is_looked_at_again(desk: Desk) -> None:
    document = exported(desk)
    document["settings"]["shop"]["few_left"] = 5
    shown = look(desk, json.dumps(document))
    merchant_id, now = desk.merchant_id, desk.door.clock()
    desk.door.database.write(
        lambda session: items.save(session, now, desk.account.by, merchant_id, "shop", "", {"few_left": 9})
    )
    again = apply(desk, shown)
    assert again.status_code == 409
    assert "Somebody changed the settings in the meantime." in again.text
    assert exported(desk)["settings"]["shop"]["few_left"] == 9
    assert apply(desk, again).status_code == 303
    assert exported(desk)["settings"]["shop"]["few_left"] == 5


def test_only_an_owner_changes_how_long_personal_data_is_kept(plain_desk: Desk) -> None:
    document = exported(plain_desk)
    document["settings"]["retention"]["retention_days"] = 30
    somebody = plain_desk.as_role(Role.CONFIGURE)
    assert "Only an owner can change" in look(somebody, json.dumps(document)).text
    shown = look(plain_desk, json.dumps(document))
    assert apply(somebody, shown).status_code == 422
    assert exported(plain_desk)["settings"]["retention"]["retention_days"] == 90
    assert apply(plain_desk, shown).status_code == 303


def test_the_counter_may_not(plain_desk: Desk) -> None:
    somebody = plain_desk.as_role(Role.COUNTER)
    for path in (FILES, f"{FILES}/settings.json", f"{FILES}/zones.csv"):
        assert somebody.get(path).status_code == 403
    assert look(somebody, "{}").status_code == 403
    assert somebody.post(f"{FILES}/apply", {"content": "e30="}).status_code == 403


def test_there_is_no_sheet_of_other_areas(plain_desk: Desk) -> None:
    assert plain_desk.get(f"{FILES}/shop.csv").status_code == 404
    assert plain_desk.post(f"{FILES}/apply", {"content": "&"}).status_code == 400


def test_a_file_may_be_larger_than_other_forms_but_not_without_end(plain_desk: Desk) -> None:
    text = json.dumps(exported(plain_desk)) + " " * 1_000_000
    assert "Nothing: all of it stands there already." in look_at_large(plain_desk, text).text
    assert look_at_large(plain_desk, text + " " * 4_000_000).status_code == 413


def look_at_large(desk: Desk, text: str) -> TestResponse:
    """Written out here, because the client leaves the file open that it writes large forms to."""
    parts = [
        f'--edge\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{desk.token()}\r\n',
        f'--edge\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n{text}\r\n--edge--\r\n',
    ]
    return desk.client.post(FILES, data="".join(parts).encode(), content_type="multipart/form-data; boundary=edge")


def test_it_hides_other_merchants(desk: Desk) -> None:
    other = another_desk(desk)
    before = exported(other)
    assert "Schemer & Wol" not in json.dumps(before)
    document = exported(desk)
    document["settings"]["zones"].append({"name": "France", "country": "FR"})
    assert apply(desk, look(desk, json.dumps(document))).status_code == 303
    assert exported(other) == before


def test_it_speaks_dutch(plain_desk: Desk) -> None:
    page = plain_desk.get(FILES, headers={"Accept-Language": "nl"})
    assert "Alle instellingen downloaden" in page.text
