"""How long a text message is, by the alphabet that telephones share; and what is written alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.rules.septets import is_plain, length, parts, plain


@pytest.mark.parametrize(
    ("text", "units", "needed"),
    [
        ("", 0, 1),
        ("a" * 160, 160, 1),
        ("a" * 161, 161, 2),
        ("a" * 306, 306, 2),
        ("a" * 307, 307, 3),
        # The euro and brackets take two.
        ("€" * 80, 160, 1),
        ("€" * 80 + "a", 161, 2),
        ("è" * 160, 160, 1),
        # One letter that GSM lacks, and all of them take two bytes.
        ("ę" + "a" * 69, 70, 1),
        ("ę" + "a" * 70, 71, 2),
        ("Δοκιμή", 6, 1),
        # Outside the basic plane a sign takes two units.
        ("😀" * 35, 70, 1),
        ("😀" * 36, 72, 2),
    ],
)
def test_a_text_is_as_long_as_telephones_count(text: str, units: int, needed: int) -> None:
    assert (length(text), parts(text)) == (units, needed)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("18:00–20:00", "18:00-20:00"),
        ("Zoë’s “café”…", 'Zoe\'s "café"...'),
        ("prévue\u00a0: à l’été, ça coûte 5,95\u202f€", "prévue : à l'été, ca coute 5,95 €"),
        ("cœur · Straße Ö", "coeur - Straße Ö"),
        ("Zoe\u0308 – Ελλάδα", "Zoë – Ελλάδα"),
        ("a\u00adb\u200bc", "abc"),
    ],
)
def test_what_telephones_lack_is_written_alike(text: str, written: str) -> None:
    assert plain(text) == written


@given(st.text(max_size=200))
def test_writing_alike_twice_changes_nothing_and_never_needs_more_alphabet(text: str) -> None:
    once = plain(text)
    assert plain(once) == once
    assert is_plain(once) or not is_plain(text)
