"""/v1/people: what is kept about one person, and taking it out, by the shop's server."""

import json

import pytest

from delivery import audit, privacy
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.delivery.test_privacy import WORDS, everywhere, lived, ordered
from tests.doors import Door, another_merchant

WHO = {"email": "x.jongbloed@example.org"}
NOBODY = {"erased": [], "kept_until_done": []}


def test_a_person_is_told_everything(door: Door) -> None:
    lived(door)
    answer = door.server("GET", "/people/export", query_string=WHO)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    [told] = answer.get_json()["bookings"]
    text = json.dumps(told, ensure_ascii=False).lower()
    assert [word for word in WORDS if word.lower() not in text] == []
    assert set(told) == {"booking", "order", "part", "state", "kept"}


def test_a_person_is_erased_and_the_second_time_nobody_is_there(door: Door) -> None:
    booking = lived(door)
    sent = {"headers": {"Idempotency-Key": "erase-1"}, "json": WHO}
    first = door.server("POST", "/people/erase", **sent)
    named = {"booking": booking, "order": "2001", "part": "", "state": "delivered"}
    assert (first.status_code, first.get_json()) == (200, {"erased": [named], "kept_until_done": []})
    assert everywhere(door) == {}
    assert door.server("POST", "/people/erase", **sent).get_json() == first.get_json()
    assert door.server("POST", "/people/erase", json=WHO).get_json() == NOBODY
    assert door.server("GET", "/people/export", query_string=WHO).get_json()["bookings"] == []


def test_what_is_under_way_is_named_and_waits(plain_door: Door) -> None:
    booking = ordered(plain_door, "2007")
    named = {"booking": booking, "order": "2007", "part": "", "state": "confirmed"}
    answer = plain_door.server("POST", "/people/erase", json={"order": "2007"})
    assert (answer.status_code, answer.get_json()) == (200, {"erased": [], "kept_until_done": [named]})
    assert plain_door.server("GET", f"/bookings/{booking}").get_json()["recipient"]["name"] == "Xantippe Jongbloed"


@pytest.mark.parametrize("body", [{}, WHO | {"order": "1"}, {"email": "nobody"}, {"phone": "12"}, {"name": "X"}])
def test_whoever_is_not_named_in_one_way_is_refused(plain_door: Door, body: dict[str, str]) -> None:
    for answer in (
        plain_door.server("POST", "/people/erase", json=body),
        plain_door.server("GET", "/people/export", query_string=body),
    ):
        assert answer.status_code == 422
        assert answer.get_json()["code"] == "invalid_input"


def test_the_log_says_that_it_was_the_key(plain_door: Door) -> None:
    lived(plain_door)
    plain_door.server("POST", "/people/erase", json=WHO)
    with plain_door.database.reading() as session:
        [entry] = audit.entries(session, MERCHANT_ID, area=privacy.AREA).entries
    assert entry.who == "API"


def test_it_hides_other_merchants(door: Door) -> None:
    lived(door)
    before = everywhere(door)
    other = another_merchant(door)
    for who in (WHO, {"order": "2001"}, {"phone": "+31205550142"}):
        assert other.server("GET", "/people/export", query_string=who).get_json()["bookings"] == []
        assert other.server("POST", "/people/erase", json=who).get_json() == NOBODY
    assert everywhere(door) == before


def test_it_needs_the_secret_key(plain_door: Door) -> None:
    for method, path in (("GET", "/v1/people/export?order=1"), ("POST", "/v1/people/erase")):
        answer = plain_door.client.open(path, method=method, json={"order": "1"} if method == "POST" else None)
        assert answer.status_code == 401
