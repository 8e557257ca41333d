"""Many pick-up centres from a file: CSV, JSON, GeoJSON; row by row, on both databases."""

import json
from typing import Any

import pytest

from delivery import audit
from delivery.places import Place, import_places
from delivery.problems import InvalidInput
from delivery.rules.places import Point
from delivery.settings.centre_files import read_centres
from delivery.settings.centre_import import CentrePlan, import_centres, plan_import
from delivery.settings.sheets import WrongRows, write_sheet
from delivery.store.engine import Database
from delivery.texts.sentences import said
from tests.databases import BOOKS, LAMPS, add_two_merchants
from tests.delivery.settings.builders import ANNA, CENTRE, NOW, SERVICE, add, add_shop, item, order, save

KNOWN = "boekhandel-de-ceintuur"


@pytest.fixture
def shop(sqlite_database: Database) -> Database:
    return begun(sqlite_database)


def begun(database: Database) -> Database:
    database.write(add_two_merchants)
    add_shop(database)
    return database


def bring(database: Database, content: str | bytes, service_id: str | None = None) -> CentrePlan:
    rows = read_centres(content.encode() if isinstance(content, str) else content)
    return database.write(lambda session: import_centres(session, NOW, ANNA, LAMPS, rows, service_id))


def told(plan: CentrePlan) -> list[tuple[int, str, str, str]]:
    """Row, what became of it, id, and which settings are wrong."""
    return [
        (outcome.row, outcome.action, outcome.item_id, " ".join(fault.column for fault in outcome.faults))
        for outcome in plan.outcomes
    ]


def feature(name: str, at: tuple[float, float] | None = (4.9, 52.4), **tags: object) -> dict[str, Any]:
    usual = {
        "name": name,
        "addr:street": "Dorpsstraat",
        "addr:housenumber": "7",
        "addr:postcode": "1012 AB",
        "addr:city": "Amsterdam",
        "opening_hours": "Mo-Sa 09:00-18:00",
    }
    return {
        "type": "Feature",
        "geometry": at and {"type": "Point", "coordinates": list(at)},
        "properties": {tag: said for tag, said in (usual | tags).items() if said is not None},
    }


def collection(*features: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features})


def test_rows_are_added_changed_left_and_refused_each_for_itself(database: Database) -> None:
    shop = begun(database)
    plan = bring(
        shop,
        "id;name;address.lines;address.postal_code;address.city;latitude;longitude;opening_hours\r\n"
        f"{KNOWN};De Ceintuur;Ceintuurbaan 254;1072 GH;Amsterdam;52.3544;4.8894;24/7\r\n"
        "a;Één;Kade 1;1012 AB;Amsterdam;52.4;4.9;Mo-Fr 09:00-17:00\r\n"
        "b;Twee;Kade 2;nergens;Amsterdam;52.4;4.9;Mo-Fr 09:00-17:00\r\n"
        "\r\n"
        "c;Drie;Kade 3;1012 AB;Amsterdam;52.4;4.9;Mo-Fr 09:00-17:00; SH off\r\n"
        "d;Vier;Kade 4;1012 AB;Amsterdam;52.4;4.9;Mo-Fr 09:00-17:00;zo soms\r\n"
        'd;Vijf;Kade 4;1012 AB;Amsterdam;52.4;4.9;"Mo-Fr 09:00-17:00; zo soms"\r\n'
        "a;Zes;Kade 4;1012 AB;Amsterdam;52.4;4.9;24/7\r\n"
        "x/y;Zeven;Kade 4;1012 AB;Amsterdam;52.4;4.9;24/7\r\n"
        "add;Acht;Kade 4;1012 AB;Amsterdam;52.4;4.9;24/7\r\n",
    )
    assert told(plan) == [
        (2, "changed", KNOWN, ""),
        (3, "added", "a", ""),
        (4, "refused", "b", "address.postal_code"),
        (6, "refused", "c", ""),
        (7, "refused", "d", ""),
        (8, "refused", "d", "opening_hours"),
        (9, "refused", "a", "id"),
        (10, "refused", "x/y", "id"),
        (11, "refused", "add", "id"),
    ]
    assert [plan.count(action) for action in ("added", "changed", "same", "refused")] == [1, 1, 0, 7]
    assert order(shop, "centres") == [KNOWN, "a"]
    assert (item(shop, "centres", KNOWN)["opening_hours"], item(shop, "centres", KNOWN)["keep_days"]) == ("24/7", 7)
    assert item(shop, "centres", "a")["service_id"] == "pakketpost"
    assert plan.outcomes[5].faults[0].detail == (
        "“zo soms” is not understood as opening hours. An example: Mo-Fr 09:00-17:00; Sa off"
    )


