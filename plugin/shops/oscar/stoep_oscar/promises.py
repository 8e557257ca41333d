"""A promise in words: what Stoep's facts come to, in the language of whoever reads."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import formats
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

OVER = {"delivered", "collected", "returned", "cancelled"}
Facts = Mapping[str, Any]
"""Of an option, or of a booking's promise: their names differ, what they mean does not."""


def name_of(facts: Facts) -> str:
    """A shipping method's name: Stoep's own title, and the day when that has none."""
    title = str(facts.get("title") or pgettext("stoep", "Delivery"))
    has_day = any(name in facts for name in ("delivery_window", "window", "place"))
    days = "" if has_day else _days(facts)
    return f"{title}, {days}" if days else title


def sentence_of(kind: str, facts: Facts) -> SafeString:
    """When it comes, or where and when it can be collected; empty when nobody knows yet."""
    if kind == "pickup":
        return _collected(facts)
    window = facts.get("delivery_window") or facts.get("window")
    if window:
        start, end = (_moment(window[side], facts) for side in ("start", "end"))
        return format_html(
            escape(_("Delivery on {day}, between {start} and {end}.")),
            day=_day(start),
            start=_time(start),
            end=_time(end),
        )
    days = _days(facts)
    return format_html(escape(_("Delivery: {days}.")), days=days) if days else SafeString("")


def news_of(state: str, facts: Facts) -> str:
    """What is expected in the place of a promise that could not be kept; empty while it holds, and once it is over."""
    if "expected" not in facts or state in OVER:
        return ""
    days = _days(facts["expected"])
    return _("Now expected: {days}.").format(days=days) if days else _("It comes later; the new day is not known yet.")


def _collected(facts: Facts) -> SafeString:
    place = facts.get("place") or {}
    address = place.get("address") or {}
    where = ", ".join(filter(None, (place.get("name"), *address.get("lines", ()), address.get("city"))))
    if not facts.get("ready_by"):
        return format_html(escape(_("To be collected at {where}.")), where=where)
    ready = _moment(facts["ready_by"], facts)
    until = _moment(facts["pickup_by"], facts) if facts.get("pickup_by") else None
    words = (
        _("To be collected at {where}, from {day}, {time}, until {last_day}.")
        if until
        else _("To be collected at {where}, from {day}, {time}.")
    )
    return format_html(
        escape(words), where=where, day=_day(ready), time=_time(ready), last_day=_day(until) if until else ""
    )


def _days(facts: Facts) -> str:
    first, last = (_date(facts.get(f"{end}_delivery_time") or facts.get(end)) for end in ("earliest", "latest"))
    if first is None or last is None:
        return ""
    return _day(first) if first == last else _("{first} to {last}").format(first=_day(first), last=_day(last))


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _moment(text: str, facts: Facts) -> datetime:
    """An instant on the clock where it happens."""
    instant = datetime.fromisoformat(text)
    try:
        return instant.astimezone(ZoneInfo(str(facts.get("time_zone") or "UTC")))
    except (ZoneInfoNotFoundError, ValueError):
        return instant


def _day(day: date | datetime) -> str:
    return formats.date_format(day, pgettext("stoep", "l j F"), use_l10n=False)


def _time(moment: datetime) -> str:
    return formats.time_format(moment.time(), "H:i", use_l10n=False)
