"""Opening hours: OpenStreetMap's syntax by a library, dated exceptions of our own on top.

Around the library: spellings, languages and short times are made plain first (`opening_words`); public holidays are
ours, by region; Easter, steps of days and years, open ends and comments without a state are put in the library's
words (`opening_dates`, `opening_rules`); "||" is answered here; and the library only ever sees wall clocks, which
are put into the zone afterwards, so that clock changes are right.

Not taken, and refused: school holidays (SH; nobody here knows them), sunrise, sunset, dawn and dusk (a staffed door
keeps to the clock), seasons, points in time ("Mo 12:00", "10:00-16:00/90"), two month selectors in one rule
("Jan-Feb Jan 09-15"), Polish and Lithuanian short days, anything over 1,000 characters, PH without a country whose
holidays are known. What is refused, and why, `opening_faults` says.

Taken, but not as exactly as elsewhere: what follows an open end ("17:00+") is unknown, so closed, but does not shorten
the next morning's hours.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, State

from delivery.rules.opening_dates import CannotRead
from delivery.rules.opening_rules import Rule, groups_of, rules_of, written
from delivery.rules.opening_words import plain
from delivery.rules.wallclock import aware, instant_of, zone_named
from delivery.rules.workdays import Region

Interval = tuple[datetime, datetime]

LONGEST_TEXT = 1000
LONGEST_SPAN_DAYS = 366 * 100

_ONE_DAY = timedelta(days=1)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b", re.ASCII)
_ANY_YEAR, _MOST_YEARS = 2026, 20
"""Rules of one year are read in that year only, so each that a text names is tried."""

# Wall-clock times without a zone: the library's own, put into a zone only after it has answered.
_Span = tuple[datetime, datetime]
_Groups = tuple[OpeningHours, ...]


class BadOpeningHours(ValueError):
    """The text is not an opening-hours expression that we take; the message says why, in plain words."""


def check_opening_hours(text: str) -> None:
    """Refuse what open_intervals could not answer. Raises BadOpeningHours."""
    for year in (_ANY_YEAR, *sorted({int(named) for named in _YEAR.findall(text)})[:_MOST_YEARS]):
        _hours(text, Region("NL"), year, year)


def open_intervals(
    text: str,
    start: datetime,
    end: datetime,
    zone: ZoneInfo | str,
    country: str | None = None,
    subdivision: str | None = None,
    exceptions: Mapping[date, str | None] | None = None,
) -> list[Interval]:
    """The intervals within [start, end) during which the place is open, merged, ascending, aware in `zone`.

    `exceptions`: by local day, another expression for that day ("10:00-14:00") or None for closed.
    "Unknown" counts as closed: nobody is sent to a door that may be shut. Raises BadOpeningHours.
    """
    zone = zone_named(zone) if isinstance(zone, str) else zone
    begins_at, ends_at = aware(start).astimezone(UTC), aware(end).astimezone(UTC)
    region = _region(country, subdivision)
    first_day, last_day = begins_at.astimezone(zone).date(), ends_at.astimezone(zone).date()
    spans: Sequence[_Span] = _wall_clock_spans(text, region, first_day, last_day)
    for day in sorted(exceptions or ()):
        if first_day - _ONE_DAY <= day <= last_day:
            spans = _with_exception(spans, day, (exceptions or {})[day], region)
    found: list[Interval] = []
    for opens, closes in spans:
        opens_at = max(instant_of(opens.date(), opens.time(), zone), begins_at)
        closes_at = min(instant_of(closes.date(), closes.time(), zone), ends_at)
        if opens_at >= closes_at:
            continue
        if found and opens_at <= found[-1][1]:
            opens_at, closes_at = found[-1][0], max(found.pop()[1], closes_at)
        found.append((opens_at, closes_at))
    return [(opens_at.astimezone(zone), closes_at.astimezone(zone)) for opens_at, closes_at in found]


@lru_cache(maxsize=512)
def _region(country: str | None, subdivision: str | None) -> Region | None:
    try:
        return Region(country, subdivision) if country else None
    except ValueError:
        return None


# A week of one centre costs the library as much as all the slots of an offer cost us, and an offer shows ten.
@lru_cache(maxsize=16384)
def _wall_clock_spans(text: str, region: Region | None, first_day: date, last_day: date) -> tuple[_Span, ...]:
    """Open spans from the day before `first_day` to the end of `last_day`, ascending."""
    if (last_day - first_day).days > LONGEST_SPAN_DAYS:
        raise BadOpeningHours(f"opening hours are told for {LONGEST_SPAN_DAYS} days at most")
    groups = _hours(text, region, first_day.year, last_day.year)
    midnight = time(0)
    begin, end = datetime.combine(first_day - _ONE_DAY, midnight), datetime.combine(last_day + _ONE_DAY, midnight)
    return tuple(sorted(_told(text, groups, begin, end)))


def _told(text: str, groups: _Groups, begin: datetime, end: datetime) -> list[_Span]:
    """The open spans; a group fills only what those before it leave closed."""
    opened: list[_Span] = []
    taken: list[_Span] = []
    for hours in groups:
        with _refusing(text):
            told = [(a, b, state) for a, b, state, _ in hours.intervals(begin, end) if state != State.CLOSED]
        for opens, closes, state in told:
            if state == State.OPEN:
                opened.extend(_outside(taken, opens, closes))
        taken = sorted([*taken, *((opens, closes) for opens, closes, _ in told)])
    return opened


def _outside(taken: list[_Span], begin: datetime, end: datetime) -> Iterator[_Span]:
    """What of a span no other span (they are sorted) has taken."""
    for first, last in taken:
        if last <= begin or first >= end:
            continue
        if begin < first:
            yield begin, first
        begin = max(begin, last)
    if begin < end:
        yield begin, end


@lru_cache(maxsize=4096)
def _hours(text: str, region: Region | None, first_year: int, last_year: int, only_on: date | None = None) -> _Groups:
    if len(text) > LONGEST_TEXT:
        raise BadOpeningHours(f"opening hours have at most {LONGEST_TEXT} characters")
    with _refusing(text):
        rules = rules_of(plain(text))
        if only_on is not None:
            rules = tuple(_on(rule, only_on) for rule in rules)
        years = range(first_year - 1, last_year + 2)
        return tuple(OpeningHours(written(group, region, years)) for group in groups_of(rules))


def _on(rule: Rule, day: date) -> Rule:
    return rule if rule.days else rule.on(day)


@contextmanager
def _refusing(text: str) -> Iterator[None]:
    """Whatever the library does with a text that it does not take becomes BadOpeningHours; it panics on some, and a
    panic is no Exception."""
    try:
        yield
    except CannotRead as error:
        raise BadOpeningHours(str(error)) from error
    except BaseException as error:
        if not (isinstance(error, Exception) or type(error).__name__ == "PanicException"):
            raise
        place = re.search(r"--> 1:(\d+)", str(error))
        where = f", from character {place[1]} of what is left of it" if place else ""
        raise BadOpeningHours(f"{text[:60]!r} is not understood{where}") from error


def _with_exception(spans: Sequence[_Span], day: date, text: str | None, region: Region | None) -> list[_Span]:
    """The spans with that day's replaced. What began on that day and runs into the next morning goes with it."""
    begin = datetime.combine(day, time(0))
    end, noon = begin + _ONE_DAY, begin + timedelta(hours=36)
    kept: list[_Span] = []
    for opens, closes in spans:
        if closes <= begin or opens >= end:
            kept.append((opens, closes))
            continue
        if opens < begin:
            kept.append((opens, begin))
        runs_on = opens <= begin or closes > noon
        if closes > end and runs_on:
            kept.append((end, closes))
    if text is None:
        return sorted(kept)
    told = _told(text, _hours(text, region, day.year, day.year, day), begin, end + _ONE_DAY)
    return sorted(kept + [(opens, closes) for opens, closes in told if begin <= opens < end])
