"""The picker as HTML: what is in it, what is not, and that it is a plain form."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from delivery.options import Held, Offer, PickupOption, ShippingOption
from delivery.rules.prices import Money
from tests.browser.element_offers import FIRST_DAY, ZONE, make_offer, make_pickup, make_shipping
from web.picker import render_picker

VOID = {"input", "path", "circle"}


class Page(HTMLParser):
    """Collects tags and text, and fails on tags that do not close."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        return [
            attrs
            for name, attrs in self.tags
            if name == tag and all(attrs.get(key.replace("_", "-")) == value for key, value in attributes.items())
        ]

    def having(self, attribute: str) -> list[dict[str, str | None]]:
        return [attrs for _, attrs in self.tags if attribute in attrs]


def page(offer: Offer, **how: object) -> Page:
    return Page(render_picker(offer, **how))  # type: ignore[arg-type]


def plain(text: str) -> str:
    return " ".join(text.split())


def with_hold(offer: Offer, option_id: str) -> Offer:
    at = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    return replace(offer, held=Held("ho_1", option_id, at, at.replace(hour=13), "ch_1"))


def test_there_is_one_radio_for_each_option_in_one_group() -> None:
    offer = make_offer()
    radios = page(offer).all("input", type="radio")
    assert [radio["value"] for radio in radios] == [option.id for option in offer.options]
    assert {radio["name"] for radio in radios} == {"delivery_choice_option"}


def test_the_group_is_named_after_the_forms_field() -> None:
    assert {radio["name"] for radio in page(make_offer(), name="ship").all("input")} == {"ship_option"}


def test_the_root_and_the_options_say_what_they_are() -> None:
    offer = make_offer(days=1, windows=1, centres=1)
    found = page(offer)
    root = found.having("data-offer")[0]
    assert root["data-offer"] == "of_test"
    assert root["data-expires-at"] == "2026-11-23T15:00:00Z"
    assert root["data-time-zone"] == ZONE
    options = [
        (each["data-option"], each["data-type"], each["data-fee"], each["data-currency"])
        for each in found.having("data-option")
    ]
    assert options == [(each.id, each.type, str(each.fee.amount), "EUR") for each in offer.options]


def test_there_is_nothing_a_strict_page_refuses() -> None:
    found = page(with_hold(make_offer(), "op_1.ship"))
    tags = {tag for tag, _ in found.tags}
    assert not tags & {"style", "link", "img", "script", "iframe", "a", "form"}
    for _, attributes in found.tags:
        assert not [name for name in attributes if name.startswith("on") or name in ("style", "src", "href", "id")]


def test_pictures_are_hidden_from_speech() -> None:
    pictures = page(make_offer()).all("svg")
    assert len(pictures) == 3
    assert {picture["aria-hidden"] for picture in pictures} == {"true"}


def test_nothing_is_preselected() -> None:
    assert page(make_offer()).having("checked") == []


def test_what_the_merchant_preselects_is_checked() -> None:
    (checked,) = page(replace(make_offer(), preselected="op_1.ship")).having("checked")
    assert checked["value"] == "op_1.ship"


def test_what_is_held_is_checked_rather_than_what_is_preselected() -> None:
    found = page(with_hold(replace(make_offer(), preselected="op_1.ship"), "op_1.slot-2-1"))
    (checked,) = found.having("checked")
    assert checked["value"] == "op_1.slot-2-1"
    root = found.having("data-offer")[0]
    assert root["data-hold"] == "ho_1"
    assert root["data-hold-expires-at"] == "2026-11-23T12:00:00Z"
    assert root["data-extendable-until"] == "2026-11-23T13:00:00Z"
    assert root["data-choice"] == "ch_1"
    assert "Voor je vastgehouden tot 13:00" in found.text


def test_a_hold_of_something_that_is_not_on_offer_is_not_shown() -> None:
    found = page(with_hold(make_offer(), "op_gone"))
    assert found.having("checked") == []
    assert "data-choice" not in found.having("data-offer")[0]


def test_without_a_hold_its_line_is_hidden_and_so_is_its_button() -> None:
    found = page(make_offer())
    assert "hidden" in found.all("div", **{"class": "hold"})[0]
    assert "hidden" in found.all("button")[0]


def test_the_first_day_is_open_and_the_later_ones_are_folded() -> None:
    days = page(make_offer()).all("details", **{"class": "day"})
    assert ["open" in day for day in days] == [True] + [False] * 13
    more = page(make_offer()).all("details", **{"class": "more"})
    assert ["open" in each for each in more] == [False, False]


def test_the_chosen_day_is_open_wherever_it_is() -> None:
    found = page(with_hold(make_offer(), "op_1.slot-9-1"))
    days = found.all("details", **{"class": "day"})
    assert [number for number, day in enumerate(days) if "open" in day] == [9]
    assert "open" in found.all("details", **{"class": "more"})[0]


def test_a_far_centre_that_is_held_is_in_sight() -> None:
    found = page(with_hold(make_offer(), "op_1.pick-5"))
    assert ["open" in each for each in found.all("details", **{"class": "more"})] == [False, True]


def test_every_opening_interval_of_the_week_is_shown() -> None:
    found = page(make_offer(days=0, centres=1, shipping=False))
    assert found.text.count("09:00–12:00") == 6
    assert found.text.count("13:00–18:00") == 6
    assert found.text.count("Gesloten") == 1


