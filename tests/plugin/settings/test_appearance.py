"""Words, looks and contact as forms; the looks can be seen before they are kept."""

import re
from typing import Any

import pytest

from delivery.settings import items
from delivery.texts.catalogues import say
from tests.plugin.desk import Desk, another_desk
from tests.plugin.html_forms import form_of

TEXTS, LOOKS, CONTACT = "/plugin/settings/texts", "/plugin/settings/looks", "/plugin/settings/contact"


def kept(desk: Desk, area: str) -> dict[str, Any]:
    with desk.door.database.reading() as session:
        return items.item(session, desk.merchant_id, area)


def form(desk: Desk, path: str, **changed: Any) -> dict[str, Any]:
    found = dict(form_of(desk.get(path).text, "seen").lists())
    return found | {name.replace("__", "-"): value for name, value in changed.items()}


def sheets(html: str) -> list[str]:
    return [
        address.replace("&amp;", "&") for address in re.findall(r'class="look" rel="stylesheet" href="([^"]+)"', html)
    ]


def picker(desk: Desk, **asked: Any) -> str:
    response = desk.door.page("POST", "/fragments/choices", json=desk.door.question(**asked))
    return response.text


def test_own_words_reach_the_next_shopper(desk: Desk) -> None:
    sent = form(desk, TEXTS, texts__nl__pickup="Kom langs", texts__nl__note="Tot zo!", languages=["nl"])
    assert desk.post(TEXTS, sent).status_code == 303
    assert kept(desk, "texts")["texts"]["nl"]["pickup"] == "Kom langs"
    html = picker(desk, locale="en-GB")
    assert 'lang="nl-NL"' in html
    assert "Kom langs" in html
    assert "Tot zo!" in html
    page = desk.get(TEXTS).text
    assert 'value="Kom langs"' in page
    assert form_of(page, "seen").getlist("languages") == ["nl"]


def test_our_own_words_stand_as_examples_in_each_language(plain_desk: Desk) -> None:
    page = plain_desk.get(TEXTS).text
    assert 'placeholder="Collect it nearby"' in page
    assert f'placeholder="{say("nl", "Collect it nearby")}"' in page


def test_words_that_are_too_long_are_refused_beside_their_field(plain_desk: Desk) -> None:
    answer = plain_desk.post(TEXTS, form(plain_desk, TEXTS, texts__en__note="x" * 301))
    assert answer.status_code == 422
    assert 'id="texts-en-note-fault"' in answer.text
    assert "x" * 301 in answer.text


def test_looks_are_kept_and_worn(desk: Desk) -> None:
    sent = form(desk, LOOKS, light__accent="#7A1F5C", radius="4", font="serif")
    assert desk.post(LOOKS, sent).status_code == 303
    assert kept(desk, "looks")["light"]["accent"] == "#7a1f5c"
    assert "--look-accent: light-dark(#7a1f5c, #5fd0ac)" in picker(desk)
    page = desk.get(LOOKS).text
    assert "The accent is easy to see on the background: the contrast is 9.6 to 1." in page


@pytest.mark.parametrize(
    ("name", "colour", "said"),
    [
        ("light-accent", "#ffcc00", "The accent is hard to see on the background: the contrast is 1.5 to 1"),
        ("dark-text", "#444444", "Text on the background is hard to read"),
        ("light-surface", "blue", "A colour is written as #0b6b53"),
    ],
)
def test_a_look_that_fails_is_refused_at_its_field(plain_desk: Desk, name: str, colour: str, said: str) -> None:
    before = kept(plain_desk, "looks")
    answer = plain_desk.post(LOOKS, form(plain_desk, LOOKS) | {name: colour})
    assert answer.status_code == 422
    [fault] = re.findall(rf'id="{name}-fault">(.*?)</p>', answer.text)
    assert said in fault
    assert f'value="{colour}"' in answer.text
    assert kept(plain_desk, "looks") == before


