"""What a merchant set for its shop's words and looks is what shoppers get: in the picker and on our own pages."""

import re
from typing import Any

import pytest

from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.doors import Door, another_merchant
from tests.widget.dressed import LOOKS, TEXTS, dress
from tests.widget.test_pages import booked, path_of, seen, words

SHEET = f"/looks/{MERCHANT_ID}.css"


def picker(door: Door, **asked: Any) -> str:
    response = door.page("POST", "/fragments/choices", json=door.question(**asked))
    assert response.status_code == 200, response.text
    return response.text


def headings(html: str) -> list[str]:
    return [words(found).strip() for found in re.findall(r'part="heading">(.*?)</h', html, re.DOTALL)]


def test_own_headings_and_a_note_stand_in_the_picker(door: Door) -> None:
    dress(door, texts=TEXTS)
    html = picker(door, locale="nl-NL")
    assert headings(html) == ["Met de post", "Op een tijd die je zelf kiest", "Kom langs"]
    assert '<p class="shop-note" part="shop-note">Wij rijden op &lt;stroom&gt;.</p>' in html


def test_own_words_are_said_in_their_own_language_only(plain_door: Door) -> None:
    dress(plain_door, texts={"nl": TEXTS["nl"]})
    assert headings(picker(plain_door))[0] == "Delivered to your address"
    assert "shop-note" not in picker(plain_door)
    dress(plain_door, texts=TEXTS)
    assert headings(picker(plain_door))[0] == "By post"


def test_a_change_is_seen_at_once(plain_door: Door) -> None:
    dress(plain_door, texts={"en": {"shipping": "By post"}}, looks=LOOKS)
    assert headings(picker(plain_door))[0] == "By post"
    dress(plain_door, texts={"en": {"shipping": "By carrier pigeon"}}, looks={})
    html = picker(plain_door)
    assert headings(html)[0] == "By carrier pigeon"
    assert "data-look" not in html


def test_the_looks_come_with_the_picker_in_one_attribute(door: Door) -> None:
    assert "data-look" not in picker(door)
    dress(door, looks=LOOKS)
    [look] = re.findall(r'<div class="picker"[^>]* data-look="([^"]*)"', picker(door))
    assert look.startswith("--look-accent: light-dark(#7a1f5c, #f0a6d8); ")
    assert look.endswith("--look-radius: 4px; --look-font: ui-serif, Georgia, serif")


@pytest.mark.parametrize(
    ("spoken", "own", "asked", "answered"),
    [
        ([], "nl-NL", None, "nl-NL"),
        ([], "nl-NL", "en-GB", "en-GB"),
        ([], "nl-NL", "fr-FR", "fr-FR"),
        ([], "nl-NL", "sv-SE", "en-GB"),
        (["nl"], "nl-NL", "en-GB", "nl-NL"),
        (["nl"], "nl-NL", "nl-BE", "nl-BE"),
        (["nl"], "nl-NL", "nonsense", "nl-NL"),
        (["nl", "en"], "nl-NL", "fr-FR", "nl-NL"),
        (["en"], "nl-NL", "nl-NL", "en-GB"),
        (["en"], "nl-NL", None, "en-GB"),
    ],
)
def test_a_shopper_is_answered_in_a_language_of_the_shop(
    plain_door: Door, spoken: list[str], own: str, asked: str | None, answered: str
) -> None:
    dress(plain_door, languages=spoken, language=own)
    assert f'lang="{answered}"' in picker(plain_door, locale=asked)


def test_offers_estimates_and_pages_keep_to_the_shops_languages(plain_door: Door) -> None:
    dress(plain_door, languages=["nl"])
    titles = str([option["title"] for option in plain_door.offer(locale="en-GB")["options"]])
    assert "dinsdag" in titles
    asked = {"shop": plain_door.shop, "country": "NL", "postal_code": "1016 GV", "locale": "en-GB"}
    assert "Bestel" in plain_door.page("GET", "/estimate", query_string=asked).get_json()["text"]
    booking = booked(plain_door)
    assert "Je bestelling is bevestigd" in seen(plain_door, booking)
    left_open = booked(plain_door, None, number="1002")
    assert '<html lang="nl-NL">' in plain_door.client.get(path_of(left_open["choose_page"])).text


def test_our_own_pages_link_the_shops_style_sheet(door: Door) -> None:
    pages = [booked(door)["delivery_page"], booked(door, None, number="1002")["choose_page"]]
    for address in pages:
        assert "/widget/v1/looks/" not in door.client.get(path_of(address)).text
    dress(door, looks=LOOKS, texts=TEXTS)
    for address in pages:
        [link] = re.findall(
            r'<link rel="stylesheet" href="\.\.(/widget/[^"]+)"', door.client.get(path_of(address)).text
        )
        assert re.fullmatch(rf"/widget/v1{re.escape(SHEET)}\?v=\d+", link)
        assert "--look-accent: light-dark(#7a1f5c, #f0a6d8);" in door.client.get(link).text
    html = door.client.get(path_of(pages[1])).text
    assert headings(html)[0] == "By post"


def test_the_style_sheet_may_be_kept_until_it_changes(plain_door: Door) -> None:
    dress(plain_door, looks=LOOKS)
    first = plain_door.page("GET", SHEET)
    assert first.content_type == "text/css; charset=utf-8"
    assert first.headers["Cache-Control"] == "public, max-age=3600"
    again = plain_door.page("GET", SHEET, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    dress(plain_door, looks=LOOKS | {"radius": 5})
    changed = plain_door.page("GET", SHEET, headers={"If-None-Match": first.headers["ETag"]})
    assert (changed.status_code, "--look-radius: 5px" in changed.text) == (200, True)


@pytest.mark.parametrize("merchant", ["sh_nobody", "x" * 5000, "%F0%9F%92%A5"])
def test_a_shop_that_is_not_there_has_no_style_sheet(door: Door, merchant: str) -> None:
    response = door.page("GET", f"/looks/{merchant}.css")
    assert (response.status_code, response.get_json()["code"]) == (404, "unknown_shop")


def test_the_page_of_a_delivery_says_where_help_is(door: Door) -> None:
    booking = booked(door)
    assert "Questions about your order?" not in seen(door, booking)
    dress(door, contact={"email": "help@shop.example", "phone": "+31 20 123 4567", "url": None})
    html = door.client.get(path_of(booking["delivery_page"])).text
    assert "Questions about your order?" in html
    assert '<a href="mailto:help@shop.example">help@shop.example</a>' in html
    assert '<a href="tel:+31201234567">+31 20 123 4567</a>' in html
    dress(door, contact={"url": "https://shop.example/help"})
    html = door.client.get(path_of(booking["delivery_page"])).text
    assert '<a href="https://shop.example/help" rel="noreferrer">https://shop.example/help</a>' in html
    assert "mailto:" not in html


def test_it_hides_other_merchants(door: Door) -> None:
    other = another_merchant(door)
    dress(door, texts=TEXTS, looks=LOOKS, contact={"email": "help@shop.example"}, languages=["nl"])
    assert "data-look" in picker(door)
    html = other.page("POST", "/fragments/choices", origin=None, json=other.question(locale="nl-NL")).text
    assert "data-look" not in html
    assert "stroom" not in html
    english = other.page("POST", "/fragments/choices", origin=None, json=other.question()).text
    assert 'lang="en-GB"' in english
    with door.database.reading() as session:
        theirs = door.service.memory.setup_of(session, door.clock(), other.shop, "publishable").merchant_id
    assert door.page("GET", f"/looks/{theirs}.css").text == ":root {  }\n"
    assert "#7a1f5c" in door.page("GET", SHEET).text
