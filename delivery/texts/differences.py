"""What a change of the settings does to an offer, in words."""

from datetime import date, datetime

from delivery.texts.catalogues import say
from delivery.texts.formats import day_range, money, short_moment
from delivery.texts.sentences import N_

Price = tuple[int, str]
"""An amount in minor units, and its currency."""

SENTENCES = {
    "comes": N_("New: {option}, {after}"),
    "goes": N_("No longer: {option}, {before}"),
    "name": N_("{before} is now called {after}"),
    "day": N_("{option}: {after} instead of {before}"),
    "fee": N_("{option}: costs {after} instead of {before}"),
}
"""By the kinds of `delivery.rehearsing.differences`."""


def difference_sentence(kind: str, option: str, before: str, after: str, locale: str) -> str:
    """One difference. `before` and `after` are what differs, in words."""
    return say(locale, SENTENCES[kind], option=option, before=before, after=after)


def fee_said(fee: Price, locale: str) -> str:
    """A fee, or that it costs nothing."""
    amount, currency = fee
    return money(amount, currency, locale) if amount else say(locale, "Free")


def days_said(first: date | None, last: date | None, locale: str) -> str:
    """When a carrier comes."""
    if first is None or last is None:
        return say(locale, "without a date")
    return day_range(first, last, locale)


def ready_said(ready_by: datetime, pickup_by: datetime, time_zone: str, locale: str) -> str:
    """From when until when a parcel can be collected."""
    return say(
        locale,
        "ready {ready}, kept until {kept}",
        ready=short_moment(ready_by, time_zone, locale),
        kept=short_moment(pickup_by, time_zone, locale),
    )
