"""The page that shows what a shopper would see at a moment, and why."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from sqlalchemy import insert, update

from delivery.accounts import Role
from delivery.store.tables import counters, merchants
from tests.plugin.desk import Desk, another_desk

HERE = "/plugin/rehearsal?at=2026-11-24T10:00&country=NL&postal_code=1016+GV&sku=WIRE"


def read(desk: Desk, path: str = HERE, status: int = 200) -> str:
    response = desk.get(path)
    assert response.status_code == status, response.text
    return unescape(response.text)


def field(html: str, name: str) -> str:
    found = re.search(rf'<input id="{name}"[^>]* value="([^"]*)"', html)
    assert found, name
    return found[1]


def test_the_real_picker_is_shown_in_the_shoppers_language(desk: Desk) -> None:
    html = read(desk, HERE + "&locale=nl")
    assert 'shadowrootmode="open"' in html
    assert "/static/stoep/picker.css" in html
    assert "Hoe wil je je bestelling ontvangen?" in html
    assert 'lang="nl"' in html
    assert "What the shopper sees" in html


def test_it_says_why(desk: Desk) -> None:
    html = read(desk)
    assert "Pakketpost: Wednesday 25 November" in html
    assert "The carrier collects it on Tuesday 24 November" in html
    assert "Schemer & Wol, Haarlemmerdijk: ready Tue 24 Nov, 11:20, kept until Tue 8 Dec, 18:00" in html
    assert "This address does not lie in the zone Utrecht (36 windows a week)" in html
    assert "Too late: the time to choose these has passed" in html
    assert "Tue 24 Nov: 08:00–10:00 (until Mon 23 Nov, 19:00)" in html


def test_what_is_sold_out_stands_in_the_days_with_a_warning(plain_desk: Desk) -> None:
    sold = [
        {"merchant_id": plain_desk.merchant_id, "kind": "slot", "ref": f"amsterdam-4-{hour}", "day": day}
        | {"held": 0, "booked": 12}
        for hour in ("08", "10", "12", "14", "16", "18")
        for day in [datetime(2026, 11, 26, tzinfo=UTC).date()]
    ]
    plain_desk.door.database.write(lambda session: session.execute(insert(counters), sold))
    html = read(plain_desk)
    assert "No delivery left on Thursday 26 November: full" in html
    assert '<meter min="0" max="6" value="0"' in html
    assert "6 full" in html


def test_it_opens_with_a_usual_basket_at_this_moment(plain_desk: Desk) -> None:
    html = read(plain_desk, "/plugin/rehearsal")
    assert (field(html, "country"), field(html, "postal_code"), field(html, "at")) == ("NL", "3995 AX", "")
    assert "On Tuesday 24 November, 10:00" in html


def test_the_last_question_is_remembered_but_not_its_moment(plain_desk: Desk) -> None:
    read(plain_desk, HERE + "&weight=1200&value=49.95")
    html = read(plain_desk, "/plugin/rehearsal")
    assert (field(html, "postal_code"), field(html, "weight"), field(html, "value")) == ("1016 GV", "1200", "49.95")
    assert field(html, "at") == ""


def test_weight_and_price_decide_the_fee(plain_desk: Desk) -> None:
    assert "€4.95" in read(plain_desk, HERE + "&weight=1000&locale=en-GB")
    assert "€8.95" in read(plain_desk, HERE + "&weight=12000&locale=en-GB")
    free = read(plain_desk, HERE + "&quantity=2&value=50&locale=en-GB")
    assert "€4.95" not in free.split("At a time you choose")[0].split("What the shopper sees")[1]


def test_a_country_that_nobody_serves_says_so(plain_desk: Desk) -> None:
    html = read(plain_desk, "/plugin/rehearsal?at=2026-11-24T10:00&country=FR&postal_code=75001&sku=WIRE")
    assert "without a date" in html
    assert "This address lies in none of its zones" in html


@pytest.mark.parametrize(
    ("at", "shown", "said"),
    [
        ("2026-11-24T10:00:00%2B01:00", "10:00", ""),
        ("2026-11-24T10:00:00+01:00", "10:00", ""),
        ("2026-11-24T09:00:00Z", "10:00", ""),
        ("2027-03-28T02:30", "03:00", "skip this time"),
        ("2026-10-25T02:30", "02:30", "comes twice"),
    ],
)
def test_moments_are_read_on_the_shops_clock(plain_desk: Desk, at: str, shown: str, said: str) -> None:
    html = read(plain_desk, f"/plugin/rehearsal?at={at}&country=NL&postal_code=1016GV&sku=WIRE")
    assert field(html, "at").endswith(shown)
    assert re.search(rf"On \w+ \d+ \w+, {shown}", html)
    assert said in html
    assert ("clocks go" in html) == bool(said)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("at=soon&country=NL&sku=WIRE", "at"),
        ("at=0001-01-01T00:00&country=NL&sku=WIRE", "at"),
        ("country=Holland&sku=WIRE", "country"),
        ("postal_code=1016&sku=WIRE", "country"),
        ("country=NL&sku=WIRE&quantity=many", "quantity"),
        ("country=NL&sku=WIRE&value=cheap", "value"),
        ("country=NL&sku=WIRE&locale=klingon", "locale"),
    ],
)
def test_what_cannot_be_read_is_said_beside_its_field_and_nothing_is_lost(
    plain_desk: Desk, query: str, name: str
) -> None:
    html = read(plain_desk, f"/plugin/rehearsal?{query}", 422)
    assert f'id="{name}-fault"' in html
    assert field(html, "sku") == "WIRE"
    assert "What the shopper sees" not in html


def test_own_looks_come_in_a_sheet_of_their_own(plain_desk: Desk) -> None:
    assert "look.css" not in read(plain_desk)
    mine = merchants.c.id == plain_desk.merchant_id
    looks = {"light": {"accent": "#7a1f5c"}}
    plain_desk.door.database.write(
        lambda session: session.execute(
            update(merchants).where(mine).values(looks=looks, settings_version=merchants.c.settings_version + 1)
        )
    )
    found = re.search(r'href="([^"]*look\.css[^"]*)"', read(plain_desk))
    assert found
    sheet = plain_desk.get(found[1])
    assert sheet.content_type.startswith("text/css")
    assert sheet.text.startswith(":host { --look-")
    assert "#7a1f5c" in sheet.text
    assert plain_desk.get("/plugin/rehearsal/look.css?look=made-up").status_code == 422


def test_nothing_is_written(plain_desk: Desk) -> None:
    before = plain_desk.door.rows()
    read(plain_desk)
    assert plain_desk.door.rows() == before


def test_it_is_there_in_dutch(plain_desk: Desk) -> None:
    html = unescape(plain_desk.get(HERE, headers={"Accept-Language": "nl"}).text)
    assert "Wat de klant ziet" in html


def test_who_stands_at_the_counter_does_not_see_it(plain_desk: Desk) -> None:
    assert plain_desk.as_role(Role.COUNTER).get(HERE).status_code == 403
    assert plain_desk.as_role(Role.CONFIGURE).get(HERE).status_code == 200


def test_it_hides_other_merchants(desk: Desk) -> None:
    html = read(another_desk(desk))
    assert "Pakketpost" not in html
    assert "Haarlemmerdijk" not in html
    assert "Houten" not in html