def test_points_of_openstreetmap_become_centres(shop: Database) -> None:
    polygon = feature("Gebied") | {"geometry": {"type": "Polygon", "coordinates": [[[4.9, 52.4]]]}}
    content = collection(
        feature("Primera") | {"id": "node/4711"},
        feature("Primera", **{"addr:postcode": "1013 AB"}),
        feature("Primera", **{"addr:postcode": "1014 AB"}),
        feature("À l’angle", **{"addr:country": "FR", "addr:postcode": "75011", "addr:city": "Paris", "@id": "node/1"}),
        polygon,
        feature("Zonder uren", opening_hours=None),
        feature("Zonsondergang", opening_hours="Mo sunrise-sunset"),
        "nothing",
        feature("Buiten", at=(200, 95)),
        feature("Meer", **{"fee.amount": 150, "keep_days": 3, "amenity": "post_office"}),
    )
    plan = bring(shop, content)
    assert told(plan) == [
        (1, "added", "node-4711", ""),
        (2, "added", "primera-amsterdam", ""),
        (3, "added", "primera-amsterdam-2", ""),
        (4, "added", "node-1", ""),
        (5, "refused", "", ""),
        (6, "refused", "", "opening_hours"),
        (7, "refused", "", "opening_hours"),
        (8, "refused", "", " name address opening_hours"),
        (9, "refused", "", "latitude longitude"),
        (10, "added", "meer-amsterdam", ""),
    ]
    first = item(shop, "centres", "node-4711")
    assert (first["latitude"], first["longitude"], first["time_zone"]) == (52.4, 4.9, "Europe/Amsterdam")
    assert first["address"] == {
        "lines": ["Dorpsstraat 7"], "postal_code": "1012 AB", "city": "Amsterdam", "country": "NL"
    }  # fmt: skip
    assert item(shop, "centres", "node-1")["address"]["lines"] == ["7 Dorpsstraat"]
    assert (
        item(shop, "centres", "meer-amsterdam")["fee"]["amount"],
        item(shop, "centres", "meer-amsterdam")["keep_days"],
    ) == (150, 3)
    again = bring(shop, content)
    assert [again.count(action) for action in ("added", "changed", "same", "refused")] == [0, 0, 5, 5]


def test_a_sheet_of_centres_says_the_same_again(shop: Database) -> None:
    with shop.reading() as session:
        sheet = write_sheet(session, LAMPS, "centres", ";")
    assert told(bring(shop, sheet)) == [(2, "same", KNOWN, "")]
    assert told(bring(shop, json.dumps({"settings": {"centres": [CENTRE | {"fee": {"amount": 5}}]}}))) == [
        (1, "changed", KNOWN, "")
    ]
    assert item(shop, "centres", KNOWN)["fee"] == {"amount": 5, "free_from": None, "by_weight": []}


def test_what_lacks_coordinates_lies_where_its_postcode_does(database: Database) -> None:
    shop = begun(database)
    shop.write(lambda session: import_places(session, [Place("NL", "1016", "Amsterdam", Point(52.37, 4.88))]))
    usual = {"address": {"lines": ["Kade 1"], "postal_code": "1016 GV", "city": "Amsterdam"}, "opening_hours": "24/7"}
    unknown = usual | {"address": usual["address"] | {"postal_code": "9999 AA"}}  # type: ignore[operator]
    plan = bring(shop, json.dumps([usual | {"name": "Hier"}, unknown | {"name": "Daar"}, 5, usual | {"id": 7}]))
    assert told(plan) == [
        (1, "added", "hier-amsterdam", ""),
        (2, "refused", "daar-amsterdam", "latitude"),
        (3, "refused", "", " name address opening_hours"),
        (4, "refused", "", "id name"),
    ]
    assert item(shop, "centres", "hier-amsterdam")["latitude"] == 52.37


