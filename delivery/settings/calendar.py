"""Closed days of the whole shop at once: public holidays and days of its own, for all origins and all home windows.

Nothing is kept here. A holiday is closed at an origin that keeps holidays unless it is among its `open_days`; another day
is closed when it is among its `closed_days`; the courier stays at home on a day whose windows all have no places.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from delivery.audit import By
from delivery.problems import EditedMeanwhile
from delivery.rules.workdays import Region, holiday_names
from delivery.settings import items
from delivery.settings.areas import Document
from delivery.store.engine import Session
from delivery.texts.sentences import N_

DAYS_AHEAD = 366
CLOSED: dict[str, Any] = {"capacity": 0, "fee": None}

Known = Mapping[str, Mapping[str, Document]]


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A day on which something may be closed. `holiday`: its name, None for a day of the shop's own.

    `origins`: nothing leaves; `courier`: no home windows. Both are about all of them: a day on which only some are closed
    is not.
    """

    day: date
    holiday: str | None
    origins: bool
    courier: bool


def closed_days(known: Known, today: date, language: str) -> list[ClosedDay]:
    """The holidays of the coming year wherever goods leave, and the days of the shop's own, in order."""
    named = _holidays(known, today, language)
    own = {date.fromisoformat(day) for day in _own_days(known)}
    days = sorted(set(named) | {day for day in own if day >= today})
    return [
        ClosedDay(day, named.get(day), _origins_closed(known, day, day in named), _courier_home(known, day))
        for day in days
    ]


def mark(known: Known) -> str:
    """What tells two states of the closed days apart."""
    return items.mark({area: known[area] for area in ("origins", "windows")})


def set_closed_days(
    session: Session, now: datetime, by: By, merchant_id: str, wanted: Mapping[date, ClosedDay], seen: str
) -> None:
    """Make each of these days as it is wanted, at every origin and in every window; other days stay as they are.

    Raises EditedMeanwhile when `seen` is not the mark of what stands there.
    """
    known = items.everything(session, merchant_id)
    if mark(known) != seen:
        raise EditedMeanwhile(N_("Somebody else changed this while you were editing."))
    for name, origin in known["origins"].items():
        _save(session, now, by, merchant_id, "origins", name, origin, _origin_with(origin, wanted))
    for name, window in known["windows"].items():
        _save(session, now, by, merchant_id, "windows", name, window, _window_with(window, wanted))


def _save(
    session: Session, now: datetime, by: By, merchant_id: str, area: str, name: str, before: Document, after: Document
) -> None:
    if after != before:
        items.save(session, now, by, merchant_id, area, name, after)


def _origin_with(origin: Document, wanted: Mapping[date, ClosedDay]) -> Document:
    opened, closed = set(origin["open_days"]), set(origin["closed_days"])
    for day, one in wanted.items():
        text = day.isoformat()
        by_holiday = one.holiday is not None and origin["keeps_holidays"]
        for days, belongs in (
            (opened, by_holiday and not one.origins and day.isoweekday() in origin["weekdays"]),
            (closed, one.origins and not by_holiday),
        ):
            days.add(text) if belongs else days.discard(text)
    return origin | {"open_days": sorted(opened), "closed_days": sorted(closed)}


def _window_with(window: Document, wanted: Mapping[date, ClosedDay]) -> Document:
    exceptions = dict(window["exceptions"])
    for day, one in wanted.items():
        text = day.isoformat()
        if day.isoweekday() != window["weekday"]:
            continue
        if one.courier:
            exceptions[text] = dict(CLOSED) | {"fee": (exceptions.get(text) or CLOSED)["fee"]}
        elif (exceptions.get(text) or {}).get("capacity") == 0:
            del exceptions[text]
    return window | {"exceptions": dict(sorted(exceptions.items()))}


def _holidays(known: Known, today: date, language: str) -> dict[date, str]:
    last = today + timedelta(days=DAYS_AHEAD)
    regions = {
        Region(origin["address"]["country"], origin["subdivision"])
        for origin in known["origins"].values()
        if origin["keeps_holidays"]
    }
    named: dict[date, str] = {}
    for region in regions:
        for year in (today.year, last.year):
            named |= holiday_names(region, year, language)
    return {day: name for day, name in named.items() if today <= day <= last}


def _own_days(known: Known) -> Iterator[str]:
    for origin in known["origins"].values():
        yield from origin["closed_days"]
    for window in known["windows"].values():
        yield from (day for day, facts in window["exceptions"].items() if facts["capacity"] == 0)


def _origins_closed(known: Known, day: date, is_holiday: bool) -> bool:
    text = day.isoformat()
    return bool(known["origins"]) and all(
        text in origin["closed_days"] or (is_holiday and origin["keeps_holidays"] and text not in origin["open_days"])
        for origin in known["origins"].values()
    )


def _courier_home(known: Known, day: date) -> bool:
    of_weekday = [window for window in known["windows"].values() if window["weekday"] == day.isoweekday()]
    text = day.isoformat()
    return bool(of_weekday) and all(
        (window["exceptions"].get(text) or {}).get("capacity") == 0 for window in of_weekday
    )
