"""The moment that is rehearsed: typed by a person, or taken from a link."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from delivery.problems import Fault, InvalidInput
from delivery.rules.wallclock import instant_of
from delivery.texts.sentences import N_, Sentence, sentence

YEARS = range(2000, 2101)

_NOT_A_MOMENT = N_("Please give a day and a time, such as 2026-12-24 16:30.")
_OTHER_TIMES = N_("Please stay between the years {first} and {last}.")
_SKIPPED = N_("The clocks go forward and skip this time: the moment after it is taken.")
_TWICE = N_("The clocks go back, so this time comes twice: the first is taken.")
_OFFSET_AS_SENT = re.compile(r"(T\d\d:\d\d\S*) (\d\d:?\d\d)$")


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant (UTC), and what has to be said about how it was read."""

    at: datetime
    remark: Sentence | None = None


def moment_of(text: str, zone: ZoneInfo, now: datetime) -> Moment:
    """Nothing is now; with an offset (RFC 3339) it is that instant; without, the wall clock of `zone`.

    A time that the clocks skip means the end of the gap, one that comes twice the first; both are said. Raises
    InvalidInput at "/at" for what is no moment, and beyond YEARS.
    """
    if not text.strip():
        return Moment(now)
    try:
        # In an address a plus that was not escaped arrives as a space.
        read = datetime.fromisoformat(_OFFSET_AS_SENT.sub(r"\1+\2", text.strip()))
    except ValueError as error:
        raise _fault(sentence(_NOT_A_MOMENT)) from error
    if read.year not in YEARS:
        raise _fault(sentence(_OTHER_TIMES, first=YEARS[0], last=YEARS[-1]))
    return Moment(read.astimezone(UTC)) if read.tzinfo else _on_the_wall(read, zone)


def typed_moment(at: datetime, zone: ZoneInfo) -> str:
    """As a `datetime-local` field shows it, in `zone`."""
    return at.astimezone(zone).replace(tzinfo=None).isoformat(timespec="minutes")


def _on_the_wall(read: datetime, zone: ZoneInfo) -> Moment:
    at = instant_of(read.date(), read.time(), zone)
    if at.astimezone(zone).replace(tzinfo=None) != read:
        return Moment(at, sentence(_SKIPPED))
    first, second = (read.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return Moment(at, sentence(_TWICE) if first != second else None)


def _fault(text: Sentence) -> InvalidInput:
    return InvalidInput(text, (Fault("/at", text),))
