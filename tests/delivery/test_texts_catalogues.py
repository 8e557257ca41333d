"""Every sentence is there in every language, with the same facts in it."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel import Locale
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from delivery.texts.catalogues import (
    FOLDER,
    languages,
    merchant_languages,
    merchant_locale,
    parse_locale,
    reader,
    say,
    say_number,
    translations,
)

ROOT = Path(__file__).parents[2]
KEYWORDS = {
    "_": None,
    "N_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "say": (2,),
    "say_number": (2, 3),
}
METHODS = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
TRANSLATED = [language for language in languages() if language != "en"]


def message_ids(*rooms: str) -> set[str | tuple[str, ...]]:
    """What the code says, singular and plural."""
    return set().union(*map(message_ids_of, rooms or ("delivery", "web", "widget", "plugin")))


@cache
def message_ids_of(room: str) -> frozenset[str | tuple[str, ...]]:
    # The app for django-oscar has catalogues of its own, Django's.
    files = ((name, said) for name, _, said, _, _ in extract_from_dir(ROOT / room, METHODS, keywords=KEYWORDS))
    found = (message for name, message in files if not name.startswith("shops/oscar/"))
    return frozenset(tuple(message) if isinstance(message, list) else message for message in found)


def files(language: str) -> list[Path]:
    return sorted((FOLDER / language).rglob("*.po"))


@cache
def messages_in(path: Path) -> dict[str | tuple[str, ...], Message]:
    with path.open("rb") as po:
        messages = read_po(po, locale=path.relative_to(FOLDER).parts[0])
    return {tuple(message.id) if message.pluralizable else message.id: message for message in messages if message.id}


def shopper_ids() -> set[str | tuple[str, ...]]:
    """What shoppers read: whatever stands in a Dutch file that is no merchant's."""
    return {key for path in (FOLDER / "nl").glob("*.po") for key in messages_in(path)}


def wanted(language: str) -> set[str | tuple[str, ...]]:
    """What a language has to say: everything, or what shoppers read."""
    return message_ids() if language in merchant_languages() else shopper_ids()


def catalogue(language: str) -> dict[str | tuple[str, ...], Message]:
    return {key: message for path in files(language) for key, message in messages_in(path).items()}


def forms(message: Message) -> Iterator[str]:
    yield from (message.string if isinstance(message.string, tuple | list) else (message.string,))


