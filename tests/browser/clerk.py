"""Somebody of a shop at the merchant's pages, with a real browser, and what a picker shows to whoever looks at it."""

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, expect

HERE = "1016 GV"
"""A postcode that most tests deliver to."""


@dataclass
class Clerk:
    """A browser of their own: its login, and one page."""

    page: Page
    stoep: str

    def opens(self, path: str) -> None:
        self.page.goto(self.stoep + path)

    def logs_in(self, email: str, password: str) -> None:
        self.opens("/plugin/login")
        self.page.get_by_label("E-mail address").fill(email)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Log in").click()

    def fills(self, label: str, text: str) -> None:
        """Into the field of exactly this label; whether it may be empty does not count."""
        self.page.get_by_label(re.compile(rf"^{re.escape(label)}( \(may be empty\))?$")).fill(text)

    def presses(self, words: str) -> None:
        self.page.get_by_role("button", name=words, exact=True).click()

    def saves(self) -> None:
        self.presses("Save")
        self.is_told("Saved.")

    def is_told(self, words: str) -> None:
        expect(self.page.get_by_role("status").filter(has_text=words)).to_be_visible()

    def rehearses(self, postal_code: str = HERE, **asked: str) -> "Picker":
        """What a shopper there would see."""
        query = urlencode({"country": "NL", "postal_code": postal_code, "sku": "LAMP", "locale": "en-GB", **asked})
        self.opens(f"/plugin/rehearsal?{query}")
        return Picker(self.page.locator(".shown .picker"))


@dataclass
class Picker:
    """The picker, in the rehearsal as in a checkout: where it stands differs, what is in it does not."""

    root: Locator

    def loaded(self) -> "Picker":
        expect(self.root).to_be_visible()
        return self

    def options(self, kind: str) -> Locator:
        return self.root.locator(f'[data-type="{kind}"]')

    def fee(self, kind: str) -> int:
        """In cents, of the first option of its kind."""
        return int(self.options(kind).first.get_attribute("data-fee") or -1)

    def carrier_day(self) -> str:
        """The first day of a carrier, in words."""
        return self.options("shipping").first.locator(".when").inner_text().strip()

    def windows(self, day: date | None = None) -> list[str]:
        """The hours of the home windows, those of a day or of all: "18:00–20:00"."""
        within = self.root.locator(f'.day:has(time[datetime="{day}"])') if day else self.root
        found = within.locator(".window .title").all_text_contents()
        return ["–".join(re.findall(r"\d\d:\d\d", text)) for text in found]

    def days(self) -> list[str]:
        """The days of home windows, "2026-11-24"."""
        return [each.get_attribute("datetime") or "" for each in self.root.locator(".day time.day-name").all()]

    def heading(self, kind: str) -> str:
        return self.root.locator(f'[data-section="{kind}"] .heading').inner_text().strip()
