"""Every page of the merchant that a GET can reach, taken from the application's own list so that none is forgotten.

Each is looked at twice: in English by day on a wide screen, in Dutch by night on one of 320 px, which is also a window of
1280 px at 400 % zoom. Dutch words are the longer ones.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select
from werkzeug.routing import Rule

from app import create_app
from delivery import accounts, endpoints, invitations
from delivery.accounts import Role
from delivery.audit import OPERATOR
from delivery.endpoint_kinds import KINDS
from delivery.settings import items
from delivery.settings.areas import AREAS
from delivery.settings.items import everything
from delivery.signing_keys import load_signer
from delivery.store.engine import Session
from delivery.store.tables import bookings
from delivery.texts.catalogues import catalogue
from plugin.install.guide import STEPS
from tests.browser.clerk import Clerk
from tests.browser.office import EVERY_DAY, Merchant, Office
from tests.browser.ordering import Server
from tests.browser.street import Street
from web.config import Config

pytest_plugins = ["tests.browser.street", "tests.browser.office"]
pytestmark = pytest.mark.browser

OTHERWISE_SEEN = {"/plugin/sign-up"}
"""Where the operator allows it: test_installing.py."""
TEXTS = """() => [...document.querySelectorAll(
    'h1, h2, h3, legend, label, button, summary, th, caption, dt, nav a, a.button, .help, .lead, .badge, .note')]
    .filter((each) => !each.closest('pre, code, [lang]:not(html)') && !each.querySelector('code'))
    .map((each) => each.innerText.replace(/\\s+/g, ' ').trim()).filter((text) => /[a-z]{2}/i.test(text))"""
FACTS = """() => ({ h1: document.querySelectorAll('h1').length, lang: document.documentElement.lang,
    wide: document.documentElement.scrollWidth, room: window.innerWidth })"""
NAMES = {
    "Amsterdam",
    "Nederland",
    "Shed",
    "Parcel post",
    "The counter",
    "Robin",
    "Daan Smit",
    "Bus",
    "English",
    "Nederlands",
}
AXE = {
    # A style sheet of a shadow root would be put in line, which the pages' policy forbids.
    "en": {"preload": False},
    # What differs by night and on a narrow screen.
    "nl": {"preload": False, "runOnly": {"type": "rule", "values": ["color-contrast", "target-size"]}},
}
AXE_RUN = """async (options) => (await axe.run(document, { ...options, resultTypes: ['violations'] })).violations
    .map((each) => `${each.id} ${each.nodes.slice(0, 3).map((node) => node.target)}`)"""
QUERIES = {"/plugin/rehearsal": "?country=NL&postal_code=1016+GV&sku=LAMP"}


class Looked(NamedTuple):
    """A page as it was looked at: what is wrong with it, and the texts on it."""

    wrong: list[str]
    texts: set[str]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Flask:
    """Only for its list of addresses."""
    return create_app(Config(database_url=f"sqlite:///{sqlite_template}"))


@pytest.fixture(scope="module")
def merchant(office: Office) -> Merchant:
    """With orders in several states, one of them open; a van brings those for an evening."""
    made = office.new_merchant()
    office.street.database.write(lambda session: _by_van(session, made))
    server = Server(office.street.stoep, made.key, made.secret_key, {"latitude": 52.37, "longitude": 4.9})
    server.order("1001", "Anna Jansen")
    server.tells(server.order("1002", "Bram Visser"), "packed")
    server.tells(server.order("1003", "Carla Bakker", "shipping"), "packed", "dispatched")
    server.tells(server.order("1004", "Daan Smit", "pickup"), "packed", "ready_for_pickup")
    server.order("1005", "Eva Mulder", "")
    server.order("1006", "Finn de Boer", option=1)
    return made


def _by_van(session: Session, merchant: Merchant) -> None:
    now = datetime.now(UTC)
    items.save(session, now, OPERATOR, merchant.id, "vans", "bus", {"shift_end": "20:00"})
    for weekday in EVERY_DAY:
        items.save(session, now, OPERATOR, merchant.id, "windows", f"evening-{weekday}", {"kept_by": "vans"})


def values(street: Street, merchant: Merchant) -> dict[str, Any]:
    """What is put in the place of each name in an address; by rule where the name alone does not say it."""
    now, signer = datetime.now(UTC), load_signer(street.database, datetime.now(UTC))
    tomorrow = (now + timedelta(days=1)).date()

    def work(session: Session) -> dict[str, Any]:
        endpoint = endpoints.add(session, now, merchant.id, f"{street.warehouse}/hooks", signer)[0]
        one, *_others = accounts.list_all(session, merchant.id)
        ours = select(bookings.c.id).where(bookings.c.merchant_id == merchant.id)
        known = everything(session, merchant.id)
        return {
            "booking": list(session.scalars(ours.where(bookings.c.order_number.in_(("1003", "1005"))))),
            "centre": ["counter"],
            "collected": list(session.scalars(ours.where(bookings.c.order_number == "1004"))),
            "endpoint_id": [endpoint.id, "by-hand"],
            "staff_id": [one.id],
            "token": [invitations.make_token(signer, now, one, invitations.RESET)],
            "window": [f"evening-{tomorrow.isoweekday()}"],
            "day": tomorrow.isoformat(),
            "kind": list(KINDS),
            "name": [step.name for step in STEPS],
            "origin": ["shed"],
            "area": [name for name in AREAS if name != "windows"],
            "item": known,
        }

    return street.database.write(work)


def same_in_dutch() -> set[str]:
    """What may stand on both pages: words that are their own translation, and names."""
    return NAMES | {str(message.id) for message in catalogue("nl") if message.id == message.string}


def paths(app: Flask, facts: dict[str, Any]) -> Iterator[str]:
    """Every page under /plugin. Raises KeyError for a name in an address that nobody has filled in yet."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/plugin") and "GET" in rule.methods]
    for rule in sorted(rules, key=str):
        if "." not in rule.rule.rsplit("/", 1)[1]:
            yield from (path + QUERIES.get(path, "") for path in filled(rule, facts))


