"""Many pick-up centres from a file, on the page; and their list when there are thousands."""

import base64
import io
import json
import re
from typing import Any

from werkzeug.test import TestResponse

from delivery.accounts import Role
from delivery.settings import items
from delivery.settings.centre_files import read_centres
from delivery.settings.centre_import import import_centres
from tests.delivery.settings.builders import ANNA, NOW
from tests.plugin.desk import Desk

IMPORT = "/plugin/settings/centres/import"
NEW: dict[str, Any] = {
    "name": "Tabak <b>Jansen</b>",
    "address": {"lines": ["Dorpsstraat 1"], "postal_code": "1012 AB", "city": "Amsterdam"},
    "latitude": 52.4,
    "longitude": 4.9,
    "opening_hours": "Mo-Sa 09:00-18:00",
    "service_id": "standard",
}


def send(desk: Desk, centres: Any, **form: str) -> TestResponse:
    file = (io.BytesIO(json.dumps(centres).encode()), "centres.json")
    return desk.post(IMPORT, {"file": file, **form}, content_type="multipart/form-data")


def known(desk: Desk) -> list[str]:
    with desk.door.database.reading() as session:
        return list(items.items(session, desk.merchant_id, "centres"))


def test_a_file_is_checked_then_brought_in_and_each_row_told(plain_desk: Desk) -> None:
    before = known(plain_desk)
    rows = [NEW, NEW | {"name": "Zonder uren", "opening_hours": "=whenever"}]
    shown = plain_desk.get(IMPORT)
    assert "Bring them in" in shown.text
    checked = send(plain_desk, rows, check="1")
    assert "Nothing has been changed yet." in checked.text
    assert known(plain_desk) == before
    done = send(plain_desk, rows)
    assert done.status_code == 200
    assert known(plain_desk) == [*before, "tabak-b-jansen-b-amsterdam"]
    assert "“=whenever” is not understood as opening hours" in done.text
    assert "Tabak &lt;b&gt;Jansen&lt;/b&gt;" in done.text
    found = re.search(r'href="data:text/csv;charset=utf-8;base64,([^"]+)"', done.text)
    assert found
    report = base64.b64decode(found[1]).decode("utf-8-sig").splitlines()
    assert report[1].startswith("1,added,tabak-b-jansen-b-amsterdam,")
    assert report[2].startswith("2,refused,,Zonder uren,opening_hours,“=whenever” is not understood")


def test_what_is_no_file_of_centres_changes_nothing(plain_desk: Desk) -> None:
    before = known(plain_desk)
    for answer in (send(plain_desk, 5), plain_desk.post(IMPORT)):
        assert answer.status_code == 422
        assert "nothing was changed" in answer.text
    assert known(plain_desk) == before


def test_the_counter_may_not(plain_desk: Desk) -> None:
    assert plain_desk.as_role(Role.COUNTER).get(IMPORT).status_code == 403


def test_a_long_list_is_shown_in_parts_and_searched(plain_desk: Desk) -> None:
    many = read_centres(json.dumps([NEW | {"id": f"c{n}", "name": f"Punt {n}"} for n in range(230)]).encode())
    plain_desk.door.database.write(lambda s: import_centres(s, NOW, ANNA, plain_desk.merchant_id, many))
    total = len(known(plain_desk))
    page = plain_desk.get("/plugin/settings/centres").text
    assert page.count('<li class="card entry">') == 100
    assert f"1 to 100 of {total}" in page
    assert 'rel="next" href="?q=&amp;from=100"' in page
    assert 'rel="prev"' not in page
    last = plain_desk.get("/plugin/settings/centres?from=200").text
    assert f"201 to {total} of {total}" in last
    assert 'rel="next"' not in last
    found = plain_desk.get("/plugin/settings/centres?q=punt+22").text
    assert found.count('<li class="card entry">') == 11, "22 and 220 to 229"
    assert "None is called so." in plain_desk.get("/plugin/settings/centres?q=xyzzy").text
