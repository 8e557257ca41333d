"""GET /d/{token}: what a shopper sees of one delivery, and what nobody sees."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from sqlalchemy import update

from delivery.booking_states import STATES
from delivery.store.tables import bookings
from delivery.texts.pages import states_said
from tests.doors import ADDRESS, Door, another_merchant
from web.config import DEFAULTS

OWN_SCRIPT = '<script type="module" src="../static/pages/delivery.js"></script>'
NASTY = '<script>alert("1")</script>&amp;'


class Words(HTMLParser):
    """The text of a page, as a reader gets it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def words(html: str) -> str:
    reader = Words()
    reader.feed(html)
    return re.sub(r"\s+", " ", " ".join(reader.found))


def booked(door: Door, kind: str | None = "local_delivery", **other: Any) -> dict[str, Any]:
    choice = door.take(kind)["choice"] if kind else None
    response = door.order(choice, **other)
    assert response.status_code == 201, response.text
    return response.get_json()  # type: ignore[no-any-return]


def path_of(address: str) -> str:
    return address.removeprefix(DEFAULTS.public_url)


def seen(door: Door, booking: dict[str, Any], **headers: str) -> str:
    response = door.client.get(path_of(booking["delivery_page"]), headers=headers)
    assert response.status_code == 200, response.text
    return words(response.text)


def put(door: Door, booking: dict[str, Any], **columns: Any) -> None:
    """Change the booking's row behind everybody's back."""
    change = update(bookings).where(bookings.c.id == booking["booking"]).values(columns)
    door.database.write(lambda session: session.execute(change, execution_options={"across_merchants": "a test"}))


def test_a_window_is_shown_with_its_day_address_and_reasons(door: Door) -> None:
    said = seen(door, booked(door))
    for part in ("Schemer & Wol", "1001", "Your order is confirmed", "November", "–", "A. Jansen", "Prinsengracht 263"):
        assert part in said
    assert "1016 GV Amsterdam" in said
    assert "Why this day?" in said
    assert "a.jansen@example.org" not in said


def test_a_day_by_carrier_is_shown_with_its_service(door: Door) -> None:
    said = seen(door, booked(door, "shipping"))
    assert "Wednesday 25 November" in said
    assert "Pakketpost" in said


def test_a_centre_is_shown_with_its_hours_of_the_coming_week(plain_door: Door) -> None:
    booking = booked(plain_door, "pickup")
    said = seen(plain_door, booking)
    for part in (booking["location"]["name"], *booking["location"]["address"]["lines"], "Ready", "Kept until"):
        assert part in said
    assert "Tue 24 Nov" in said
    plain_door.clock.forward(days=3)
    later = seen(plain_door, booking)
    assert "Fri 27 Nov" in later
    assert "Wed 2 Dec" in later


def test_no_reason_says_today_about_a_day_that_has_passed(plain_door: Door) -> None:
    booking = booked(plain_door)
    assert "packed today" in str(booking["promise"]["steps"])
    assert "packed on Tuesday 24 November" in seen(plain_door, booking)


def test_every_state_of_a_booking_has_words(plain_door: Door) -> None:
    assert states_said() == STATES
    booking = booked(plain_door)
    for state in STATES:
        put(plain_door, booking, state=state)
        assert len(seen(plain_door, booking)) > 100


def test_an_awaited_payment_and_a_missed_one_are_told(door: Door) -> None:
    booking = booked(door, paid=False)
    assert "Waiting for your payment" in seen(door, booking)
    assert "The place is kept until Tuesday 24 November, 11:00." in seen(door, booking)
    put(door, booking, state="cancelled")
    assert "No payment came in time" in seen(door, booking)


def test_a_cancelled_delivery_promises_nothing(door: Door) -> None:
    booking = booked(door)
    door.server("POST", f"/bookings/{booking['booking']}/cancel")
    said = seen(door, booking)
    assert "This delivery was cancelled" in said
    assert "What was promised" in said
    assert "Why this day?" not in said


def test_an_order_without_a_choice_leads_to_the_page_where_it_is_made(door: Door) -> None:
    booking = booked(door, None)
    response = door.client.get(path_of(booking["delivery_page"]))
    link = re.search(r'href="\.\.(/choose/[^"]+)"', response.text)
    assert link
    assert link[1] == path_of(booking["choose_page"])
    assert door.client.get(link[1]).status_code == 200


