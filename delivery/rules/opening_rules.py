"""The rules of an opening-hours text, each with its days, times and state, and what the library cannot know put in
words that it can: our own public holidays and Easter become dates, a comment without a state becomes "unknown", and
so does what follows an open end."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from opening_hours import OpeningHours

from delivery.rules.opening_dates import (
    MONTH,
    WEEKDAYS,
    CannotRead,
    at_easter,
    check_days,
    listed_days,
    written_day,
    years_in_steps,
)
from delivery.rules.opening_words import COMMENT
from delivery.rules.workdays import Region, public_holidays

_SELECTOR = rf"(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|SH|{MONTH}|week|easter|(?:19|20)\d\d)\b"
_SEPARATOR = re.compile(
    rf"\s*(;|\|\|)\s*|(?:(?<=:\d\d)|(?<=\+)|(?<=\")|(?<=off)|(?<=open)|(?<=closed)|(?<=unknown))\s*(,)\s*(?={_SELECTOR})"
    rf"|(?:(?<=\")|(?<=off)|(?<=open)|(?<=closed)|(?<=unknown))\s*(,)\s*(?=\d)"
)
_TIMES = re.compile(r"(?:^|(?<=\s))(?:\d{1,2}:\d\d|24/7)")
_STATE = re.compile(r"\s*(?:\b(open|off|closed|unknown))?\s*(\"c\")?\s*$")
_HOLIDAY = re.compile(r"(,?)\bPH\b(?: ?([+-]) ?(\d+) ?days?)?(,?)")
_IMPOSSIBLE = (
    (re.compile(r"\bSH\b"), "school holidays are not known here: write the dates"),
    (re.compile(r"\b\d{4},\s*" + MONTH), "a year and a month are joined by a space, not a comma"),
    (
        re.compile(r"\b(?:Mo|Tu|We|Th|Fr|Sa|Su),\s*" + MONTH + r"\s+(?:Mo|Tu|We|Th|Fr|Sa|Su)\b"),
        "months stand before weekdays",
    ),
    (re.compile(r"-\d\d:\d\d/"), "points in time within a span are not opening hours"),
    (
        re.compile(r"\b(?:dawn|sunrise|sunset|dusk)\b"),
        "sunrise and sunset are not known here: write times of the clock",
    ),
)


@dataclass(frozen=True, slots=True)
class Rule:
    """`separator` joins it to the rule before: ";" overrides, "," adds, "||" falls back."""

    separator: str
    days: str
    times: str
    state: str

    def on(self, day: date) -> "Rule":
        """The same rule on that day only."""
        return replace(self, days=written_day(day), times=self.times.replace("24/7", "00:00-24:00"))

    def __str__(self) -> str:
        return " ".join(part for part in (self.days, self.times, self.state) if part)


def rules_of(text: str) -> tuple[Rule, ...]:
    """The text's rules. Raises CannotRead for what the library would take in silence and answer wrongly."""
    for pattern, why in _IMPOSSIBLE:
        if pattern.search(text):
            raise CannotRead(why)
    pieces = [piece for piece in _SEPARATOR.split(text) if piece is not None]
    if not pieces[0].strip():
        raise CannotRead("there is no first rule")
    separators = [";", *pieces[1::2]]
    return tuple(
        _rule(separator, piece.strip())
        for separator, piece in zip(separators, pieces[::2], strict=True)
        if piece.strip()
    )


def _rule(separator: str, text: str) -> Rule:
    ending = _STATE.search(text)
    state, comment = (ending[1], ending[2]) if ending else (None, None)
    text = text[: ending.start()] if ending else text
    times = _TIMES.search(text)
    cut = times.start() if times else len(text)
    days = listed_days(text[:cut].strip())
    check_days(days)
    # A comment without a state says "perhaps": https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification
    state = state or ("unknown" if comment else "")
    return Rule(separator, days, text[cut:].strip(), f"{state} {COMMENT}" if state == "unknown" else state)


def groups_of(rules: tuple[Rule, ...]) -> tuple[tuple[Rule, ...], ...]:
    """The rules by what falls back on what ("||"). What follows with ";" overrides every group before it."""
    groups: list[list[Rule]] = [[]]
    for rule in rules:
        if rule.separator == "||":
            groups.append([rule])
        elif rule.separator == ",":
            groups[-1].append(rule)
        else:
            for group in groups:
                group.append(rule)
    return tuple(tuple(group) for group in groups)


def written(rules: tuple[Rule, ...], region: Region | None, years: range) -> str:
    """A group's rules as the library reads them, for these years. Raises CannotRead."""
    parts = [part for rule in rules for dated in _dated(rule, region, years) for part in _without_open_end(dated)]
    text = str(parts[0]) if parts else "off"
    for part in parts[1:]:
        text += f"{',' if part.separator == ',' else ';'} {part}"
    return text


def _dated(rule: Rule, region: Region | None, years: range) -> Iterator[Rule]:
    if "easter" in rule.days:
        rule = replace(rule, days=at_easter(rule.days, years))
    rule = replace(rule, days=years_in_steps(rule.days, years))
    found = _HOLIDAY.search(rule.days)
    if found is None:
        yield rule
        return
    if region is None:
        raise CannotRead("PH needs a country whose public holidays are known")
    listed = bool(found[1] or found[4])
    between = "," if found[1] and found[4] else ""
    other_days = f"{rule.days[: found.start()]}{between}{rule.days[found.end() :]}".strip()
    narrowing = WEEKDAYS.sub("", other_days).strip() if listed else other_days
    shift = timedelta(days=int(f"{found[2] or '+'}{found[3] or 0}"))
    holidays = (day + shift for year in years for day in sorted(public_holidays(region, year)))
    dates = [written_day(day) for day in _those_in(narrowing, holidays)]
    if listed:
        yield replace(rule, days=other_days)
    if dates:
        yield replace(rule, separator="," if listed and rule.separator != ";" else rule.separator, days=",".join(dates))


def _those_in(days: str, dates: Iterable[date]) -> Iterator[date]:
    """The dates that lie in what the rule names beside its holidays ("Dec PH", "PH Mo-Fr")."""
    named = OpeningHours(days) if days else None
    for day in dates:
        if named is None or named.is_open(datetime.combine(day, time(12))):
            yield day


def _without_open_end(rule: Rule) -> Iterator[Rule]:
    """Nobody knows when a door with an open end closes: that part is unknown, and gives way to the hours that are
    known."""
    if "+" not in rule.times or "off" in rule.state or "closed" in rule.state:
        yield rule
        return
    known, unknown = [], []
    for span in rule.times.split(","):
        begin, dash, end = span.removesuffix("+").partition("-")
        if dash:
            known.append(f"{begin}-{end}")
        else:
            unknown.append(f"{begin}-{_open_until(begin)}")
    if known:
        yield replace(rule, times=",".join(known))
    else:
        yield replace(rule, times=",".join(unknown), state=f"unknown {COMMENT}")


def _open_until(begin: str) -> str:
    """Until when an open end may last, by the reference implementation: ten hours in the evening, else the day."""
    return f"{int(begin[:2]) + 10:02d}{begin[2:]}" if begin >= "17" else "24:00"
