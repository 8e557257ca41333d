"""A day of vans as the merchant sees it: routes, hours, windows, who was refused; more time at a door; files and paper."""

import csv
import io
import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert

from delivery.accounts import Role
from delivery.audit import OPERATOR
from delivery.settings import items
from delivery.store.tables import van_refusals
from plugin.orders.van_schemas import DayOfVansSchema
from tests.doors import AMSTERDAM, BASKET, Door, another_merchant
from tests.plugin.desk import Desk, another_desk
from tests.vans import ORIGIN, with_vans

ON_DAY = "2026-11-25"
DAY = f"/plugin/vans/{ORIGIN}/{ON_DAY}"
EXACT = AMSTERDAM | {"latitude": 52.372, "longitude": 4.9}
NOWHERE = AMSTERDAM | {"postal_code": "1099 ZZ"}


def take(door: Door, checkout: str, begins: str = "10", **destination: Any) -> dict[str, Any]:
    """A window of Wednesday that begins at this hour, held."""
    offer = door.offer(checkout, destination=destination or EXACT)
    options = [one for one in offer["options"] if one["type"] == "local_delivery"]
    option = next(one for one in options if one["delivery_window"]["start"].startswith(f"{ON_DAY}T{begins}"))
    answer = door.hold(offer["offer"], option["id"])
    assert answer.status_code == 201, answer.text
    return answer.get_json()  # type: ignore[no-any-return]


def buy(door: Door, number: str, begins: str = "10", name: str = "A. Jansen", **other: Any) -> str:
    """The same, ordered; the booking."""
    to = other.pop("to", EXACT)
    choice = take(door, f"checkout-{number}", begins, **to)["choice"]
    address = {name: to[name] for name in ("country", "postal_code", "city")} | {"lines": [f"Rokin {number}"]}
    answer = door.order(choice, number, address=address, recipient={"name": name}, basket=BASKET, **other)
    assert answer.status_code == 201, answer.text
    return answer.get_json()["booking"]  # type: ignore[no-any-return]


def rows(html: str, caption: str) -> list[list[str]]:
    """The rows of a table as texts."""
    table = html[html.index(f"<caption>{caption}") :].partition("</table>")[0].partition("<tbody>")[2]
    cells = (re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in table.split("</tr>")[:-1])
    return [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in cells]


def test_a_shop_without_vans_has_no_such_page_in_its_menu(plain_desk: Desk) -> None:
    assert 'href="/plugin/vans"' not in plain_desk.get("/plugin/deliveries").text
    assert "You have no vans of your own yet." in plain_desk.get("/plugin/vans").text
    assert plain_desk.get(DAY).status_code == 404
    with_vans(plain_desk.door)
    html = plain_desk.get("/plugin/deliveries").text
    assert 'href="/plugin/vans"' in html
    empty = plain_desk.get(DAY).text
    assert "Nobody is to be visited yet." in empty
    assert "Nobody was refused" in empty
    assert "No van is out on this day." in plain_desk.get(f"/plugin/vans/{ORIGIN}/2026-11-29").text, "a Sunday"
    assert plain_desk.get(f"/plugin/vans/{ORIGIN}/soon").status_code == 404


def test_a_day_shows_routes_windows_and_those_without_a_place(desk: Desk) -> None:
    door = desk.door
    with_vans(door)
    booking = buy(door, "1001", "14", "Bram <Visser>", notes="Ring twice")
    assert f'href="{DAY}"' in desk.get(f"/plugin/deliveries/{booking}").text
    buy(door, "1002", "10", to=AMSTERDAM)
    take(door, "still-choosing", "10")
    buy(door, "1003", "16", to=NOWHERE)
    html = desk.get(DAY).text
    stops = rows(html, "Stops of Bus")
    assert [row[0] for row in stops] == ["1", "2", "3"]
    assert [row[2] for row in stops] == ["10:00–12:00", "10:00–12:00", "14:00–16:00"]
    assert {row[3] for row in stops} == {"1002 A. Jansen", "A shopper who is checking out", "1001 Bram &lt;Visser&gt;"}
    assert stops[2][4:] == ["Rokin 1001, 1016 GV Amsterdam", "1", "5", "Ring twice"]
    assert [row for row in stops if "by its postcode only" in row[4]] == [row for row in stops if "1002" in row[3]]
    assert rows(html, "What was sold of each window")[1:5] == [
        ["10:00–12:00", "1", "1", "0", "0"],
        ["12:00–14:00", "0", "0", "0", "0"],
        ["14:00–16:00", "1", "0", "0", "0"],
        ["16:00–18:00", "0", "0", "1", "0"],
    ]
    assert "Rokin 1003" in html.partition("Without a place on the map")[2]
    assert html.count('class="dot held"') == 1
    assert (html.count("<circle"), html.count('class="stand')) == (2, 5), "three stands on the line, two in the key"
    overview = rows(desk.get("/plugin/vans").text, "Vans from Winkel Haarlemmerdijk")
    assert overview[1][:6] == ["Wednesday 25 November", "1", "6", "2", "1", "0"]
    assert re.fullmatch(r"[1-9]\d?(\.\d)?%", overview[1][6])


