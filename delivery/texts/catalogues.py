"""Which language a reader gets, and its message catalogue.

English is in the code; each folder beside this one is another language. Its `.po` files are what shoppers read, those
in its `merchant` folder what merchants read on top of that. A language may have words for shoppers only.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ENGLISH = "en"
_ENGLISH_ELSEWHERE = Locale("en", "GB")
"""How English writes dates and money wherever nobody says, or where it is not a language of the country: CLDR would write
"€ 5,95" for the Netherlands and "€5.95" for nowhere, and a page would have both."""
FOLDER = Path(__file__).parent

# Language, script, region; what follows (variants, "-u-ca-…") says nothing about words or dates here.
_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|[0-9]{3}))?(?:[-_].*)?", re.ASCII)
_LONGEST_TAG = 64


@dataclass(frozen=True, slots=True)
class Reader:
    """How one reader is spoken to.

    `language` is that of the words, `formats` that of dates and money: always the same language, so that no
    sentence is half in one and half in another. `direction` is that of the locale asked for, because the page
    around us runs that way.
    """

    language: str
    tag: str
    formats: Locale
    direction: str


@cache
def languages() -> tuple[str, ...]:
    """The languages that have words for shoppers, English first."""
    return (ENGLISH, *sorted(path.parent.name for path in FOLDER.glob("*/shopper.po")))


@cache
def merchant_languages() -> tuple[str, ...]:
    """The languages that have words for merchants, English first."""
    return (ENGLISH, *sorted(path.parent.name for path in FOLDER.glob("*/merchant")))


def parse_locale(tag: str | None) -> Locale | None:
    """The CLDR locale of a BCP 47 tag, without the region if CLDR does not know that pair. None: unknown."""
    if not isinstance(tag, str) or len(tag) > _LONGEST_TAG:
        return None
    match = _TAG.fullmatch(tag)
    if match is None:
        return None
    language, script, region = match.groups()
    attempts = ((region, script), (None, script), (region, None), (None, None))
    found = (_known(language.lower(), *attempt) for attempt in attempts)
    return next((locale for locale in found if locale is not None), None)


@lru_cache(maxsize=1024)
def reader(tag: str | None) -> Reader:
    """Who reads, by the locale asked for. Without words for it: English, with the habits of the region if it speaks English."""
    asked = parse_locale(tag)
    if asked is None:
        return _reader(_ENGLISH_ELSEWHERE, "ltr")
    if asked.language in languages() and asked.language != ENGLISH:
        return _reader(asked, asked.text_direction)
    return _reader(_english_of(asked.territory or _region_of(tag)), asked.text_direction)


def merchant_locale(tag: str) -> str:
    """The locale in which the people of a shop are spoken to: the one asked for if it has words for them, else English
    with the region's habits."""
    asked = parse_locale(tag)
    if asked is None or asked.language in merchant_languages():
        return tag
    return str(_english_of(_region_of(tag))).replace("_", "-")


@lru_cache(maxsize=64)
def translations(language: str) -> NullTranslations:
    """The messages of one of `languages()`, compiled at first use; English says the ids themselves."""
    if language == ENGLISH or language not in languages():
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    return GNUTranslations(compiled)


def catalogue(language: str) -> Catalog:
    """All words of a language, of its files together."""
    words = Catalog(locale=language)
    for path in sorted((FOLDER / language).rglob("*.po")):
        with path.open("rb") as po:
            for message in read_po(po, locale=language):
                if message.id:
                    words[message.id] = message
    return words


def say(locale: str | None, message: str, **facts: object) -> str:
    """A message in the reader's language, its `{names}` filled in."""
    said = translations(reader(locale).language).gettext(message)
    return said.format(**facts) if facts else said


def say_number(locale: str | None, one: str, many: str, number: int, **facts: object) -> str:
    """Like `say`, with the plural form of `number`, which is also the fact `{number}`."""
    said = translations(reader(locale).language).ngettext(one, many, number)
    return said.format(number=number, **facts)


def _reader(formats: Locale, direction: str) -> Reader:
    return Reader(formats.language, str(formats).replace("_", "-"), formats, direction)


def _known(language: str, region: str | None, script: str | None) -> Locale | None:
    try:
        return Locale(language, region.upper() if region else None, script.title() if script else None)
    except (UnknownLocaleError, ValueError):
        return None


def _english_of(region: str | None) -> Locale:
    """English with the habits of the region, where it is one of the region's own languages."""
    if region is None or ENGLISH not in get_official_languages(region.upper(), regional=True, de_facto=True):
        return _ENGLISH_ELSEWHERE
    return _known(ENGLISH, region, None) or _ENGLISH_ELSEWHERE


def _region_of(tag: str | None) -> str | None:
    match = _TAG.fullmatch(tag or "")
    return match.group(3) if match else None
