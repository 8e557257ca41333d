"""Every page behind a link: whatever is wrong with the link, the answer is the same, and nothing is written."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from werkzeug.routing import Rule

from delivery import change_answers, change_rows
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.doors import Door, another_merchant
from tests.watching import read
from tests.widget.test_pages import bad_tokens, booked, path_of

BEHIND_A_LINK = ("/d/", "/m/", "/choose/", "/s/")


def rules(door: Door) -> list[Rule]:
    found = [rule for rule in door.client.application.url_map.iter_rules() if rule.rule.startswith(BEHIND_A_LINK)]
    assert len(found) > 20
    return sorted(found, key=lambda rule: (rule.rule, sorted(rule.methods or ())))


def calls(door: Door, token: str, beside: str) -> Iterator[tuple[tuple[str, str], Any]]:
    """Each page with this token, and whatever else stands in its address: the call, and its answer."""
    adapter = door.client.application.url_map.bind("localhost")
    for rule in rules(door):
        values = dict.fromkeys(rule.arguments, beside) | {
            name: token for name in ("token", "code") if name in rule.arguments
        }
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            path = adapter.build(rule.endpoint, values, method=method)
            yield (method, rule.rule), door.client.open(path, method=method)


def test_links_that_are_guessed_tampered_with_or_revoked_are_answered_alike(plain_door: Door) -> None:
    door = plain_door
    booking = booked(door)
    before = door.rows()
    answers: dict[tuple[str, str], set[str]] = {}
    for token in bad_tokens(door, booking):
        for call, answer in calls(door, token, "anything"):
            if "choose" in call[1] and token == bad_tokens(door, booking)[6]:
                continue  # That one is good, to choose with.
            assert answer.status_code == 404, (call, token)
            answers.setdefault(call, set()).add(answer.text)
    assert {call: len(texts) for call, texts in answers.items() if len(texts) != 1} == {}
    assert door.rows() == before


def undone(door: Door, booking: dict[str, Any]) -> str:
    """The key to undoing a change of this booking."""
    changed = door.server("POST", f"/bookings/{booking['booking']}/changes", json={"notes": "Ring twice"}).get_json()
    with door.database.reading() as session:
        row = change_rows.find(session, MERCHANT_ID, changed["change"])
    return change_answers.undo_token(door.service.signer, row)


def test_the_key_of_another_booking_or_an_old_one_undoes_nothing(plain_door: Door) -> None:
    door = plain_door
    mine, theirs = booked(door, number="1"), booked(door, "shipping", number="2")
    good, of_theirs = undone(door, mine), undone(door, theirs)
    page = path_of(mine["delivery_page"])
    versions = [read(door, one["booking"]).version for one in (mine, theirs)]
    assert door.client.get(f"{page}/undo/{good}").status_code == 200
    keys = [of_theirs, good[:-2], "x", page.rsplit("/", 1)[1]]
    answers = [door.client.open(f"{page}/undo/{key}", method=way) for key in keys for way in ("GET", "POST")]
    door.clock.now += timedelta(hours=48)
    answers += [door.client.open(f"{page}/undo/{good}", method=way) for way in ("GET", "POST")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert [read(door, one["booking"]).version for one in (mine, theirs)] == versions


def test_a_link_shows_its_own_booking_and_no_other_of_any_shop(plain_door: Door) -> None:
    door = plain_door
    booking = booked(door, recipient={"name": "Xylofoonbrug Jansen", "email": "xylo@foon.test"})
    other = another_merchant(door)
    theirs = other.order(None, "77", recipient={"name": "B. Bakker", "locale": "en"}).get_json()
    token = theirs["delivery_page"].rsplit("/", 1)[1]
    for call, answer in calls(other, token, booking["booking"]):
        assert "Xylofoonbrug" not in answer.text, call
        assert booking["booking"] not in answer.text, call
