"""The counter in a real browser: by touch on a phone, by keyboard alone, with the line down, and for every eye."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Page, expect

from delivery.accounts import Role
from delivery.booking_states import COLLECTED, READY_FOR_PICKUP
from tests.plugin.counter.devices import NewDevice
from tests.plugin.counter.pickups import Counter, Order, asks_for_signature, at_counter, ordered, ready
from tests.plugin.desk import Desk

pytest_plugins = ["tests.plugin.counter.devices"]
pytestmark = pytest.mark.browser

NOT_SENT = "stoep_unsent"
UNTIL_KEPT = """async ([list, files]) => {
    await navigator.serviceWorker.ready;
    const wanted = [list, ...files.map((name) => `/static/plugin/${name}`)];
    const isKept = async () => (await Promise.all(wanted.map((each) => caches.match(each)))).every(Boolean);
    while (!navigator.serviceWorker.controller || !(await isKept())) await new Promise((go) => setTimeout(go, 30));
}"""
FILES = [
    "frame.css",
    "counter.css",
    "counter.js",
    "counter-facts.js",
    "counter-offline.js",
    "counter-queue.js",
    "counter-signature.js",
]
ON_DEVICE = """async () => {
    const cache = await caches.open('stoep-counter-1');
    const pages = await Promise.all((await cache.matchAll()).map((each) => each.text()));
    return pages.join() + JSON.stringify(localStorage);
}"""
OF_YESTERDAY = """async (list) => {
    const headers = { Date: new Date(Date.now() - 19 * 60 * 60 * 1000).toUTCString(), 'Content-Type': 'text/html' };
    await (await caches.open('stoep-counter-1')).put(list, new Response('an old list', { headers }));
}"""
DETECTOR = """window.BarcodeDetector = class {
    static getSupportedFormats = async () => ['qr_code'];
    detect = async () => [{ rawValue: '%s' }];
};"""


def opens(page: Page, counter: Counter) -> None:
    """The list, until its device is ready to go on without a line."""
    page.goto(counter.path)
    page.evaluate(UNTIL_KEPT, [counter.path, FILES])


def finds(page: Page, text: str) -> None:
    page.get_by_label("Code, order number or name").fill(text)
    page.get_by_role("button", name="Find").tap()


def is_told(page: Page, words: str) -> None:
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()


def test_by_touch_parcels_come_in_and_are_given_out_by_the_code(plain_desk: Desk, new_device: NewDevice) -> None:
    order = ordered(plain_desk.door)
    counter = at_counter(plain_desk, order)
    asks_for_signature(counter)
    page = new_device()
    page.goto(counter.path)
    page.get_by_role("link", name="1001").tap()
    page.get_by_label("Parcels of this order").fill("2")
    page.get_by_label("Shelf").fill("B2")
    page.get_by_role("button", name="Check in, and tell the shopper").tap()
    is_told(page, "Order 1001 is ready, and the shopper is told.")
    finds(page, "3333333")
    is_told(page, "There is no “3333333” here.")
    finds(page, order.code)
    expect(page.get_by_text("The collect code is right.")).to_be_visible()
    page.get_by_role("region", name="Hand over").get_by_role("checkbox", name="Parcel 2").uncheck()
    signs(page)
    page.get_by_role("button", name="Hand over").tap()
    is_told(page, "1 parcel stays here.")
    [kept] = order.happened
    assert (kept.parcels, kept.verified, order.booking.state) == ((1,), True, READY_FOR_PICKUP)
    assert (kept.signature or "").startswith("M")
    small = page.locator("main").get_by_role("link").or_(page.locator("main").get_by_role("button"))
    assert [box for box in (each.bounding_box() for each in small.all()) if box and box["height"] < 44] == []


def signs(page: Page) -> None:
    """A line drawn with the pointer."""
    pad = page.get_by_role("img", name="Sign here")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 60, steps=5)
    page.mouse.up()
    assert page.locator("input[name=signature]").first.input_value().count("L") > 2


def test_a_code_is_read_by_the_camera_where_the_browser_can(plain_desk: Desk, new_device: NewDevice) -> None:
    counter, order = ready(plain_desk)
    page = new_device(permissions=["camera"])
    page.goto(counter.path)
    expect(page.get_by_role("button", name="Camera")).to_be_hidden()
    # Chromium has its detector on few systems, and no code is in the test picture of its own camera.
    page.add_init_script(DETECTOR % order.code)
    page.reload()
    page.get_by_role("button", name="Camera").tap()
    expect(page.get_by_text("The collect code is right.")).to_be_visible()


def test_by_keyboard_alone(plain_desk: Desk, new_device: NewDevice) -> None:
    counter, order = ready(plain_desk)
    page = new_device()
    page.goto(counter.path)
    expect(page.get_by_label("Code, order number or name")).to_be_focused()
    page.keyboard.type("jansen")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Order 1001")
    tabs_to(page, "seen_id")
    page.keyboard.press("Space")
    tabs_to(page, "Hand over")
    page.keyboard.press("Enter")
    is_told(page, "Order 1001 was handed to A. Jansen.")
    assert order.booking.state == COLLECTED


FOCUSED = """() => {
    const at = document.activeElement;
    const { outlineStyle, outlineWidth } = getComputedStyle(at);
    return [at.getAttribute('name') ?? '', at.innerText ?? '', outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1];
}"""


def tabs_to(page: Page, wanted: str) -> None:
    """By Tab alone, and whoever looks can see where the focus is."""
    for _ in range(40):
        page.keyboard.press("Tab")
        name, words, is_visible = page.evaluate(FOCUSED)
        if wanted in (name, words.strip()):
            assert is_visible, wanted
            return
    raise AssertionError(f"Tab does not lead to {wanted}")


def test_when_the_line_is_down_hand_overs_are_kept_and_sent_exactly_once(
    plain_desk: Desk, new_device: NewDevice
) -> None:
    counter, order = ready(plain_desk)
    _, second = ready(plain_desk, "1002", recipient={"name": "Bram de Vries"})
    page = new_device(plain_desk.as_role(Role.COUNTER))
    opens(page, counter)
    device = page.evaluate(ON_DEVICE)
    assert "Bram de Vries" in device
    assert [each.code for each in (order, second) if each.code in device or each.code.replace("-", "") in device] == []
    page.context.set_offline(True)
    page.reload()
    is_told(page, "The line is down.")
    by_touch_without_a_line(page)
    by_keyboard_without_a_line(page, second)
    expect(
        page.get_by_role("region", name="Handed over while the line was down").get_by_role("listitem")
    ).to_have_count(2)
    assert (order.happened, second.happened) == ((), ())
    page.goto("/plugin/counter")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/queue") else None)
    page.context.set_offline(False)
    expect(page.get_by_role("region", name="Handed over while the line was down")).to_be_hidden(timeout=15_000)
    expect(page.get_by_text("The line is down.")).to_be_hidden()
    assert len(asked) == 2
    assert [(kept.offline, kept.verified, kept.shown, kept.who) for kept in order.happened] == [
        (True, False, "id", "A. Jansen")
    ]
    assert [(kept.verified, kept.shown) for kept in second.happened] == [(True, "code")]
    assert {order.booking.state, second.booking.state} == {COLLECTED}
    expect(page.get_by_text("Nothing to prepare, nothing on its way, nothing that waits.")).to_be_visible()
    page.evaluate(OF_YESTERDAY, counter.path)
    page.context.set_offline(True)
    with pytest.raises(Error, match="ERR_FAILED"):
        page.reload()


def by_touch_without_a_line(page: Page) -> None:
    """Of what is in the list: whoever looks at an ID gives it out."""
    finds(page, "9999")
    is_told(page, "Not in the list of this device.")
    page.get_by_role("link", name="1001").tap()
    dialog = page.get_by_role("dialog", name="Hand over order 1001, A. Jansen")
    dialog.get_by_role("button", name="Hand over").tap()
    expect(dialog.get_by_role("alert")).to_have_text("Look at an ID, or type the code that is shown.")
    dialog.get_by_label("I looked at an ID").check()
    dialog.get_by_role("button", name="Hand over").tap()
    expect(dialog).to_be_hidden()


def by_keyboard_without_a_line(page: Page, order: Order) -> None:
    """By the name, and with a code that is checked later."""
    page.get_by_label("Code, order number or name").focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("de vries")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    tabs_to(page, "code")
    page.keyboard.type(order.code)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_a_conflict_waits_for_a_person_and_a_logout_for_what_is_not_sent(
    plain_desk: Desk, new_device: NewDevice
) -> None:
    counter, order = ready(plain_desk)
    page = new_device()
    opens(page, counter)
    page.goto(f"{counter.path}/orders/{order.id}")
    page.get_by_label("I looked at an ID").check()
    counter.does("hand-over", order, who="A. Jansen", seen_id="on")
    page.context.set_offline(True)
    page.get_by_role("button", name="Hand over").tap()
    expect(page.get_by_role("region", name="Handed over while the line was down")).to_contain_text("waits for the line")
    assert [each["value"] for each in page.context.cookies() if each["name"] == NOT_SENT] == ["1"]
    assert plain_desk.client.post("/plugin/logout").status_code == 400
    page.context.set_offline(False)
    conflicts = page.get_by_role("region", name="Somebody has to look at this")
    expect(conflicts).to_contain_text("It had been collected already.", timeout=15_000)
    conflicts.get_by_role("button", name="I have seen this").tap()
    is_told(page, "Marked as seen.")
    assert [each for each in page.context.cookies() if each["name"] == NOT_SENT] == []
    page.get_by_role("button", name="Menu").tap()
    page.get_by_role("button", name="Log out").tap()
    is_told(page, "You are logged out.")
    assert page.evaluate("async () => [await caches.keys(), localStorage.length]") == [[], 0]
    page.context.set_offline(True)
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        page.goto(counter.path)


def test_whose_login_has_ended_leaves_no_list_and_loses_no_hand_over(plain_desk: Desk, new_device: NewDevice) -> None:
    counter, order = ready(plain_desk)
    page = new_device()
    opens(page, counter)
    page.context.set_offline(True)
    page.goto(f"{counter.path}/orders/{order.id}")
    page.get_by_role("dialog", name="Hand over order 1001").get_by_role("button", name="Back").tap()
    by_touch_without_a_line(page)
    [mine] = [each for each in page.context.cookies() if each["name"] == "stoep"]
    page.context.clear_cookies(name="stoep")
    page.context.set_offline(False)
    page.wait_for_url(re.compile(r"/plugin/login\?next=/plugin/counter/"), timeout=15_000)
    assert page.evaluate("async () => [await caches.keys(), Object.keys(localStorage).length]") == [[], 2]
    assert order.happened == ()
    page.context.add_cookies([mine])  # type: ignore[list-item]
    page.goto(counter.path)
    expect(page.get_by_text("Nothing to prepare, nothing on its way, nothing that waits.")).to_be_visible(
        timeout=15_000
    )
    assert [(kept.offline, kept.staff) for kept in order.happened] == [(True, plain_desk.account.by.who)]


NARROW: dict[str, Any] = {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark", "locale": "nl-NL"}


def test_axe_finds_nothing_on_a_narrow_screen_by_night_with_and_without_a_line(
    plain_desk: Desk, new_device: NewDevice
) -> None:
    """Wide ones by day are looked at with all other pages, in tests/browser/test_merchant_looks.py."""
    counter, _ = ready(plain_desk)
    asks_for_signature(counter)
    comes, gone = ordered(plain_desk.door, "1002"), ready(plain_desk, "1003")[1]
    counter.does("check-in", comes, of="3", came="2", shelf="B2")
    counter.does("hand-over", gone, who="A. Jansen", seen_id="on", signature="M10 10L40 40")
    counter.sends(booking=gone.id)
    page = new_device(**NARROW)
    every = [counter.path, *(f"{counter.path}/orders/{each.id}" for each in (comes, gone))]
    for path in every:
        page.goto(path)
        for summary in page.locator("summary:visible").all():
            summary.click()
        found = Axe().run(page).response["violations"]
        assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    opens(page, counter)
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("[data-line]")).to_be_visible()
    page.locator("[data-booking] a").last.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Ik heb een legitimatie bekeken").check()
    dialog.get_by_role("button", name="Meegeven").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Dit afhaalpunt vraagt om een handtekening")
    expect(dialog.get_by_role("checkbox", name="Pakje 2")).to_be_checked()
    expect(dialog.get_by_role("checkbox", name="Pakje 3")).not_to_be_checked()
    assert Axe().run(page).response["violations"] == []
