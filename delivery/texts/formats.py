"""Days, times, money and distances as the reader writes them (CLDR, by Babel).

Everything is cached: Babel takes 10 to 100 µs for each, and an offer shows a hundred of them.
"""

import re
from copy import copy
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_interval, format_time
from babel.numbers import format_currency, format_percent, get_currency_precision
from babel.units import format_unit

from delivery.texts.catalogues import reader, say

# ISO 4217, where the minor unit is not a hundredth. CLDR's own digits are those of cash.
_NO_MINOR_UNIT = frozenset(
    (
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    )
)
_THOUSANDTHS = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"))
_TEN_THOUSANDTHS = frozenset(("CLF", "UYW"))

_WEEKDAY = re.compile(r"E+|c{3,}")
_MONTH = re.compile(r"M{3,}|L{3,}")


def minor_digits(currency: str) -> int:
    """How many decimals the currency's minor unit has (ISO 4217)."""
    if currency in _NO_MINOR_UNIT:
        return 0
    if currency in _THOUSANDTHS:
        return 3
    return 4 if currency in _TEN_THOUSANDTHS else 2


@lru_cache(maxsize=4096)
def money(amount: int, currency: str, locale: str) -> str:
    """An amount in minor units: "€ 3,95", "¥300", "KWD 1.234"."""
    formats = reader(locale).formats
    digits = minor_digits(currency)
    value = Decimal(amount).scaleb(-digits)
    if get_currency_precision(currency) == digits:
        return format_currency(value, currency, locale=formats)
    pattern = copy(formats.currency_formats["standard"])
    pattern.frac_prec = (digits, digits)
    return str(pattern.apply(value, formats, currency=currency, currency_digits=False))


@lru_cache(maxsize=4096)
def day(value: date, locale: str) -> str:
    """A day with its names written out, for the eye and for speech: "Tuesday 24 November"."""
    formats = reader(locale).formats
    return format_date(value, _long_day_pattern(formats), locale=formats)


@lru_cache(maxsize=4096)
def short_day(value: date, locale: str) -> str:
    """A day in short: "Tue 24 Nov"."""
    formats = reader(locale).formats
    return format_date(value, formats.datetime_skeletons["MMMEd"].pattern, locale=formats)


@lru_cache(maxsize=4096)
def day_range(first: date, last: date, locale: str) -> str:
    """From a day to a day, or the one day when they are the same."""
    if first == last:
        return day(first, locale)
    formats = reader(locale).formats
    greatest = "M" if (first.year, first.month) != (last.year, last.month) else "d"
    parts = formats.interval_formats.get("MMMEd", {}).get(greatest)
    if parts is None or len(parts) != 2:
        return f"{day(first, locale)} – {day(last, locale)}"
    return format_date(first, _widened(parts[0]), locale=formats) + format_date(
        last, _widened(parts[1]), locale=formats
    )


@lru_cache(maxsize=4096)
def clock_time(value: time, locale: str) -> str:
    """A wall-clock time: "17:00", "5:00 PM"."""
    return format_time(value, "short", locale=reader(locale).formats)


@lru_cache(maxsize=8192)
def time_at(instant: datetime, time_zone: str, locale: str) -> str:
    """The wall-clock time of an instant in an IANA zone."""
    return clock_time(instant.astimezone(_zone(time_zone)).time(), locale)


@lru_cache(maxsize=4096)
def day_at(instant: datetime, time_zone: str, locale: str) -> str:
    """The day of an instant in an IANA zone, written out."""
    return day(instant.astimezone(_zone(time_zone)).date(), locale)


def percent(hundredths: int, locale: str) -> str:
    """A percentage that is kept in hundredths: 850 is "8.5%"."""
    formats = reader(locale).formats
    return format_percent(Decimal(hundredths) / 10_000, locale=formats, decimal_quantization=False)


@lru_cache(maxsize=4096)
def moment(instant: datetime, time_zone: str, locale: str) -> str:
    """Day and time of an instant in an IANA zone: "Tuesday 24 November, 15:00"."""
    return say(
        locale,
        "{day}, {time}",
        day=day_at(instant, time_zone, locale),
        time=time_at(instant, time_zone, locale),
    )


@lru_cache(maxsize=4096)
def short_moment(instant: datetime, time_zone: str, locale: str) -> str:
    """Day in short and time of an instant in an IANA zone: "Tue 24 Nov, 15:00"."""
    on_day = short_day(local_day(instant, time_zone), locale)
    return say(locale, "{day}, {time}", day=on_day, time=time_at(instant, time_zone, locale))


def dated_moment(instant: datetime, time_zone: str, locale: str) -> str:
    """Day with its year and time of an instant in an IANA zone, for what may be long ago: "24 November 2026, 15:00"."""
    on_day = format_date(local_day(instant, time_zone), "long", locale=reader(locale).formats)
    return say(locale, "{day}, {time}", day=on_day, time=time_at(instant, time_zone, locale))


@lru_cache(maxsize=8192)
def window(start: datetime, end: datetime, time_zone: str, locale: str) -> str:
    """From when until when on one day: "18:00–20:00", "6:00 – 8:00 PM"."""
    formats = reader(locale).formats
    zone = _zone(time_zone)
    if _is_whole_day(start.astimezone(zone), end.astimezone(zone)):
        return say(locale, "Open all day")
    if start.astimezone(zone).date() != end.astimezone(zone).date():
        # An interval over midnight would be written with both dates; the day stands beside it already.
        return f"{time_at(start, time_zone, locale)}–{time_at(end, time_zone, locale)}"
    skeleton = "hm" if _has_half_days(formats.time_formats["short"].pattern) else "Hm"
    return format_interval(start, end, skeleton, tzinfo=zone, locale=formats)


@lru_cache(maxsize=4096)
def distance(metres: int, locale: str) -> str:
    """As exact as a walk needs: "450 m", "1.2 km", "14 km"."""
    formats = reader(locale).formats
    if metres < 950:
        return format_unit(max(10, round(metres, -1)), "length-meter", "short", locale=formats)
    kilometres = round(metres / 1000, 1) if metres < 9_950 else round(metres / 1000)
    return format_unit(kilometres, "length-kilometer", "short", locale=formats)


def local_day(instant: datetime, time_zone: str) -> date:
    """The day of an instant in an IANA zone."""
    return instant.astimezone(_zone(time_zone)).date()


def iso_moment(instant: datetime, time_zone: str) -> str:
    """An instant with the zone's offset, as `<time datetime>` takes it."""
    return instant.astimezone(_zone(time_zone)).isoformat(timespec="minutes")


@lru_cache(maxsize=1024)
def _zone(time_zone: str) -> ZoneInfo:
    return ZoneInfo(time_zone)


@lru_cache(maxsize=256)
def _long_day_pattern(formats: Locale) -> str:
    return _widened(formats.datetime_skeletons["MMMEd"].pattern)


def _widened(pattern: str) -> str:
    """CLDR's own way to a skeleton it does not list: the nearest one, its fields made longer."""
    return _MONTH.sub("MMMM", _WEEKDAY.sub("EEEE", pattern))


def _has_half_days(pattern: str) -> bool:
    """Whether hours are counted to twelve. What stands in quotes is said as it is: French Canada writes "18 h 00"."""
    return "h" in re.sub(r"'[^']*'", "", pattern)


def _is_whole_day(start: datetime, end: datetime) -> bool:
    midnight = start.time() == time(0) and end.time() == time(0)
    return midnight and end.date() - start.date() == timedelta(days=1)
