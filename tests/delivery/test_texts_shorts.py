"""Text messages in words: every kind in every language fits into one, and what does not fit goes from the end."""

import pytest

from delivery.messages import KINDS
from delivery.rules.septets import ONE, is_plain, length, parts
from delivery.texts.catalogues import languages
from delivery.texts.messages import FACTS, Facts
from delivery.texts.short_words import SHORT
from delivery.texts.shorts import our_short, render_short

LINK = "https://stoep.example/s/p" + "x" * 34
ORDER: Facts = dict.fromkeys(FACTS, "") | {
    "name": "Zoë",
    "order": "100234",
    "shop": "Lamp & Light",
    "plan": "It comes.",
    "day": "dinsdag 24 november",
    "window": "18:00–20:00",
    "place": "Boekhandel Zuid, Beethovenstraat 32, 1077 JH Amsterdam",
    "until": "dinsdag 24 november 18:00",
    "link": LINK,
    "how": LINK + "/how",
    "undo": LINK,
    "amount": "€ 5,95",
    "code": "7KX 4QMP",
}


def test_every_kind_has_short_words() -> None:
    assert set(SHORT) == set(KINDS)


@pytest.mark.parametrize("locale", languages())
def test_every_kind_fits_into_one_message_with_its_link(locale: str) -> None:
    for kind in KINDS:
        said = render_short(kind, ORDER, locale)
        assert said.startswith("Lamp & Light"), said
        assert is_plain(said), (kind, said)
        assert length(said) <= ONE, (kind, said, length(said))
        assert LINK in said, (kind, said)
        assert "{" not in said


def test_what_does_not_fit_goes_line_by_line_from_the_end() -> None:
    brief = ORDER | {"order": "1", "place": "Shop", "until": "12:00"}
    assert render_short("ready_for_pickup", brief, "en") == (
        f"Lamp & Light: your order 1 is ready to collect. Code 7KX 4QMP. Until 12:00. Shop. {LINK}"
    )
    longer = ORDER | {"until": "24-11 18:00"}
    assert render_short("ready_for_pickup", longer, "en") == (
        f"Lamp & Light: your order 100234 is ready to collect. Code 7KX 4QMP. Until 24-11 18:00. {LINK}"
    )
    longest = render_short("ready_for_pickup", ORDER | {"shop": "x" * 100}, "en")
    assert longest == f"{'x' * 100}: your order 100234 is ready to collect. {LINK}"
    assert parts(longest) == 2


def test_letters_that_telephones_lack_leave_room_for_less() -> None:
    said = render_short("dispatched", ORDER | {"shop": "Λάμπα"}, "en")
    assert said == f"Λάμπα: your order 100234 is on its way. {LINK}"


def test_own_words_go_as_they_are_and_ours_when_nothing_is_left_of_them() -> None:
    assert render_short("packed", ORDER, "nl", "Joepie {name}!\n{carrier}\nTot {when}") == (
        "Joepie Zoe!\nTot dinsdag 24 november, 18:00-20:00"
    )
    assert render_short("packed", ORDER, "en", "With {carrier}") == render_short("packed", ORDER, "en")
    assert parts(render_short("packed", ORDER, "en", "x" * 400)) == 3


def test_what_lies_behind_is_no_plan() -> None:
    assert "24 november" not in render_short("packed", ORDER | {"plan": ""}, "nl")


def test_a_kind_without_short_words_says_the_subject_of_its_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(SHORT, "packed")  # type: ignore[arg-type]
    assert our_short("packed", "nl") == "Je bestelling {order} is ingepakt\n{link}"
