"""What a merchant says and shows in its own way: languages, words, looks, and where help is to be had.

Values, as they stand in the columns of the merchant's row.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from delivery.rules.looks import Looks, Scheme
from delivery.texts.catalogues import parse_locale


@dataclass(frozen=True, slots=True)
class OwnTexts:
    """A merchant's words in one language: the headings of the three kinds of option, and a note above them. Empty: ours."""

    shipping: str = ""
    local_delivery: str = ""
    pickup: str = ""
    note: str = ""


OUR_TEXTS = OwnTexts()


@dataclass(frozen=True, slots=True)
class Contact:
    """Where shoppers find help. Empty: nowhere."""

    email: str = ""
    phone: str = ""
    url: str = ""

    @property
    def is_known(self) -> bool:
        """Whether there is any way at all."""
        return bool(self.email or self.phone or self.url)


def texts_of(facts: Mapping[str, Mapping[str, str | None] | None]) -> dict[str, OwnTexts]:
    """Own words by language. Raises TypeError for a text that there is no place for."""
    return {language: OwnTexts(**_given(own)) for language, own in facts.items() if own}


def contact_of(facts: Mapping[str, str | None]) -> Contact:
    """Where shoppers find help. Raises TypeError for a way that there is no place for."""
    return Contact(**_given(facts))


def looks_of(facts: Mapping[str, Any]) -> Looks:
    """The looks. Raises ValueError or TypeError for what cannot be."""
    schemes = {scheme: Scheme(**(facts.get(scheme) or {})) for scheme in ("light", "dark")}
    return Looks(**{**facts, **schemes})


def spoken(asked: str | None, languages: Collection[str], own: str) -> str:
    """The locale in which a shopper is answered: the one asked for if the merchant speaks it, else the merchant's own.

    No `languages`: every language that has words; then any locale asked for stands, and its reader may get English.
    """
    if asked is None:
        return own if not languages or _language(own) in languages else next(iter(languages))
    return asked if not languages or _language(asked) in languages else spoken(None, languages, own)


def _given(facts: Mapping[str, str | None]) -> dict[str, str]:
    return {name: text for name, text in facts.items() if text}


def _language(locale: str) -> str | None:
    known = parse_locale(locale)
    return known.language if known else None
