"""A shopper at the pages behind a link, on a screen of 320 px: by mouse in the light, or by keyboard alone in the dark.

Every page that is come to is looked at: axe, its width, its one heading. What a page's policy refuses, or breaks, is noted.
"""

from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page

MOST_TABS = 80
IS_FOCUSED = "(each) => each === document.activeElement"
IS_IN_GROUP = """(each) => each.type === 'radio' && document.activeElement.type === 'radio'
    && document.activeElement.name === each.name && document.activeElement.form === each.form"""
IS_SEEN = """() => ['*', 'label', '.option'].map((each) => document.activeElement.closest(each)).some((each) => {
    const { outlineStyle, outlineWidth } = each ? getComputedStyle(each) : {};
    return each && outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 })"""
FACTS = """() => ({ h1: document.querySelectorAll('h1').length, wide: document.documentElement.scrollWidth,
    small: [...document.querySelectorAll("main a, main button, summary")].filter((each) => each.checkVisibility())
        .filter((each) => each.getBoundingClientRect().height < 24).map((each) => each.textContent) })"""
AXE_RUN = """async (options) => (await axe.run(document, { ...options, resultTypes: ['violations'] })).violations
    .map((each) => `${each.id} ${each.nodes.slice(0, 3).map((node) => node.target)}`)"""
AXE = {
    "light": {"preload": False},
    # What differs by night.
    "dark": {"preload": False, "runOnly": {"type": "rule", "values": ["color-contrast", "target-size"]}},
}
WIDTH = 320


class Shopper:
    """With a mouse."""

    scheme = "light"

    def __init__(self, browser: Browser, address: str) -> None:
        self.address = address
        self.context = browser.new_context(
            viewport={"width": WIDTH, "height": 700},
            color_scheme=self.scheme,
            reduced_motion="reduce",  # type: ignore[arg-type]
        )
        self.context.set_default_timeout(10_000)
        self.page: Page = self.context.new_page()
        self.page.add_init_script(AXE_SCRIPT)
        self.wrong: list[str] = []
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("console", self._hears)

    def _hears(self, said: ConsoleMessage) -> None:
        """What is refused on purpose is no fault."""
        if said.type == "error" and "status of 422" not in said.text:
            self.wrong.append(said.text)

    def opens(self, path: str) -> None:
        self.page.goto(self.address + path)
        self.looks()

    def looks(self) -> None:
        """At the page that is open."""
        told = self.page.evaluate(FACTS)
        wrong = self.page.evaluate(AXE_RUN, AXE[self.scheme])
        wrong += [f"{told['h1']} h1"] if told["h1"] != 1 else []
        wrong += [f"{told['wide']} px wide"] if told["wide"] > WIDTH else []
        wrong += [f"too small: {each}" for each in told["small"]]
        self.wrong += [f"{self.heading()}: {each}" for each in wrong]

    def heading(self) -> str:
        return self.page.get_by_role("heading", level=1).inner_text()

    def text(self) -> str:
        return self.page.locator("body").inner_text()

    def follows(self, link: str) -> None:
        with self.page.expect_navigation():
            self._press(self.page.get_by_role("link", name=link, exact=True))
        self.looks()

    def sends(self, button: str) -> None:
        with self.page.expect_navigation():
            self._press(self.page.get_by_role("button", name=button, exact=True))
        self.looks()

    def types(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)

    def picks(self, radio: Locator) -> None:
        radio.check()

    def ticks(self, label: str) -> None:
        """Or takes the tick away."""
        self.page.get_by_role("checkbox", name=label).click()

    def unfolds(self, summary: Locator) -> None:
        summary.click()

    def selects(self, label: str, option: str) -> None:
        self.page.get_by_label(label, exact=True).select_option(label=option)

    def _press(self, what: Locator) -> None:
        what.click()


class Typist(Shopper):
    """With nothing but a keyboard: all is come to by Tab, and where the focus is can be seen."""

    scheme = "dark"

    def types(self, label: str, text: str) -> None:
        self._comes_to(self.page.get_by_label(label, exact=True))
        self.page.keyboard.press("ControlOrMeta+a")
        for number, line in enumerate(text.split("\n")):
            if number:
                self.page.keyboard.press("Enter")
            self.page.keyboard.type(line)

    def picks(self, radio: Locator) -> None:
        self._comes_to(radio)
        for _ in range(MOST_TABS):
            if radio.evaluate(IS_FOCUSED):
                self.page.keyboard.press("Space")
                assert radio.is_checked()
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError("the arrows do not lead there")

    def ticks(self, label: str) -> None:
        self._comes_to(self.page.get_by_role("checkbox", name=label))
        self.page.keyboard.press("Space")

    def unfolds(self, summary: Locator) -> None:
        self._comes_to(summary)
        self.page.keyboard.press("Enter")

    def selects(self, label: str, option: str) -> None:
        self._comes_to(self.page.get_by_label(label, exact=True))
        self.page.keyboard.type(option)

    def _press(self, what: Locator) -> None:
        self._comes_to(what)
        self.page.keyboard.press("Enter")

    def _comes_to(self, what: Locator) -> None:
        """By Tab; to a group of radios wherever in it the focus lands."""
        for _ in range(MOST_TABS):
            if what.evaluate(IS_FOCUSED) or what.evaluate(IS_IN_GROUP):
                assert self.page.evaluate(IS_SEEN), f"{self.heading()}: where the focus is cannot be seen"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{self.heading()}: Tab does not lead to it")
