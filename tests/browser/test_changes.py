"""Each change of a delivery in a real browser, from the page behind the link to what it came to: by mouse in the light and by
keyboard alone in the dark, on a screen of 320 px, every page of the way looked at by axe.
"""

import itertools
from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from delivery import change_rows
from delivery.change_answers import undo_token
from delivery.store.engine import Database
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.browser.shopper import Shopper, Typist
from tests.doors import Door, open_door
from tests.served import launched, served
from tests.telling import switch_on
from tests.widget.changing import RECIPIENT, allow, now_of, pack, places_leak_not
from tests.widget.test_pages import path_of

pytestmark = pytest.mark.browser

NUMBERS = itertools.count(2001)


@pytest.fixture(scope="module")
def service(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Door, str]]:
    """One for all: each test orders for itself. The merchant allows all changes and mails what it can."""
    path = tmp_path_factory.mktemp("changes") / "stoep.sqlite"
    copyfile(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    door = open_door(database, str(database.url), limit_per_minute=1_000_000)
    allow(door, cancel=True)
    switch_on(database, MERCHANT_ID, ask={"sent": True})
    with served(door.client.application) as address:
        yield door, address
    database.close()


@pytest.fixture(name="door")
def door_of_service(service: tuple[Door, str]) -> Door:
    return service[0]


@pytest.fixture(name="browser", scope="module")
def browser_of_pages() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


# Whoever can do it by keyboard can by mouse, but for what a script might hide: that is left to the long run.
@pytest.fixture(params=[pytest.param(Shopper, id="mouse", marks=pytest.mark.soak), pytest.param(Typist, id="keyboard")])
def shopper(request: pytest.FixtureRequest, browser: Browser, service: tuple[Door, str]) -> Iterator[Shopper]:
    made: Shopper = request.param(browser, service[1])
    yield made
    made.context.close()
    assert made.wrong == [], "\n".join(made.wrong)
    places_leak_not(service[0])


def ordered(door: Door, kind: str | None = "local_delivery") -> dict[str, Any]:
    number = str(next(NUMBERS))
    choice = door.take(kind, checkout=f"checkout-{number}")["choice"] if kind else None
    answer = door.order(choice, number, recipient=RECIPIENT)
    assert answer.status_code == 201, answer.text
    return answer.get_json()  # type: ignore[no-any-return]


def option(shopper: Shopper, kind: str, number: int = 0) -> Locator:
    """The radio of an option, its day unfolded."""
    radio = shopper.page.locator(f'[data-type="{kind}"] input[type="radio"]').nth(number)
    for folded in radio.locator("xpath=ancestor::details[not(@open)]").all():
        shopper.unfolds(folded.locator("> summary"))
    return radio


def test_a_town_is_put_right_by_what_we_think_was_meant(door: Door, shopper: Shopper) -> None:
    booking = ordered(door)
    shopper.opens(path_of(booking["delivery_page"]))
    shopper.follows("Correct the address")
    shopper.types("Street and house number", "Prinsengracht 265\nbis")
    shopper.types("Postcode", "10166")
    shopper.types("Town", "Amstedam")
    shopper.sends("Look what it comes to")
    assert "That is not a postcode of this country." in shopper.text()
    shopper.types("Postcode", "1016 GV")
    shopper.sends("Look what it comes to")
    assert "The price stays the same." in shopper.text()
    shopper.picks(shopper.page.get_by_role("radio", name="Amsterdam"))
    shopper.sends("Confirm the change")
    assert shopper.heading() == "Change your delivery"
    assert "Correct the address" in shopper.text()
    address = now_of(door, booking)["address"]
    assert (address["lines"], address["city"]) == (["Prinsengracht 265", "bis"], "Amsterdam")


def test_it_goes_to_another_address_in_another_country(door: Door, shopper: Shopper) -> None:
    booking = ordered(door)
    shopper.opens(path_of(booking["delivery_page"]))
    shopper.follows("Send it elsewhere")
    for label, text in (("Street and house number", "Rue Neuve 1"), ("Postcode", "1000"), ("Town", "Brussel")):
        shopper.types(label, text)
    shopper.selects("Country", "Belgium")
    shopper.sends("See days and prices")
    shopper.picks(option(shopper, "shipping"))
    shopper.sends("Look what it comes to")
    assert "Rue Neuve 1" in shopper.text()
    shopper.sends("Confirm the change")
    now = now_of(door, booking)
    assert (now["type"], now["address"]["country"]) == ("shipping", "BE")


def test_it_goes_to_a_pick_up_centre(door: Door, shopper: Shopper) -> None:
    booking = ordered(door)
    shopper.opens(path_of(booking["delivery_page"]))
    shopper.follows("Send it elsewhere")
    shopper.picks(option(shopper, "pickup", 1))
    shopper.sends("Look what it comes to")
    assert "You get €4.95 back." in shopper.text()
    shopper.sends("Confirm the change")
    assert now_of(door, booking)["type"] == "pickup"
    shopper.follows("See your delivery")
    expect(shopper.page.get_by_role("heading", name="Where and when to collect it")).to_be_visible()


def test_it_comes_at_another_moment_and_costs_what_was_said(door: Door, shopper: Shopper) -> None:
    booking = ordered(door)
    shopper.opens(path_of(booking["delivery_page"]))
    shopper.follows("Choose another day or window")
    shopper.sends("Look what it comes to")
    assert "Please choose one of these." in shopper.page.get_by_role("alert").inner_text()
    shopper.picks(option(shopper, "local_delivery", 5))
    shopper.sends("Look what it comes to")
    assert "Before:" in shopper.text()
    assert now_of(door, booking)["version"] == 1
    shopper.sends("Confirm the change")
    now = now_of(door, booking)
    assert now["promise"]["window"] != booking["promise"]["window"]
    assert now["version"] == 2


def test_a_note_and_a_neighbour(door: Door, shopper: Shopper) -> None:
    booking = ordered(door)
    shopper.opens(path_of(booking["delivery_page"]))
    shopper.follows("Leave a note for the courier")
    shopper.types("Note for the courier", "The bell is broken")
    shopper.picks(shopper.page.get_by_role("radio", name="neighbour"))
    shopper.sends("Keep it")
    assert "Please say where, or with whom." in shopper.text()
    shopper.types("Which safe place, or which neighbour", "Number 261")
    shopper.sends("Keep it")
    said = now_of(door, booking)["instructions"]
    assert said == {"note": "The bell is broken", "leave": "neighbour", "where": "Number 261"}


def test_cancelling_asks_once_more(door: Door, shopper: Shopper) -> None:
    booking = ordered(door)
    shopper.opens(path_of(booking["delivery_page"]))
    shopper.follows("Cancel the delivery")
    assert "You get €4.95 back." in shopper.text()
    shopper.sends("Yes, cancel it")
    assert now_of(door, booking)["state"] == "cancelled"


def test_whoever_did_not_change_it_puts_it_back(door: Door, shopper: Shopper) -> None:
    booking = ordered(door)
    there = booking["address"] | {"lines": ["Prinsengracht 1"]}
    made = door.server("POST", f"/bookings/{booking['booking']}/changes", json={"address": there}).get_json()
    with door.database.reading() as session:
        token = undo_token(door.service.signer, change_rows.find(session, MERCHANT_ID, made["change"]))
    shopper.opens(f"{path_of(booking['delivery_page'])}/undo/{token}")
    assert "Prinsengracht 263" in shopper.text()
    shopper.sends("Put it back")
    assert now_of(door, booking)["address"]["lines"] == ["Prinsengracht 263"]


def test_an_order_that_was_left_open_gets_its_choice(door: Door, shopper: Shopper) -> None:
    booking = ordered(door, None)
    shopper.opens(path_of(booking["delivery_page"]))
    shopper.follows("Choose day and place")
    shopper.sends("Confirm this choice")
    assert "Please choose how" in shopper.page.get_by_role("alert").inner_text()
    shopper.picks(option(shopper, "local_delivery", 1))
    shopper.sends("Confirm this choice")
    assert shopper.heading() == "Your order is confirmed"


def test_the_question_is_answered_and_can_be_changed(door: Door, shopper: Shopper) -> None:
    booking = ordered(door)
    for step in ("packed", "dispatched", "delivered"):
        pack(door, booking, step)
    shopper.opens(path_of(booking["delivery_page"]))
    shopper.follows("How did it go?")
    shopper.sends("Send my answer")
    expect(shopper.page.get_by_role("alert")).to_be_visible()
    shopper.picks(shopper.page.locator("input[name=score]").nth(1))
    shopper.ticks("On time")
    shopper.types("Anything else? (may be empty)", "Kind, but late")
    shopper.sends("Send my answer")
    assert "Your answer was sent." in shopper.page.get_by_role("status").inner_text()
    assert shopper.page.locator("input[name=score]:checked").get_attribute("value") is not None


def test_messages_one_can_do_without_are_switched_off(door: Door, shopper: Shopper) -> None:
    booking = ordered(door)
    shopper.opens(path_of(booking["delivery_page"]))
    shopper.follows("Choose which messages you get")
    ticked = shopper.page.get_by_role("checkbox", checked=True)
    before = ticked.count()
    assert before > 0
    shopper.ticks(ticked.first.locator("xpath=..").inner_text().strip())
    shopper.sends("Keep it so")
    assert "It is kept so." in shopper.page.get_by_role("status").inner_text()
    assert ticked.count() == before - 1
