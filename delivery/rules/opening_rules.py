"""The rules of an opening-hours text, each with its days, times and state, and what the library cannot know put in words
that it can: our own public holidays and Easter become dates, a comment without a state becomes "unknown", and so does
what follows an open end."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import opening_hours

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
_TIMES = re.compile(r"(?:^|(?<=\s))\(?(?:\d{1,2}:\d\d|sunrise|sunset|dawn|dusk|24/7)")
_STATE = re.compile(r"\s*(?:\b(open|off|closed|unknown))?\s*(\"c\")?\s*$")
_OPEN_END = re.compile(r"^(\d\d?):(\d\d)\+$")
_HOLIDAY = re.compile(r"(,?)\bPH\b(?: ?([+-]) ?(\d+) ?days?)?(,?)")
_IMPOSSIBLE = (
    (re.compile(r"\bSH\b"), "school holidays are not known here: write the dates"),
    (re.compile(r"\b\d{4},\s*" + MONTH), "a year and a month are joined by a space, not a comma"),
    (
        re.compile(r"\b(?:Mo|Tu|We|Th|Fr|Sa|Su),\s*" + MONTH + r"\s+(?:Mo|Tu|We|Th|Fr|Sa|Su)\b"),
        "months stand before weekdays",
    ),
    (re.compile(r"-\d\d:\d\d/"), "points in time within a span are not opening hours"),
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
        return replace(self, days=written_day(day))

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
    other_days = (
        rule.days[: found.start()] + (" " if found[1] and found[4] else "") + rule.days[found.end() :]
    ).strip()
    if found[1] and found[4]:
        other_days = rule.days[: found.start()] + "," + rule.days[found.end() :]
    narrowing = WEEKDAYS.sub("", other_days).strip() if listed else other_days
    shift = timedelta(days=int(f"{found[2] or '+'}{found[3] or 0}"))
    dates = [day + shift for year in years for day in sorted(public_holidays(region, year))]
    dates = [day for day in dates if _lies_in(narrowing, day)]
    if listed:
        yield replace(rule, days=other_days)
    if dates:
        separator = rule.separator if not listed or rule.separator == ";" else ","
        yield replace(rule, separator=separator, days=",".join(written_day(day) for day in dates))
    elif not listed and rule.separator == ";":
        yield replace(rule, days="1900 Jan 01")


def _lies_in(days: str, day: date) -> bool:
    if not days:
        return True
    noon = datetime(day.year, day.month, day.day, 12)  # noqa: DTZ001 - the library's own wall clock
    return bool(opening_hours.OpeningHours(days).is_open(noon))


def _without_open_end(rule: Rule) -> Iterator[Rule]:
    """Nobody knows when a door with an open end closes: that part is unknown, and gives way to the hours that are known."""
    if "+" not in rule.times or "off" in rule.state or "closed" in rule.state:
        yield rule
        return
    known, ends = [], []
    for span in _spans(rule.times):
        if not span.endswith("+"):
            known.append(span)
            continue
        begin, dash, end = (
            span.removesuffix("+").partition("-") if not span.startswith("(") else (span.removesuffix("+"), "", "")
        )
        if dash:
            known.append(span.removesuffix("+"))
        ends.append(end if dash else begin)
    unknown = [
        f"{begin}-{_open_until(begin)}" for begin in ends if re.fullmatch(r"\d\d:\d\d", begin) and begin < "24:00"
    ]
    if not known:
        yield replace(rule, times=",".join(unknown) or "00:00-24:00", state=f"unknown {COMMENT}")
        return
    yield replace(rule, times=",".join(known))


def _open_until(begin: str) -> str:
    hour = int(begin[:2])
    return f"{hour + 10:02d}{begin[2:]}" if hour >= 17 else "24:00"


def _spans(times: str) -> list[str]:
    return [span.strip() for span in times.split(",")]
