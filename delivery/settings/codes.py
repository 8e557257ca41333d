"""The countries and currencies there are, by CLDR."""

from collections.abc import Mapping
from functools import cache

from babel import Locale

_NO_COUNTRIES = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}
"""Groups of countries, and CLDR's stand-ins."""


@cache
def countries(language: str = "en") -> Mapping[str, str]:
    """The names of countries in a language, by their two letters."""
    named = Locale(language).territories.items()
    return {code: name for code, name in named if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES}


@cache
def currencies() -> frozenset[str]:
    """The three letters of each currency."""
    return frozenset(Locale("en").currencies)
