"""Reads the dates of test tables as people write them, and fails where the weekday written is not the day's own."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


class WrongWeekday(AssertionError):
    """The table says another weekday than the calendar."""


def day(text: str) -> date:
    """ "Mon 2026-03-30" as a date."""
    weekday, written = text.split()
    found = date.fromisoformat(written)
    if f"{found:%a}" != weekday:
        raise WrongWeekday(f"{written} is a {found:%a}, not a {weekday}")
    return found


def at(text: str, zone: ZoneInfo = AMSTERDAM, fold: int = 0) -> datetime:
    """ "Fri 2026-03-27 16:59" or "... 16:59:59", on clocks in `zone`, as a UTC instant."""
    weekday, written, clock = text.split()
    local = datetime.fromisoformat(f"{day(f'{weekday} {written}')} {clock}").replace(tzinfo=zone, fold=fold)
    return local.astimezone(UTC)


def told(instant: datetime, zone: ZoneInfo = AMSTERDAM) -> str:
    """An instant the way the tables write it."""
    local = instant.astimezone(zone)
    return f"{local:%a %Y-%m-%d %H:%M:%S}" if local.second else f"{local:%a %Y-%m-%d %H:%M}"


def told_day(found: date) -> str:
    """A day the way the tables write it."""
    return f"{found:%a %Y-%m-%d}"
