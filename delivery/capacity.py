"""The capacity of home windows by day: what is sold, kept and free in the coming weeks, and another capacity for one day."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from delivery.audit import By
from delivery.counters import booked_and_held
from delivery.problems import EditedMeanwhile, Fault, InvalidInput, SettingNotFound
from delivery.rules.prices import Fee
from delivery.rules.slots import VANS, SlotPattern, slot_on
from delivery.settings import items, rows
from delivery.setups import Setup
from delivery.slots_on_offer import SLOT
from delivery.store.engine import Session
from delivery.store.tables import zones
from delivery.texts.sentences import N_, sentence

AREA = "windows"
MOST_WEEKS = 8

OneDay = Mapping[str, Any]
"""What differs on one day, as the settings have it: {"capacity", "fee"}, null for what is as usual."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Places: how many there are, how many sold, how many kept for shoppers who are checking out."""

    capacity: int = 0
    sold: int = 0
    held: int = 0

    @property
    def free(self) -> int:
        return max(0, self.capacity - self.sold - self.held)

    @property
    def oversold(self) -> int:
        """How many more are sold than there are places: the capacity was lowered afterwards."""
        return max(0, self.sold - self.capacity)


@dataclass(frozen=True, slots=True)
class Cell:
    """One window on one day. `is_special`: its capacity or fee differs from the usual. `is_closed`: by an exception.

    `is_over`: it can no longer be chosen, because its own cut-off has passed. `by_vans`: vans keep it, so its places are only
    those for addresses of which nobody knows where they lie.
    """

    pattern_id: str
    day: date
    counts: Counts
    fee: Fee
    is_special: bool
    is_closed: bool
    is_over: bool
    by_vans: bool


@dataclass(frozen=True, slots=True)
class _Known:
    """What cells are made from: now, what is taken, and which origins have vans."""

    now: datetime
    taken: Mapping[tuple[str, date], tuple[int, int]]
    with_vans: Container[str]


