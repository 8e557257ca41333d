"""Colours: their contrast, and what follows from the few that a merchant chooses."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.rules.contrast import READABLE, VISIBLE, contrast, is_colour, mixed
from delivery.rules.looks import COLOURS, OURS, Looks, Scheme, contrasts, declarations, palette

STYLES = (Path(__file__).parents[2] / "static" / "stoep" / "picker.css").read_text(encoding="utf-8")
COLOUR = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("first", "second", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#000000", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#0b6b53", "#0b6b53", 1.0),
    ],
)
def test_contrast_is_that_of_the_guidelines(first: str, second: str, ratio: float) -> None:
    assert contrast(first, second) == pytest.approx(ratio, abs=0.01)


def test_a_mixture_lies_between() -> None:
    assert mixed("#000000", "#ffffff", 0.5) == "#808080"
    assert mixed("#ff0000", "#0000ff", 1) == "#ff0000"


@pytest.mark.parametrize("text", ["red", "#fff", "#0B6B53", "0b6b53", "#0b6b53;", "#0b6b5g", "", "#0b6b53\n"])
def test_what_is_no_colour_never_becomes_one(text: str) -> None:
    assert not is_colour(text)
    with pytest.raises(ValueError, match="colour"):
        Scheme(accent=text)


def test_our_colours_are_those_of_the_style_sheet() -> None:
    for name in OURS["light"].keys() - {"on_accent"}:
        [pair] = re.findall(rf"--look-{name}, light-dark\((#\w+), (#\w+)\)", STYLES)
        assert pair == (OURS["light"][name], OURS["dark"][name]), name


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_our_own_colours_can_be_seen(scheme: str) -> None:
    ours = OURS[scheme]
    for ground in ("surface", "raised", "chosen"):
        for name in ("text", "muted", "link", "warning"):
            assert contrast(ours[name], ours[ground]) >= READABLE, (name, ground)
    assert contrast(ours["on_accent"], ours["accent"]) >= READABLE


def test_nothing_chosen_says_nothing() -> None:
    assert declarations(Looks()) == ""
    assert contrasts(Looks()) == ()


def test_a_choice_is_said_for_light_and_dark() -> None:
    css = declarations(Looks(light=Scheme(accent="#7a1f5c"), radius=4, font="serif"))
    assert css.startswith("--look-accent: light-dark(#7a1f5c, #5fd0ac); ")
    assert css.endswith("--look-radius: 4px; --look-font: ui-serif, Georgia, serif")
    assert "--look-text" not in css
    assert "--look-muted" not in css


def test_the_text_on_the_accent_finds_its_own_colour() -> None:
    assert palette(Scheme(accent="#ffd166", surface="#1d2430", text="#ffffff"), "light")["on_accent"] == "#000000"
    assert palette(Scheme(accent="#7a1f5c"), "light")["on_accent"] == "#ffffff"


def test_each_pair_is_measured_when_one_of_it_was_chosen() -> None:
    found = contrasts(Looks(light=Scheme(accent="#ffcc00"), dark=Scheme(surface="#000000")))
    assert [(one.scheme, one.field, one.pair, one.is_enough) for one in found] == [
        ("light", "accent", ("accent", "surface"), False),
        ("dark", "surface", ("text", "surface"), True),
        ("dark", "surface", ("accent", "surface"), True),
    ]


@given(st.builds(Scheme, **{name: st.none() | COLOUR for name in COLOURS}), st.sampled_from(["light", "dark"]))
def test_whatever_passes_can_be_read_everywhere(own: Scheme, scheme: str) -> None:
    looks = Looks(**{scheme: own})
    if not all(one.is_enough for one in contrasts(looks)):
        return
    made = palette(own, "light" if scheme == "light" else "dark")
    for ground in ("surface", "raised", "chosen"):
        for name in ("text", "muted", "link", "warning"):
            assert contrast(made[name], made[ground]) >= READABLE, (name, ground)
        assert contrast(made["accent"], made[ground]) >= VISIBLE, ground
    assert contrast(made["text"], made["alert"]) >= READABLE
    assert contrast(made["on_accent"], made["accent"]) >= READABLE
    assert contrast(made["control"], made["surface"]) >= VISIBLE
    assert set(re.findall(r"#\w+", declarations(looks))) <= {
        *made.values(),
        *OURS["light"].values(),
        *OURS["dark"].values(),
    }
