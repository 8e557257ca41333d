"""Stock over HTTP, as JSON and as CSV."""

import pytest

from tests.doors import Door, another_merchant


def test_quantities_are_set_and_forgotten_again(door: Door) -> None:
    before = door.rows()["stock"]
    rows = [
        {"place": "houten", "sku": "NEW-1", "quantity": 3},
        {"place": "haarlemmerdijk", "sku": "NEW-1", "quantity": 0},
    ]
    assert door.server("PUT", "/stock", json={"stock": rows}).get_json() == {"updated": 2}
    assert door.rows()["stock"] == before + 2
    assert door.server("PUT", "/stock", json={"stock": rows}).status_code == 200
    gone = {"stock": [{"place": "houten", "sku": "NEW-1", "quantity": None}]}
    assert door.server("PUT", "/stock", json=gone).status_code == 200
    assert door.rows()["stock"] == before + 1


def test_csv_will_do(door: Door) -> None:
    csv = "place,sku,quantity\nhouten,NEW-1,4\nhouten,NEW-2,\n"
    response = door.server("PUT", "/stock", data=csv, content_type="text/csv")
    assert response.get_json() == {"updated": 2}


@pytest.mark.parametrize(
    ("csv", "pointer"),
    [
        ("sku,quantity\nA,1\n", "/0"),
        ("place,sku,quantity\nhouten,A\n", "/2"),
        ("place,sku,quantity\nhouten,A,-1\n", "/2/quantity"),
        ("place,sku,quantity\nhouten,A,many\n", "/2/quantity"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_set(plain_door: Door, csv: str, pointer: str) -> None:
    before = plain_door.rows()
    response = plain_door.server("PUT", "/stock", data=csv, content_type="text/csv")
    assert response.status_code == 422
    assert response.get_json()["errors"][0]["pointer"] == pointer
    assert plain_door.rows() == before


def test_an_unknown_place_is_named_and_nothing_is_set(door: Door) -> None:
    before = door.rows()
    rows = [{"place": "houten", "sku": "A", "quantity": 1}, {"place": "the moon", "sku": "A", "quantity": 1}]
    response = door.server("PUT", "/stock", json={"stock": rows})
    assert response.get_json()["errors"][0]["pointer"] == "/stock/1/place"
    assert door.rows() == before


def test_it_hides_other_merchants(door: Door) -> None:
    other = another_merchant(door)
    rows = {"stock": [{"place": "houten", "sku": "LAMP-1", "quantity": 0}]}
    assert other.server("PUT", "/stock", json=rows).status_code == 422
