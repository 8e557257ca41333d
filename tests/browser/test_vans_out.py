"""A van on its way in a real Chromium, by keyboard alone on 320 px: its shopper asks for more time at the door, and reads when it
comes; the shop says that it left and that it is late."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile

import pytest

from delivery.store.engine import Database
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.browser.shopper import Shopper, Typist
from tests.doors import open_door
from tests.plugin.desk import Desk, seated
from tests.served import launched, served
from tests.vans import ORIGIN, with_vans

pytestmark = pytest.mark.browser

WEDNESDAY = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
DAY = f"/plugin/vans/{ORIGIN}/2026-11-25"


@pytest.fixture
def desk(sqlite_template: Path, tmp_path: Path) -> Iterator[Desk]:
    path = tmp_path / "stoep.sqlite"
    copyfile(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    yield seated(open_door(database, str(database.url), limit_per_minute=1_000_000), MERCHANT_ID)
    database.close()


def logs_in(browser: Shopper, desk: Desk) -> None:
    cookie = next(iter(desk.client._cookies.values()))  # type: ignore[union-attr]
    browser.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": browser.address}])


def test_a_day_of_a_van(desk: Desk) -> None:
    door = desk.door
    with_vans(door)
    pages = []
    for n in range(2):
        offer = door.offer(f"checkout-{n}")
        homes = [one for one in offer["options"] if one["type"] == "local_delivery"]
        option = next(one for one in homes if one["delivery_window"]["start"].startswith("2026-11-25"))
        choice = door.hold(offer["offer"], option["id"]).get_json()["choice"]
        pages.append("/d/" + door.order(choice, f"100{n}").get_json()["delivery_page"].partition("/d/")[2])
    with served(door.client.application) as address, launched() as browser:
        shopper = Typist(browser, address)
        shopper.opens(pages[0])
        shopper.follows("Ask for more time at the door")
        shopper.sends("Yes, please keep more time")
        assert "10 minutes more than usual are kept for your door." in shopper.text()
        shopper.sends("I do not need it any more")
        shopper.follows("See your delivery")

        door.clock.now = WEDNESDAY
        clerk = Typist(browser, address)
        logs_in(clerk, desk)
        clerk.opens(DAY)
        clerk.sends("The van has left (Bus)")
        assert "2 shoppers now see when it comes." in clerk.text()
        shopper.opens(pages[0])
        assert "The courier expects to be with you in this time." in shopper.text()
        clerk.types("Minutes later than planned", "150")
        clerk.sends("Say that it is late (Bus)")
        assert "Said to be 150 minutes late." in clerk.text()
        shopper.opens(pages[0])
        assert "It comes later than promised. We are sorry." in shopper.text()
        by_day = Shopper(browser, address)
        logs_in(by_day, desk)
        for page in (DAY, pages[0], f"{pages[0]}/door"):
            by_day.opens(page)
        for one in (shopper, clerk, by_day):
            one.context.close()
        # In the shop's tables links are as high as their line, with room around them, which axe has looked at.
        at_the_shop = [each for each in clerk.wrong + by_day.wrong if ": too small: " not in each]
        wrong = shopper.wrong + at_the_shop
        assert wrong == [], "\n".join(wrong)