def test_a_centre_without_a_service_gets_the_only_one_or_the_one_that_is_named(shop: Database) -> None:
    one = {name: said for name, said in CENTRE.items() if name != "service_id"} | {"name": "Nieuw"}
    add(shop, "services", SERVICE | {"name": "Fietskoerier"})
    assert told(bring(shop, json.dumps([one]))) == [(1, "refused", "", "service_id")]
    assert told(bring(shop, json.dumps([one]), "nobody")) == [(1, "refused", "nieuw-amsterdam", "service_id")]
    assert told(bring(shop, json.dumps([one]), "fietskoerier")) == [(1, "added", "nieuw-amsterdam", "")]
    assert item(shop, "centres", "nieuw-amsterdam")["service_id"] == "fietskoerier"


def test_settings_changed_meanwhile_are_looked_at_again(shop: Database) -> None:
    rows = read_centres(json.dumps([{"id": KNOWN, "keep_days": 9}]).encode())
    with shop.reading() as session:
        planned = plan_import(session, LAMPS, rows)
    save(shop, "centres", KNOWN, {"name": "De nieuwe naam"})
    done = shop.write(lambda session: import_centres(session, NOW, ANNA, LAMPS, rows, None, planned))
    assert done is not planned
    assert (item(shop, "centres", KNOWN)["name"], item(shop, "centres", KNOWN)["keep_days"]) == ("De nieuwe naam", 9)


def test_each_centre_stands_in_the_log_and_other_merchants_are_left_alone(shop: Database) -> None:
    add_shop(shop, BOOKS)
    before = item(shop, "centres", KNOWN, BOOKS)
    heard: list[int] = []
    rows = read_centres(collection(feature("Eén"), feature("Eén"), feature("Twee")).encode())
    with shop.reading() as session:
        plan_import(session, LAMPS, rows, heard=heard.append)
    assert (heard, order(shop, "centres")) == ([3], [KNOWN]), "planning changes nothing"
    plan = bring(shop, collection(feature("Eén"), feature("Eén"), feature("Twee")))
    assert [outcome.action for outcome in plan.outcomes] == ["added", "refused", "added"]
    with shop.reading() as session:
        entries = audit.entries(session, LAMPS, area="centres").entries
    assert [(entry.item, entry.action, entry.who) for entry in entries[:2]] == [
        ("twee-amsterdam", "added", "Anna"), ("een-amsterdam", "added", "Anna")
    ]  # fmt: skip
    assert item(shop, "centres", KNOWN, BOOKS) == before


@pytest.mark.parametrize(
    ("content", "row", "why"),
    [
        (b"", 0, "This is not a file of pick-up centres"),
        (b"id;name\r\n", 0, "There is no centre in this file"),
        (b"id;nam\r\n1;2\r\n", 1, "There is no such column"),
        (b"\xff\xfe", 0, "CSV with UTF-8"),
        (b'id,name\r\n"a', 2, "This row cannot be read"),
        (b"{", 0, "This is not a file of pick-up centres"),
        (b'{"type": "Feature"}', 0, "This is not a file of pick-up centres"),
        (b'{"type": "FeatureCollection", "features": {}}', 0, "There is no centre in this file"),
        (b'{"settings": []}', 0, "This is not a file of pick-up centres"),
        (b"[" * 2000, 0, "This is not a file of pick-up centres"),
    ],
)
def test_what_is_no_such_file_is_refused_as_a_whole(content: bytes, row: int, why: str) -> None:
    with pytest.raises(WrongRows) as refused:
        read_centres(content)
    assert refused.value.rows[0].row == row
    assert why in refused.value.rows[0].detail
    assert isinstance(refused.value, InvalidInput)
    assert said("nl", refused.value.rows[0].detail) != refused.value.rows[0].detail
