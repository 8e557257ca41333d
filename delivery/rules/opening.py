"""Opening hours: OpenStreetMap's syntax by a library, dated exceptions of our own on top."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

import opening_hours

Interval = tuple[datetime, datetime]


class BadOpeningHours(ValueError):
    """The text is not an opening-hours expression that we take; the message says why, in plain words."""


def check_opening_hours(text: str) -> None:
    """Refuse what open_intervals could not answer. Raises BadOpeningHours."""
    try:
        opening_hours.OpeningHours(text)
    except Exception as error:
        raise BadOpeningHours(str(error)) from error


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
    check_opening_hours(text)
    hours = opening_hours.OpeningHours(text, timezone=zone, country=country)
    return [(a, b) for a, b, state, _ in hours.intervals(start, end) if state == opening_hours.State.OPEN]