def test_the_shoppers_language_is_that_of_the_order(plain_door: Door) -> None:
    recipient = {"name": "A. Jansen", "locale": "nl-NL"}
    response = plain_door.client.get(path_of(booked(plain_door, recipient=recipient)["delivery_page"]))
    assert "Je bestelling is bevestigd" in response.text
    assert "November" not in response.text
    assert '<html lang="nl-NL">' in response.text
    assert response.headers["Content-Language"] == "nl-NL"


@pytest.mark.parametrize(
    ("accepted", "said"),
    [
        ("nl", "Je bestelling is bevestigd"),
        ("xx, nl-BE;q=0.5", "Je bestelling is bevestigd"),
        ("ja, en;q=0.1", "Your order is confirmed"),
        ("*", "Your order is confirmed"),
        ("", "Your order is confirmed"),
    ],
)
def test_without_one_it_is_the_browsers_and_else_english(plain_door: Door, accepted: str, said: str) -> None:
    booking = booked(plain_door, recipient={"name": "A. Jansen"})
    assert said in seen(plain_door, booking, **{"Accept-Language": accepted})


def test_names_and_addresses_are_escaped(door: Door) -> None:
    there = ADDRESS | {"lines": [NASTY, "'\""]}
    booking = booked(door, None, number=NASTY, recipient={"name": NASTY, "locale": "en"}, address=there)
    response = door.client.get(path_of(booking["delivery_page"]))
    assert "<script" not in response.text.replace(OWN_SCRIPT, "", 1)
    assert words(response.text).count(NASTY) == 3


def test_nobody_keeps_indexes_or_passes_on_the_page(plain_door: Door) -> None:
    booking = booked(plain_door)
    for path in (path_of(booking["delivery_page"]), "/d/nothing"):
        headers = plain_door.client.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Robots-Tag"] == "noindex"
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "Set-Cookie" not in headers


def test_it_fetches_nothing_from_elsewhere_and_has_no_script_or_style_inside(plain_door: Door) -> None:
    html = plain_door.client.get(path_of(booked(plain_door)["delivery_page"])).text.replace(OWN_SCRIPT, "", 1)
    assert not re.search(r"<script|<style|style=|\son\w+=|https?://", html)
    for path in re.findall(r'<link rel="stylesheet" href="\.\.([^"]+)"', html):
        with plain_door.client.get(path) as sheet:
            assert sheet.status_code == 200


def bad_tokens(door: Door, booking: dict[str, Any]) -> list[str]:
    token = booking["delivery_page"].rsplit("/", 1)[1]
    signer = door.service.signer
    middle = len(token) - 20
    tampered = [token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :], token[5:], token + "x"]
    tampered += ["nothing", "é", "x" * 5000]
    sealed = [{"b": "bk_nobody", "v": 1}, {"b": booking["booking"], "v": 2}, {"b": booking["booking"]}, {}]
    return [*tampered, signer.seal("choose", {"b": booking["booking"], "v": 1})] + [
        signer.seal("page", facts) for facts in sealed
    ]


def test_a_link_that_is_no_good_gets_the_same_page_whatever_is_wrong_with_it(door: Door) -> None:
    booking = booked(door)
    answers = [door.client.get(f"/d/{token}") for token in bad_tokens(door, booking)]
    assert {answer.status_code for answer in answers} == {404}
    assert {answer.content_type for answer in answers} == {"text/html; charset=utf-8"}
    assert len({answer.text for answer in answers}) == 1
    assert "This link does not work" in answers[0].text


def test_a_revoked_version_no_longer_opens_it(door: Door) -> None:
    booking = booked(door)
    put(door, booking, page_version=2)
    old = door.client.get(path_of(booking["delivery_page"]))
    assert old.status_code == 404
    fresh = door.server("GET", f"/bookings/{booking['booking']}").get_json()
    assert "A. Jansen" in seen(door, fresh)


def test_it_hides_other_merchants(door: Door) -> None:
    """A booking of another shop is shown as that shop's, by its own link and no other."""
    other = another_merchant(door)
    theirs = other.order(None, recipient={"name": "B. Bakker", "locale": "en"}).get_json()
    said = seen(other, theirs)
    assert "Another shop" in said
    assert "Schemer & Wol" not in said
    assert "B. Bakker" not in seen(door, booked(door))


def test_a_page_counts_as_a_call_from_its_address(plain_door: Door) -> None:
    path = path_of(booked(plain_door)["delivery_page"])
    answers = [plain_door.client.get(path, environ_overrides={"REMOTE_ADDR": "192.0.2.7"}) for _ in range(2)]
    left = [int(answer.headers["RateLimit"].split("r=")[1].split(";")[0]) for answer in answers]
    assert left[0] == left[1] + 1
