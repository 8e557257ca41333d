"""The shop in one file of docs/embed.md: started as it stands there, and bought from in a real Chromium."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import select, update

from delivery.store.tables import bookings, holds, merchants
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.doors import ADDRESS, Door
from tests.served import launched, served

pytestmark = pytest.mark.browser
EMBED = Path(__file__).parents[2] / "docs" / "embed.md"
TYPED = {"name": "A. Jansen", "street": "Prinsengracht 263", "postal_code": "1016 GV", "city": "Amsterdam"}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


def code() -> str:
    [found] = re.findall(r"```python\n(.*?)```", EMBED.read_text(), re.DOTALL)
    return str(found)


def started(monkeypatch: pytest.MonkeyPatch, service_url: str, door: Door) -> Flask:
    for name, value in {"SERVICE_URL": service_url, "SHOP_KEY": door.shop, "SHOP_SECRET": door.secret}.items():
        monkeypatch.setenv(name, value)
    shop: dict[str, Any] = {"__name__": "shop"}
    exec(compile(code(), "shop.py", "exec"), shop)
    return shop["app"]  # type: ignore[no-any-return]


def test_it_is_short() -> None:
    assert len(code().strip().splitlines()) < 40


def test_an_order_is_placed_paid_and_refused_when_its_place_is_gone(
    plain_door: Door, chromium: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = plain_door.client.application
    with served(ours) as service_url, served(started(monkeypatch, service_url, plain_door)) as shop_url:
        allow(plain_door, shop_url)
        page = chromium.new_page()
        for fate in ("gone", "paid"):
            page.goto(shop_url)
            for name, text in TYPED.items():
                page.locator(f"input[name={name}]").fill(text)
            page.locator("input[name=city]").press("Tab")
            page.locator(".picker [data-type=local_delivery] input").nth(0).check()
            page.wait_for_function("document.querySelector('stoep-delivery').choice")
            if fate == "gone":
                use_up(plain_door)
            page.locator("button", has_text="Pay").click()
            said = "What you chose is gone" if fate == "gone" else "Thank you."
            expect(page.get_by_text(said)).to_be_visible()
        page.close()
    with plain_door.database.reading() as session:
        mine = bookings.c.merchant_id == MERCHANT_ID
        [booking] = session.execute(
            select(bookings).where(mine, bookings.c.address["city"].as_string() == ADDRESS["city"])
        )
    assert (booking.state, booking.type) == ("confirmed", "local_delivery")
    assert booking.recipient["name"] == "A. Jansen"


def allow(door: Door, origin: str) -> None:
    facts = {"allowed_origins": [origin], "settings_version": merchants.c.settings_version + 1}
    change = update(merchants).where(merchants.c.id == MERCHANT_ID).values(facts)
    door.database.write(lambda session: session.execute(change))


def use_up(door: Door) -> None:
    """Another order has the choice already, as when it was sent from two tabs."""
    mine = (holds.c.merchant_id == MERCHANT_ID, holds.c.state == "live")
    door.database.write(lambda session: session.execute(update(holds).where(*mine).values(state="confirmed")))