def test_who_was_refused_and_what_one_more_van_would_have_taken(plain_desk: Desk) -> None:
    door = plain_desk.door
    with_vans(door, shift_start="10:00", shift_end="10:29")
    buy(door, "1001", "10", to=AMSTERDAM)

    def refuse(session: Any) -> None:
        for n, (windows, reason) in enumerate([(["10"], "full"), (["10", "12"], "full"), (["12"], "far")]):
            known = {
                "merchant_id": plain_desk.merchant_id,
                "origin_id": ORIGIN,
                "day": date(2026, 11, 25),
                "at": door.clock(),
            }
            known |= {"checkout": f"refused-{n}", "latitude": 52.391, "longitude": 4.884, "parcels": 1, "grams": 0}
            ids = [f"amsterdam-3-{hour}" for hour in windows]
            session.execute(insert(van_refusals).values(**known, windows=ids, reason=reason))

    door.database.write(refuse)
    html = plain_desk.get(DAY).text
    assert "To 4 checkouts some windows of this day were closed" in html
    assert "3 of them chose nothing else on this day." in html, "who ordered was shown one window only"
    assert "One more van on Wednesday 25 November would have taken 2 more." in html
    assert "A van like Bus, at the least" in html
    assert html.count('<g class="cross">') == 3
    assert rows(html, "Why, and how many") == [["No van had the time", "2"], ["Too far for a shift", "2"]]
    assert [row[4] for row in rows(html, "What was sold of each window")][1:3] == ["2", "3"]
    assert rows(plain_desk.get("/plugin/vans").text, "Vans from Winkel Haarlemmerdijk")[1][5] == "4"


def test_more_time_at_a_door_is_kept_only_while_everybody_else_is(desk: Desk) -> None:
    door = desk.door
    with_vans(door, shift_start="10:00", shift_end="12:00")
    first, second = buy(door, "1001"), buy(door, "1002")

    def longer(booking: str, minutes: str) -> Any:
        return desk.as_role(Role.COUNTER).post(f"{DAY}/longer", {"booking": booking, "minutes": minutes})

    assert longer(first, "60").status_code == 303
    html = desk.get(DAY).text
    assert "60 of them asked for" in html
    assert longer(first, "60").status_code == 303, "asked twice is asked once"
    refused = longer(second, "60")
    assert refused.status_code == 409
    assert re.search(
        r"The van would then be out longer than its shift\. \d+ minutes more than usual can be kept\.", refused.text
    )
    assert f'id="longer-{second}"' in refused.text
    assert longer(first, "0").status_code == 303
    assert longer(second, "60").status_code == 303
    for nonsense in ("", "-1", "241", "soon", "1.5"):
        assert longer(first, nonsense).status_code == 422
    assert longer("bk_nobody", "10").status_code == 404
    assert longer(buy(door, "1003", "10", to=NOWHERE), "10").status_code == 409