def test_looks_can_be_seen_without_a_script_before_they_are_kept(desk: Desk) -> None:
    before = kept(desk, "looks")
    answer = desk.post(LOOKS, form(desk, LOOKS, light__accent="#ffcc00", edit="on"))
    assert answer.status_code == 200
    assert "The accent is hard to see on the background" in answer.text
    light, dark = sheets(answer.text)
    assert light == dark
    sheet = desk.get(light)
    assert sheet.content_type == "text/css; charset=utf-8"
    assert "--look-accent: light-dark(#ffcc00, #5fd0ac)" in sheet.text
    assert answer.text.count('<template shadowrootmode="open">') == 2
    assert answer.text.count('data-type="local_delivery"') > 2
    assert kept(desk, "looks") == before


def test_a_form_that_cannot_be_read_is_shown_without_its_colours(plain_desk: Desk) -> None:
    answer = plain_desk.post(LOOKS, form(plain_desk, LOOKS, light__accent="red; } * { display: none", edit="on"))
    assert answer.status_code == 200
    assert plain_desk.get(sheets(answer.text)[0]).text == ":host {  }\n"


def test_a_sheet_is_made_of_checked_values_only(plain_desk: Desk) -> None:
    answer = plain_desk.get(
        f"{LOOKS}/preview.css", query_string={"light-accent": "red;}*{display:none", "font": "page"}
    )
    assert answer.status_code == 422
    assert "display:none" not in answer.text


def test_a_shop_without_anything_to_choose_can_still_see_its_looks(desk: Desk) -> None:
    other = another_desk(desk)
    page = other.get(LOOKS)
    assert page.status_code == 200
    assert "shadowrootmode" in page.text


def test_help_is_kept_and_shown_to_shoppers(desk: Desk) -> None:
    sent = form(desk, CONTACT, email="help@shop.example", phone="+31 20 123 4567", url="https://shop.example/help")
    assert desk.post(CONTACT, sent).status_code == 303
    assert kept(desk, "contact") == {
        "email": "help@shop.example",
        "phone": "+31 20 123 4567",
        "url": "https://shop.example/help",
    }


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("email", "help at shop"),
        ("email", "a@b"),
        ("phone", "call us"),
        ("phone", "12"),
        ("url", "http://shop.example"),
        ("url", "javascript:alert(1)"),
    ],
)
def test_ways_that_lead_nowhere_are_refused(plain_desk: Desk, name: str, text: str) -> None:
    answer = plain_desk.post(CONTACT, form(plain_desk, CONTACT) | {name: text})
    assert answer.status_code == 422
    assert f'id="{name}-fault"' in answer.text


@pytest.mark.parametrize(("path", "field"), [(TEXTS, "texts-nl-note"), (LOOKS, "radius"), (CONTACT, "phone")])
def test_of_two_people_the_second_sees_what_the_first_did(plain_desk: Desk, path: str, field: str) -> None:
    first = form(plain_desk, path) | {field: "020 1234567" if field == "phone" else "7"}
    second = form(plain_desk, path) | {field: "030 7654321" if field == "phone" else "9"}
    assert plain_desk.post(path, first).status_code == 303
    answer = plain_desk.post(path, second)
    assert answer.status_code == 409
    assert "Somebody else changed this meanwhile" in answer.text
    again = form_of(answer.text, "seen")
    assert again[field] == second[field]
    assert plain_desk.post(path, again).status_code == 303


def test_it_hides_other_merchants(desk: Desk) -> None:
    other = another_desk(desk)
    desk.post(TEXTS, form(desk, TEXTS, texts__nl__note="Tot zo!"))
    desk.post(LOOKS, form(desk, LOOKS, light__accent="#7a1f5c"))
    desk.post(CONTACT, form(desk, CONTACT, email="help@shop.example"))
    pages = other.get(TEXTS).text + other.get(LOOKS).text + other.get(CONTACT).text
    for own in ("Tot zo!", "7a1f5c", "help@shop.example"):
        assert own not in pages
    assert kept(other, "looks")["light"] is None
