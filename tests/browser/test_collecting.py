"""A parcel becomes ready while its page is open: the code stands there; somebody else is named by keyboard alone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.doors import Door
from tests.served import launched, served
from tests.widget.changing import RECIPIENT
from tests.widget.test_pages import booked, path_of
from tests.widget.test_pages_counter import code_for
from tests.widget.test_pages_delivery import report

pytestmark = pytest.mark.browser


def test_the_code_comes_to_the_open_page_and_somebody_else_is_named_without_a_mouse(plain_door: Door) -> None:
    booking = booked(plain_door, "pickup", recipient=RECIPIENT)
    with served(plain_door.client.application) as address, launched() as browser:
        page = browser.new_context(viewport={"width": 320, "height": 640}, color_scheme="dark").new_page()
        page.clock.install()
        page.goto(address + path_of(booking["delivery_page"]))
        expect(page.get_by_role("heading", name="Your collect code")).to_have_count(0)
        report(plain_door, booking, "ready_for_pickup")
        page.clock.run_for(60_000)
        code = page.get_by_role("region", name="Your collect code")
        expect(code.locator(".signs [aria-hidden]")).to_have_text(code_for(plain_door, booking))
        picture = code.get_by_role("img", name="The collect code as a square to scan")
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("image => image.naturalWidth") > 0
        # Its style was there before it came.
        expect(code).to_have_css("text-align", "center")
        assert Axe().run(page).response["violations"] == []
        page.get_by_role("link", name="Let somebody else collect it").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Let somebody else collect it")
        assert Axe().run(page).response["violations"] == []
        for _ in range(8):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.id") == "collector":
                break
        page.keyboard.type("Jan de Vries")
        page.keyboard.press("Enter")
        page.get_by_role("link", name="See your delivery").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("Jan de Vries may collect it as well.")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
