"""What shoppers read in their mails: whole sentences only, in their language, with the facts of their order."""

import pytest

from delivery.messages import KINDS
from delivery.texts.catalogues import languages
from delivery.texts.message_words import OwnWords
from delivery.texts.messages import (
    FACTS,
    LooseBrace,
    UnknownFact,
    check_words,
    kinds_said,
    ours,
    plan,
    render,
)

KNOWN = {name: f"<{name}>" for name in FACTS}
BARE = {"order": "1001", "shop": "Lamp & Light"}
EVENING = {
    "earliest": "2026-11-24",
    "latest": "2026-11-24",
    "time_zone": "Europe/Amsterdam",
    "window": {"start": "2026-11-24T18:00:00+01:00", "end": "2026-11-24T20:00:00+01:00"},
}
READY = EVENING | {"window": None, "ready_by": "2026-11-24T15:00:00+01:00", "pickup_by": "2026-12-01T18:00:00+01:00"}


def test_every_kind_has_words() -> None:
    assert kinds_said() == KINDS


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", KINDS)
def test_our_own_words_can_be_filled_in_with_much_or_little_known(kind: str, language: str) -> None:
    words = ours(kind, language)
    check_words(words.subject)
    check_words(words.text)
    full, bare = render(kind, KNOWN, language), render(kind, BARE, language)
    assert "<order>" in full.subject
    assert "<name>" in full.text
    assert "1001" in bare.text
    for said in (full, bare):
        assert "{" not in said.subject + said.text
        assert "\n\n\n" not in said.text
        assert said.text == said.text.strip()


def test_they_are_in_the_readers_language() -> None:
    assert render("packed", BARE, "nl-BE").subject == "Je bestelling 1001 is ingepakt"
    assert render("packed", BARE, "de-AT").subject == "Ihre Bestellung 1001 ist verpackt"
    assert render("packed", BARE, "sv").subject == "Your order 1001 is packed"


def test_a_line_that_names_something_unknown_is_left_out() -> None:
    own = OwnWords("", "Dear {name},\n\n{order} left.\nWith {carrier}\nFollow: {tracking}\n\nBye")
    assert render("dispatched", BARE, "en", own).text == "1001 left.\n\nBye"
    assert render("dispatched", BARE | {"carrier": "PostNL"}, "en", own).text == "1001 left.\nWith PostNL\n\nBye"


def test_own_words_of_which_nothing_is_left_give_way_to_ours() -> None:
    said = render("packed", BARE, "en", OwnWords("About {tracking}", "{tracking}"))
    assert said == render("packed", BARE, "en")


def test_own_words_are_used_where_they_are_given() -> None:
    said = render("packed", BARE, "nl", OwnWords("Klaar: {order}"))
    assert said.subject == "Klaar: 1001"
    assert said.text == render("packed", BARE, "nl").text


def test_a_doubled_brace_is_a_brace_and_facts_are_not_read_again() -> None:
    own = OwnWords("{{order}} {order}", "{shop}")
    said = render("packed", {"order": "{shop}", "shop": "{link}"}, "en", own)
    assert said == ("{order} {shop}", "{link}")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Hi {naam}", "{naam}"),
        ("{order.__class__}", "{order.__class__}"),
        ("{order!r}", "{order!r}"),
        ("{order:>99999999}", "{order:>99999999}"),
        ("{}", "{}"),
        ("{0}", "{0}"),
        ("fine {order}\n{name }", "{name }"),
    ],
)
def test_an_unknown_fact_is_refused_by_name(text: str, wrong: str) -> None:
    with pytest.raises(UnknownFact, match=r"^" + wrong.replace("{", r"\{").replace("}", r"\}") + "$"):
        check_words(text)


@pytest.mark.parametrize("text", ["{", "}", "a } b", "{order", "{order\n}", "{{order}"])
def test_a_loose_brace_is_refused(text: str) -> None:
    with pytest.raises(LooseBrace):
        check_words(text)


def test_the_plan_is_a_sentence_for_each_way() -> None:
    assert plan("local_delivery", EVENING, "", "en-GB") == "We bring it to you on Tuesday 24 November, 18:00–20:00."
    assert plan("shipping", EVENING, "", "nl") == "Je kunt hem verwachten: dinsdag 24 november."
    said = plan("pickup", READY, "Lamp & Light, Keizersgracht 5", "en-GB")
    assert said == "It will be ready for you at Lamp & Light, Keizersgracht 5: Tuesday 24 November, 15:00."


@pytest.mark.parametrize("kind", ["shipping", None])
def test_without_a_date_there_is_no_plan(kind: str | None) -> None:
    assert plan(kind, EVENING | {"earliest": None}, "", "en") == ""