def test_the_plan_is_there_as_json_as_a_sheet_and_on_paper(plain_desk: Desk) -> None:
    door = plain_desk.door
    with_vans(door, 2)
    booking = buy(door, "1001", "14", "=Bram", notes="+Ring")
    told = plain_desk.get(f"{DAY}/plan.json")
    plan = told.get_json()
    assert (plan["origin"], plan["day"], plan["time_zone"]) == (ORIGIN, ON_DAY, "Europe/Amsterdam")
    [stop] = plan["vans"][0]["stops"]
    assert (stop["booking"], stop["order"], stop["name"]) == (booking, "1001", "=Bram")
    assert stop["window"] == {"start": f"{ON_DAY}T14:00:00+01:00", "end": f"{ON_DAY}T16:00:00+01:00"}
    assert stop["begins_at"] == f"{ON_DAY}T14:00:00+01:00"
    assert plan["vans"][1]["stops"] == []
    sheet = plain_desk.get(f"{DAY}/plan.csv").text.removeprefix("\ufeff")
    [line] = csv.DictReader(io.StringIO(sheet))
    assert (line["order"], line["name"], line["notes"], line["van_name"]) == ("1001", "'=Bram", "'+Ring", "Bus 1")
    paper = plain_desk.get(f"{DAY}/paper").text
    assert paper.count("<article") == 1, "an empty van has no paper"
    assert "Rokin 1001" in paper
    assert "Nobody is to be visited." in plain_desk.get(f"{DAY}/paper?van=bus%232").text
    assert plain_desk.get(f"{DAY}/paper?van=nobody").status_code == 404
    clerk = plain_desk.as_role(Role.COUNTER)
    assert [clerk.get(f"{DAY}{path}").status_code for path in ("", "/paper", "/plan.csv", "/plan.json")] == [
        200,
        200,
        403,
        403,
    ]


def test_it_is_there_in_dutch(plain_desk: Desk) -> None:
    with_vans(plain_desk.door)
    buy(plain_desk.door, "1001")
    assert "Bussen vanuit Winkel Haarlemmerdijk" in plain_desk.get(DAY, headers={"Accept-Language": "nl"}).text


@pytest.mark.parametrize("path", ["", "/paper", "/plan.json", "/plan.csv"])
def test_it_hides_other_merchants(plain_desk: Desk, path: str) -> None:
    with_vans(plain_desk.door)
    buy(plain_desk.door, "1001")
    other = another_desk(plain_desk)
    assert other.get(DAY + path).status_code == 404
    booking = plain_desk.get(f"{DAY}/plan.json").get_json()["vans"][0]["stops"][0]["booking"]
    assert other.post(f"{DAY}/longer", {"booking": booking, "minutes": "5"}).status_code == 404


def test_the_shops_server_is_told_the_same(plain_desk: Desk) -> None:
    door = plain_desk.door
    with_vans(door)
    buy(door, "1001")
    take(door, "still-choosing", "12")
    answer = door.server("GET", f"/vans/{ORIGIN}/{ON_DAY}")
    assert answer.status_code == 200
    assert answer.get_json() == plain_desk.get(f"{DAY}/plan.json").get_json()
    assert set(DayOfVansSchema().validate(answer.get_json())) == set()
    assert [stop["booking"] is None for stop in answer.get_json()["vans"][0]["stops"]] == [False, True]
    for path in (f"/vans/{ORIGIN}/soon", f"/vans/{ORIGIN}/0001-01-01", f"/vans/nowhere/{ON_DAY}"):
        refused = door.server("GET", path)
        assert (refused.status_code, refused.get_json()["code"]) == (404, "vans_not_found")
    assert another_merchant(door).server("GET", f"/vans/{ORIGIN}/{ON_DAY}").status_code == 404


def test_settings_that_change_afterwards_are_seen_on_the_day(plain_desk: Desk) -> None:
    door = plain_desk.door
    van, nowhere_near = with_vans(door), AMSTERDAM | {"latitude": 52.34, "longitude": 4.99}

    def save(area: str, item: str, **said: Any) -> None:
        door.database.write(
            lambda session: items.save(session, door.clock(), OPERATOR, plain_desk.merchant_id, area, item, said)
        )

    buy(door, "1001", to=nowhere_near)
    assert "cannot keep all its windows" not in plain_desk.get(DAY).text
    save("driving", "", kmh=3)
    late = plain_desk.get(DAY).text
    assert "This van cannot keep all its windows as vans drive now" in late
    assert 'badge wrong">too late' in late
    assert plain_desk.get(f"{DAY}/plan.json").get_json()["vans"][0]["is_kept"] is False
    save("vans", van, weekdays=[1])
    gone = plain_desk.get(DAY).text
    assert "1 stop is in no van&#39;s route" in gone
    assert "1001" in gone
    assert [one["order"] for one in plain_desk.get(f"{DAY}/plan.json").get_json()["left_over"]] == ["1001"]
    assert "1001" in plain_desk.get(f"{DAY}/plan.csv").text