@dataclass(frozen=True, slots=True)
class Line:
    """The windows of a zone at one time. `days`: for each day its cells, mostly one or none."""

    start_time: time
    end_time: time
    days: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class ZoneWeeks:
    """The windows of one zone. `totals`: one for each day, without the windows that vans keep."""

    zone_id: str
    name: str
    lines: tuple[Line, ...]
    totals: tuple[Counts, ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Some weeks, day by day, for each zone that has windows; `totals` over all zones."""

    days: tuple[date, ...]
    zones: tuple[ZoneWeeks, ...]
    totals: tuple[Counts, ...]


def calendar(session: Session, now: datetime, setup: Setup, monday: date, weeks: int) -> Calendar:
    """`weeks` weeks (at most MOST_WEEKS) from a Monday. Raises ValueError for another day or number."""
    if monday.isoweekday() != 1 or not 1 <= weeks <= MOST_WEEKS:
        raise ValueError(f"{weeks} weeks from {monday} cannot be shown")
    days = tuple(monday + timedelta(days=ahead) for ahead in range(7 * weeks))
    known = _known(session, now, setup, days[0], days[-1])
    names = _zone_names(session, setup.merchant_id)
    by_zone: dict[str, list[SlotPattern]] = {zone_id: [] for zone_id in names}
    for pattern in setup.patterns.values():
        by_zone.setdefault(pattern.zone.id, []).append(pattern)
    found = tuple(
        _zone(known, zone_id, names.get(zone_id, zone_id), patterns, days)
        for zone_id, patterns in by_zone.items()
        if patterns
    )
    return Calendar(days, found, tuple(_sum(zone.totals[n] for zone in found) for n in range(len(days))))


def cell_on(session: Session, now: datetime, setup: Setup, pattern_id: str, day: date) -> Cell:
    """One window on one day. Raises SettingNotFound when there is none of that id, or not on that day."""
    pattern = setup.patterns.get(pattern_id)
    cell = _cell(_known(session, now, setup, day, day), pattern, day) if pattern else None
    if cell is None:
        raise _no_such_window()
    return cell


def exception_on(session: Session, merchant_id: str, pattern_id: str, day: date) -> OneDay:
    """What differs on that day, as the settings have it; nothing when it is as usual. Raises SettingNotFound."""
    document = items.item(session, merchant_id, AREA, pattern_id)
    found: OneDay = document["exceptions"].get(day.isoformat()) or {}
    return found


def set_capacity(
    session: Session,
    now: datetime,
    by: By,
    merchant_id: str,
    pattern_id: str,
    day: date,
    capacity: int | str | None,
    fee: Mapping[str, Any] | None = None,
    seen: str | None = None,
) -> None:
    """Another capacity (0: closed) or fee for a window on one day; None for what is as usual, both: as usual again.

    A capacity below what is sold is kept: it refuses new shoppers and takes nothing from those who have a place.
    `seen` is items.mark of the exception that stood there when the editing began. Raises EditedMeanwhile, SettingNotFound,
    and InvalidInput with pointers into the exception (/capacity, /fee/amount).
    """
    # Locked before it is read, so that changes of two days at once are both kept.
    rows.lock(session, merchant_id)
    window = items.item(session, merchant_id, AREA, pattern_id)
    if window["weekday"] != day.isoweekday():
        raise _no_such_window()
    exceptions = dict(window["exceptions"])
    before = exceptions.pop(day.isoformat(), None) or {}
    if seen is not None and seen != items.mark(before):
        raise EditedMeanwhile(sentence(N_("Somebody else changed this while you were editing.")), theirs=before)
    if capacity is not None or fee is not None:
        exceptions[day.isoformat()] = {"capacity": capacity, "fee": fee}
    try:
        items.save(session, now, by, merchant_id, AREA, pattern_id, {"exceptions": exceptions})
    except InvalidInput as error:
        within = f"/exceptions/{day.isoformat()}"
        faults = tuple(Fault(fault.pointer.removeprefix(within), fault.detail) for fault in error.faults)
        raise InvalidInput(error.detail, faults) from error


def _no_such_window() -> SettingNotFound:
    return SettingNotFound(sentence(N_("There is no such window on that day.")))


def _known(session: Session, now: datetime, setup: Setup, first_day: date, last_day: date) -> _Known:
    taken = booked_and_held(
        session, now, merchant_id=setup.merchant_id, kind=SLOT, first_day=first_day, last_day=last_day
    )
    return _Known(now, taken, setup.fleets)


def _zone_names(session: Session, merchant_id: str) -> dict[str, str]:
    found = session.execute(
        select(zones.c.id, zones.c.name)
        .where(zones.c.merchant_id == merchant_id)
        .order_by(zones.c.position, zones.c.id)
    )
    return {row.id: row.name for row in found}


def _zone(known: _Known, zone_id: str, name: str, patterns: Iterable[SlotPattern], days: tuple[date, ...]) -> ZoneWeeks:
    by_time: dict[tuple[time, time], list[SlotPattern]] = {}
    for pattern in patterns:
        by_time.setdefault((pattern.start_time, pattern.end_time), []).append(pattern)
    lines = tuple(
        Line(start, end, tuple(tuple(_cells(known, at_that_time, day)) for day in days))
        for (start, end), at_that_time in sorted(by_time.items(), key=lambda pair: pair[0])
    )
    totals = (
        _sum(cell.counts for line in lines for cell in line.days[n] if not cell.by_vans) for n in range(len(days))
    )
    return ZoneWeeks(zone_id, name, lines, tuple(totals))


def _cells(known: _Known, patterns: Iterable[SlotPattern], day: date) -> Iterable[Cell]:
    found = (_cell(known, pattern, day) for pattern in patterns)
    return (cell for cell in found if cell is not None)


def _cell(known: _Known, pattern: SlotPattern, day: date) -> Cell | None:
    slot = slot_on(pattern, day)
    if slot is None:
        return None
    exception = pattern.exceptions.get(day)
    return Cell(
        pattern_id=pattern.id,
        day=day,
        counts=Counts(slot.capacity, *known.taken.get((pattern.id, day), (0, 0))),
        fee=slot.fee,
        is_special=exception is not None,
        is_closed=exception is not None and exception.capacity == 0,
        is_over=slot.closes_at <= known.now,
        by_vans=pattern.kept_by == VANS and pattern.origin_id in known.with_vans,
    )


def _sum(counts: Iterable[Counts]) -> Counts:
    found = list(counts)
    return Counts(*(sum(getattr(each, name) for each in found) for name in ("capacity", "sold", "held")))