def filled(rule: Rule, facts: dict[str, Any]) -> Iterator[str]:
    names = rule.arguments - {"day"}
    many = [name for name, area in AREAS.items() if not area.single]
    if names == {"area", "item"}:
        yield from (f"/plugin/settings/{name}/{next(iter(facts['item'][name]))}" for name in many)
    elif names == {"area"} and rule.rule.endswith("/add"):
        yield from (f"/plugin/settings/{name}/add" for name in many)
    elif names == {"centre", "booking"}:
        yield from (f"/plugin/counter/counter/orders/{each}" for each in facts["collected"])
    elif not names:
        yield rule.rule
    else:
        (name,) = names
        path = rule.rule.replace("<string:day>", facts["day"])
        yield from (re.sub(r"<[^>]+>", each, path) for each in facts[name])


def looks(page: Page, language: str) -> Looked:
    """At the page that is open."""
    wrong = [f"axe: {each}" for each in page.evaluate(AXE_RUN, AXE[language])]
    told = page.evaluate(FACTS)
    if told["h1"] != 1:
        wrong.append(f"{told['h1']} h1")
    if not told["lang"].startswith(language):
        wrong.append(f"lang {told['lang']}")
    if told["wide"] > told["room"]:
        wrong.append(f"{told['wide']} px wide on a screen of {told['room']}")
    return Looked(wrong, set(page.evaluate(TEXTS)))


@pytest.fixture
def seats(new_clerk: Callable[..., Clerk], merchant: Merchant) -> dict[str, Clerk]:
    """The owner at a wide screen by day in English, and at a narrow one by night in Dutch."""
    return {
        "en": new_clerk(merchant.id, Role.OWNER, "en", viewport={"width": 1280, "height": 800}),
        "nl": new_clerk(
            merchant.id, Role.OWNER, "nl", viewport={"width": 320, "height": 800}, locale="nl-NL", color_scheme="dark"
        ),
    }


def test_every_page_is_accessible_narrow_and_wide_and_wholly_dutch(
    app: Flask, street: Street, merchant: Merchant, seats: dict[str, Clerk]
) -> None:
    wrong, said = list[str](), list[str]()
    for clerk in seats.values():
        clerk.page.add_init_script(AXE_SCRIPT)
        clerk.page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    facts, same = values(street, merchant), same_in_dutch()
    every = [path for path in paths(app, facts) if path not in OTHERWISE_SEEN]
    every.sort(key=lambda path: path == "/plugin/login")
    assert len(every) > 40
    for path in every:
        looked = {}
        for language, clerk in seats.items():
            if path == "/plugin/login":
                clerk.page.context.clear_cookies()
            clerk.opens(path)
            looked[language] = looks(clerk.page, language)
            wrong += [f"{path} ({language}): {each}" for each in looked[language].wrong]
        english = sorted(looked["en"].texts & looked["nl"].texts - same)
        wrong += [f"{path}: still English: {text[:60]!r}" for text in english]
    assert [*said, *wrong] == []
