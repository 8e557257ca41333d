"""What is usual in a country, by CLDR: a first guess for a new shop, which it may change."""

from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel import UnknownLocaleError
from babel.core import Locale, get_global
from babel.languages import get_official_languages
from babel.numbers import get_territory_currencies


class Usual(NamedTuple):
    """The first official language that Babel knows (English for none), the currency, and the time zone."""

    language: str
    currency: str
    time_zone: str


def usual_in(country: str) -> Usual:
    """For an ISO 3166-1 code. In a country with several time zones it is one of them."""
    languages = get_official_languages(country, de_facto=True)
    language = next((name for name in languages if _is_known(name)), "en")
    currencies = get_territory_currencies(country)
    zones = get_global("territory_zones").get(country, ())
    return Usual(f"{language}-{country}", next(iter(currencies), "EUR"), next(iter(zones), "UTC"))


def _is_known(language: str) -> bool:
    try:
        Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return False
    return True


def zone_in(country: str, home: str, home_zone: ZoneInfo) -> ZoneInfo:
    """By which clock people in this country live, for a shop at home in another: at home by the shop's own; in a country
    with several zones by one of them."""
    return home_zone if country == home else ZoneInfo(usual_in(country).time_zone)