def facts(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_the_code_says_something() -> None:
    assert ("{number} place left", "{number} places left") in message_ids()
    assert "Keep it longer" in message_ids()
    assert "Free" in message_ids()


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_sentence_lacks_a_translation(language: str) -> None:
    known = catalogue(language)
    missing = [message for message in wanted(language) if message not in known or not all(forms(known[message]))]
    assert missing == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_left_over(language: str) -> None:
    assert set(catalogue(language)) - wanted(language) == set()


def test_what_the_shoppers_door_says_stands_in_the_shoppers_files() -> None:
    assert message_ids("web/templates", "widget") - shopper_ids() == set()


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_sentence_stands_in_the_same_file_in_every_language(language: str) -> None:
    for path in (FOLDER / "nl").glob("*.po"):
        assert set(messages_in(FOLDER / language / path.name)) == set(messages_in(path)), path.name


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_plural_has_as_many_forms_as_the_language(language: str) -> None:
    for path in files(language):
        with path.open("rb") as po:
            plurals = read_po(po).num_plurals
        for key, message in messages_in(path).items():
            assert not isinstance(key, tuple) or len(message.string) == plurals


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_sentence_is_translated_in_one_file_only(language: str) -> None:
    seen = Counter(key for path in files(language) for key in messages_in(path))
    assert [key for key, times in seen.items() if times > 1] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_translation_names_the_same_facts(language: str) -> None:
    for key, message in catalogue(language).items():
        wanted = facts(key[-1] if isinstance(key, tuple) else key)
        for form in forms(message):
            assert facts(form) <= wanted
            if form is message.string or form == message.string[-1]:
                assert facts(form) == wanted, key


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_marked_as_doubtful(language: str) -> None:
    assert [message.id for message in catalogue(language).values() if message.fuzzy] == []


def test_dutch_is_spoken() -> None:
    assert "nl" in languages()
    assert say("nl-NL", "Free") == "Gratis"
    assert say_number("nl", "{number} place left", "{number} places left", 1) == "nog 1 plek"
    assert say_number("nl", "{number} place left", "{number} places left", 2) == "nog 2 plekken"


def test_german_and_french_are_spoken_to_shoppers_in_their_plurals() -> None:
    one_many = "{number} place left", "{number} places left"
    assert [say_number("de-AT", *one_many, number) for number in (0, 1, 2)] == [
        "noch 0 Plätze frei",
        "noch 1 Platz frei",
        "noch 2 Plätze frei",
    ]
    assert [say_number("fr-CA", *one_many, number) for number in (0, 1, 2)] == [
        "encore 0 place",
        "encore 1 place",
        "encore 2 places",
    ]


def test_no_french_line_can_begin_with_a_sign() -> None:
    for path in files("fr"):
        assert re.findall(r".* [:;?!]", path.read_text(encoding="utf-8")) == [], path.name


@pytest.mark.parametrize(
    ("tag", "spoken"),
    [
        ("nl-BE", "nl-BE"),
        ("en-GB", "en-GB"),
        ("de-AT", "en-GB"),
        ("fr-CA", "en-CA"),
        ("fr", "en-GB"),
        ("de-XX", "en-GB"),
        ("qq", "qq"),
    ],
)
def test_people_of_a_shop_whose_language_has_no_words_for_them_get_english(tag: str, spoken: str) -> None:
    assert merchant_locale(tag) == spoken
    assert reader(merchant_locale(tag)).language in merchant_languages()


def test_the_same_catalogue_is_compiled_once() -> None:
    assert translations("nl") is translations("nl")


@pytest.mark.parametrize(
    ("tag", "words", "spoken", "direction"),
    [
        ("nl-NL", "nl", "nl-NL", "ltr"),
        ("nl_BE", "nl", "nl-BE", "ltr"),
        ("NL", "nl", "nl", "ltr"),
        ("nl-XX", "nl", "nl", "ltr"),
        ("en-US", "en", "en-US", "ltr"),
        ("en-GB-u-hc-h12", "en", "en-GB", "ltr"),
        ("de-DE", "de", "de-DE", "ltr"),
        ("fr-CA", "fr", "fr-CA", "ltr"),
        ("sv-SE", "en", "en-GB", "ltr"),
        ("en-NL", "en", "en-GB", "ltr"),
        ("en-IE", "en", "en-IE", "ltr"),
        ("ar-EG", "en", "en-GB", "rtl"),
        ("zh-Hant-TW", "en", "en-GB", "ltr"),
        ("xx", "en", "en-GB", "ltr"),
        ("", "en", "en-GB", "ltr"),
        (None, "en", "en-GB", "ltr"),
        ("../../nl", "en", "en-GB", "ltr"),
        ("nl\n", "en", "en-GB", "ltr"),
        ("n" * 10_000, "en", "en-GB", "ltr"),
        ("nl-" + "x" * 10_000, "en", "en-GB", "ltr"),
        ("١٢", "en", "en-GB", "ltr"),
    ],
)
def test_a_reader_is_found_for_any_tag(tag: str | None, words: str, spoken: str, direction: str) -> None:
    found = reader(tag)
    assert (found.language, found.tag, found.direction) == (words, spoken, direction)


def test_words_and_formats_are_of_one_language() -> None:
    for tag in ("nl", "en", "de-DE", "fr-CA", "ja", "ar", "he-IL", "pt-BR", "sr-Latn-RS"):
        assert reader(tag).formats.language == reader(tag).language


def test_a_locale_is_parsed_or_refused() -> None:
    assert parse_locale("sr-latn-rs") == Locale("sr", "RS", "Latn")
    assert parse_locale("qq") is None


def test_catalogues_hold_no_markup() -> None:
    for language in TRANSLATED:
        for path in files(language):
            assert not re.search(r"<[a-z]", path.read_text(encoding="utf-8"))