def test_a_centre_says_where_it_is_when_it_is_ready_and_how_long_it_waits() -> None:
    text = plain(page(make_offer(locale="en-GB", days=0, centres=3, shipping=False)).text)
    for said in (
        "Boekhandel De Bladzijde 1.6 km Overtoom 88-A, 1e verdieping, 1054 HM Amsterdam",
        "Ready Monday 23 November, 16:00",
        "Kept until Mon 30 Nov, 18:00",
        "Opening hours",
        "Free",
    ):
        assert said in text


def test_an_unknown_distance_is_left_out() -> None:
    centre = make_pickup(0)
    unknown = replace(centre, location=replace(centre.location, distance_m=None))
    assert "450 m" not in page(replace(make_offer(), options=(unknown,))).text


def test_few_places_are_said() -> None:
    assert page(make_offer(locale="en-GB")).text.count("2 places left") == 1


def test_a_delivery_without_a_date_invents_none() -> None:
    dateless = replace(make_shipping("op_1"), earliest_day=None, latest_day=None)
    found = page(replace(make_offer(locale="en-GB"), options=(dateless,), estimate=None))
    assert "PostNL standaard The date is not known yet" in plain(found.text)


def test_the_reasons_stand_below_the_date() -> None:
    text = plain(page(make_offer(locale="en-GB")).text)
    assert "If you order before Monday 23 November, 17:00" in text
    assert "Ordered before 17:00, packed on Monday 23 November" in text


def test_texts_of_merchants_are_escaped() -> None:
    evil = '<b onclick="x()">&\'"</b>'
    centre = make_pickup(0)
    place = replace(centre.location, name=evil, address={"lines": [evil], "city": evil, "postal_code": evil})
    shipping = replace(make_shipping("op_1"), title=evil)
    offer = replace(make_offer(), id=evil, options=(shipping, replace(centre, id=evil, location=place)))
    found = page(with_hold(offer, evil), name=evil)
    assert "b" not in {tag for tag, _ in found.tags}
    assert evil in found.text
    assert found.having("data-offer")[0]["data-offer"] == evil
    assert found.having("data-option")[1]["data-option"] == evil


def test_an_id_is_never_taken_from_another_offer() -> None:
    first, second = make_offer(mark="a"), make_offer(mark="b")
    render_picker(first)
    found = render_picker(second)
    assert "op_a" not in found
    assert Counter(attrs["value"] for attrs in Page(found).all("input")) == Counter(
        option.id for option in second.options
    )


def test_a_change_of_hours_or_fee_is_shown_at_once() -> None:
    centre = make_pickup(0)
    before = replace(make_offer(), options=(centre,))
    render_picker(before)
    place = replace(
        centre.location, opening_hours=tuple(replace(day, intervals=()) for day in centre.location.opening_hours)
    )
    after = page(replace(before, options=(replace(centre, location=place, fee=Money(150, "EUR")),)))
    assert after.text.count("Gesloten") == 7
    assert "1,50" in after.text


@pytest.mark.parametrize(
    ("locale", "lang", "direction", "says"),
    [
        ("nl-NL", "nl-NL", "ltr", "Hoe wil je je bestelling ontvangen?"),
        ("en-GB", "en-GB", "ltr", "How would you like to receive your order?"),
        ("ar", "en-GB", "rtl", "How would you like to receive your order?"),
        ('"><script>', "en-GB", "ltr", "How would you like to receive your order?"),
    ],
)
def test_language_and_direction_are_marked(locale: str, lang: str, direction: str, says: str) -> None:
    found = page(make_offer(locale=locale, days=1))
    root = found.having("data-offer")[0]
    assert (root["lang"], root["dir"]) == (lang, direction)
    assert says in found.text


@pytest.mark.parametrize(("currency", "shown"), [("EUR", "€ 3,95"), ("JPY", "JP¥ 395"), ("KWD", "KWD 0,395")])
def test_money_is_right_for_every_currency(currency: str, shown: str) -> None:
    assert shown in page(make_offer(currency=currency)).text.replace("\xa0", " ")


def test_without_options_there_is_a_kind_sentence_and_no_form() -> None:
    found = page(replace(make_offer(locale="en"), options=(), problems=("postal_code_unknown", "odd_code")))
    assert "You can still place your order" in found.text
    assert "We do not know this postcode" in found.text
    assert "odd_code" not in found.text
    assert found.all("fieldset") == []


def test_headings_are_of_the_level_asked_for() -> None:
    assert len(page(make_offer(), heading_level=4).all("h4")) == 3


def test_every_group_has_a_legend() -> None:
    found = page(make_offer())
    assert len(found.all("fieldset")) == len(found.all("legend"))


def test_days_are_spelled_out_and_machine_readable() -> None:
    found = page(make_offer(locale="en-GB", days=1))
    assert found.all("time")[0]["datetime"] == FIRST_DAY.isoformat()
    assert "Tuesday 24 November" in found.text


def test_an_offer_may_hold_one_type_only() -> None:
    only = make_offer(days=0, centres=0)
    assert all(isinstance(option, ShippingOption) for option in only.options)
    assert [each["data-section"] for each in page(only).having("data-section")] == ["shipping"]
    assert isinstance(make_offer(days=0, shipping=False).options[0], PickupOption)
