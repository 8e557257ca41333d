"""Takes the pictures of the merchant's pages anew: `python -m tests.browser.merchant_pictures`.

The demo runs in an empty folder, with a database of its own and some orders, and is stopped by its process id.
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, expect, sync_playwright

from tests.browser.chromium import FLAGS, chromium_path
from tests.browser.clerk import HERE, Clerk
from tests.browser.ordering import Server
from tests.browser.pictures import HEIGHT, PICTURES, WIDTH, Demo, running_demo
from tests.browser.shop_page import served_page

MOST_BYTES = 150_000
TALL = 1100
PHONE: ViewportSize = {"width": 390, "height": 700}
CENTRE = "Boekhandel De Ceintuur"
NAMES = ("Anna Jansen", "Bram Visser", "Carla Bakker", "Daan Smit", "Eva Mulder", "Finn de Boer", "Guus Meijer")


def place_orders(server: Server) -> str:
    """Orders in several states; the booking of one with a long story."""
    for number, name in enumerate(NAMES):
        server.order(str(1042 + number), name, "local_delivery", number // 3)
    server.order("1049", "Hanna Kok", "shipping")
    server.tells(server.order("1050", "Isa Vos", "pickup"), "packed", "ready_for_pickup")
    server.tells(server.order("1054", "Mees Dekker", "pickup"), "packed", "dispatched")
    server.tells(server.order("1051", "Jan de Wit", "shipping"), "packed")
    server.order("1052", "Kim Peters", "")
    told = server.order("1053", "Lotte Hendriks", "local_delivery", 1)
    server.tells(told, "packed", "dispatched", "out_for_delivery", "delivered")
    return told


def shoot(page: Page, name: str, height: int = HEIGHT) -> None:
    """The page from its top, as a picture of this name."""
    page.set_viewport_size({"width": WIDTH, "height": height})
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=PICTURES / f"merchant-{name}.png")


def rehearse_a_change(clerk: Clerk) -> None:
    """The fee of the parcel post, before and after."""
    clerk.opens("/plugin/rehearsal?country=NL&postal_code=1016+GV&sku=LAMP-DESK&locale=en-GB")
    clerk.opens("/plugin/settings/services/standard")
    clerk.page.locator("#fee-by_weight-0-amount").fill("3.95")
    clerk.presses("Rehearse this change")


def print_labels(clerk: Clerk) -> None:
    """Of the first few orders of the list."""
    clerk.opens("/plugin/to-send")
    for button in clerk.page.get_by_role("button", name="Tick all").all():
        button.click()
    clerk.presses("Labels on A4")


def shoot_the_counter(clerk: Clerk) -> None:
    """As it stands in the hand of whoever serves there."""
    clerk.opens("/plugin/counter?choose")
    clerk.page.set_viewport_size(PHONE)
    clerk.page.get_by_role("link", name=CENTRE).click()
    expect(clerk.page.get_by_role("link", name="1050")).to_be_visible()
    clerk.page.screenshot(path=PICTURES / "merchant-counter.png")


def check_the_checkout(clerk: Clerk, demo: Demo) -> None:
    """The self-check, looking at a page with the code of the install page."""
    with served_page() as page:
        clerk.opens("/plugin/install")
        clerk.fills("Address of your checkout", page.shows(demo.stoep, demo.key, HERE))
        clerk.fills("Web addresses that may call", f"{demo.shop}\n{page.origin}")
        clerk.saves()
        clerk.presses("Check now")
        expect(clerk.page.get_by_role("region", name="Is anything missing?")).to_contain_text("Nothing is missing.")


def take(clerk: Clerk, demo: Demo, told: str) -> None:
    """All of them."""
    page, tomorrow = clerk.page, (datetime.now(UTC) + timedelta(days=1)).date()
    clerk.opens("/plugin/settings")
    shoot(page, "settings")
    clerk.opens("/plugin/settings/windows")
    shoot(page, "windows")
    rehearse_a_change(clerk)
    shoot(page, "rehearsal", TALL)
    clerk.opens("/plugin/to-send")
    shoot(page, "to-send")
    print_labels(clerk)
    shoot(page, "labels")
    shoot_the_counter(clerk)
    clerk.opens(f"/plugin/capacity?from={tomorrow}")
    shoot(page, "capacity")
    clerk.opens(f"/plugin/deliveries/{told}")
    shoot(page, "delivery", TALL)
    check_the_checkout(clerk, demo)
    shoot(page, "install")


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with running_demo() as demo, sync_playwright() as playwright:
        told = place_orders(Server(demo.stoep, demo.key, demo.secret_key))
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        context = browser.new_context(locale="en-GB", reduced_motion="reduce", color_scheme="light")
        clerk = Clerk(context.new_page(), demo.stoep)
        clerk.logs_in(demo.email, demo.password)
        take(clerk, demo, told)
        browser.close()
    too_large = [picture for picture in sorted(PICTURES.glob("merchant-*.png")) if size_of(picture) > MOST_BYTES]
    if too_large:
        sys.exit(f"too large for a page: {', '.join(picture.name for picture in too_large)}")


def size_of(picture: Path) -> int:
    size = picture.stat().st_size
    print(f"{picture.name}: {size} bytes")
    return size


if __name__ == "__main__":
    main()
