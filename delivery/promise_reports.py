"""How promises were kept: by week, way and zone, and which step broke them. One grouped query, answered by an index alone."""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, literal_column, select

from delivery.rules.wallclock import instant_of
from delivery.setups import Setup
from delivery.store.engine import Session
from delivery.store.tables import bookings, zones

WEEK = timedelta(days=7)
MOST_WEEKS = 53
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Way:
    """How parcels went: the type of option and, of a carrier, its service; None for our own courier."""

    type: str
    service_id: str | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many promises were kept, and how many each step broke."""

    kept: int = 0
    broken_by: Mapping[str, int] = field(default_factory=dict)

    @property
    def broken(self) -> int:
        """All that were broken."""
        return sum(self.broken_by.values())

    @property
    def total(self) -> int:
        """Kept and broken together."""
        return self.kept + self.broken

    @property
    def share(self) -> float | None:
        """The part that was kept, from 0 to 1; None of nothing."""
        return self.kept / self.total if self.total else None


@dataclass(frozen=True, slots=True)
class Line:
    """What was kept and broken in one week (its Monday) by one way to one zone."""

    week: date
    way: Way
    zone_id: str | None
    tally: Tally


@dataclass(frozen=True, slots=True)
class Report:
    """All lines, in the order of their weeks; every week of the period; and the names of zones that still exist.

    `passed`: promises of the period that have passed and whose parcel is still not there.
    """

    weeks: tuple[date, ...]
    lines: tuple[Line, ...]
    zone_names: Mapping[str, str]
    passed: int

    @property
    def total(self) -> Tally:
        """All of it."""
        return _added([line.tally for line in self.lines])

    def by_week(self) -> Mapping[date, Tally]:
        """Each week of the period, those without anything too."""
        found = self._by(lambda line: line.week)
        return {week: found.get(week, Tally()) for week in self.weeks}

    def by_way(self) -> Mapping[Way, Tally]:
        """Each way that was gone, the most used first."""
        return _most_first(self._by(lambda line: line.way))

    def by_zone(self) -> Mapping[str | None, Tally]:
        """Each zone, the most used first; None for centres and for places in no zone."""
        return _most_first(self._by(lambda line: line.zone_id))

    def _by(self, key: Callable[[Line], Key]) -> dict[Key, Tally]:
        lines: dict[Key, list[Tally]] = {}
        for line in self.lines:
            lines.setdefault(key(line), []).append(line.tally)
        return {name: _added(tallies) for name, tallies in lines.items()}


def report(session: Session, setup: Setup, first: date, last: date) -> Report:
    """The weeks from that of `first` to that of `last`, both days in the shop's zone; a parcel counts in the week in which it
    arrived or came back. Raises ValueError for more than MOST_WEEKS."""
    weeks = weeks_of(first, last)
    if len(weeks) > MOST_WEEKS:
        raise ValueError(f"at most {MOST_WEEKS} weeks, not {len(weeks)}")
    return Report(weeks, _lines(session, setup, weeks), _zone_names(session, setup), _passed(session, setup, weeks))


def weeks_of(first: date, last: date) -> tuple[date, ...]:
    """The Mondays of the weeks between two days, both included."""
    monday = first - timedelta(days=first.weekday())
    return tuple(monday + number * WEEK for number in range((last - monday).days // 7 + 1))


def _lines(session: Session, setup: Setup, weeks: Sequence[date]) -> tuple[Line, ...]:
    if not weeks:
        return ()
    starts = [_starts_at(week, setup.time_zone) for week in (*weeks, weeks[-1] + WEEK)]
    arrived_at = bookings.c.arrived_at
    which = case(*((arrived_at < start, number) for number, start in enumerate(starts)), else_=len(weeks))
    columns = [bookings.c[name] for name in ("type", "service_id", "zone_id", "kept", "broken_by")]
    rows = session.execute(
        select(which.label("number_of_week"), *columns, func.count().label("number"))
        .where(
            bookings.c.merchant_id == setup.merchant_id,
            arrived_at >= starts[0],
            arrived_at < starts[-1],
            bookings.c.kept.is_not(None),
        )
        .group_by(literal_column("number_of_week"), *columns)
    )
    tallies: dict[tuple[int, Way, str | None], list[Tally]] = {}
    for row in rows:
        key = row.number_of_week - 1, Way(row.type, row.service_id), row.zone_id
        tallies.setdefault(key, []).append(Tally(row.number) if row.kept else Tally(0, {row.broken_by: row.number}))
    ordered = sorted(tallies, key=lambda key: (key[0], key[1].type, key[1].service_id or "", key[2] or ""))
    return tuple(Line(weeks[key[0]], key[1], key[2], _added(tallies[key])) for key in ordered)


def _passed(session: Session, setup: Setup, weeks: Sequence[date]) -> int:
    if not weeks:
        return 0
    waiting = select(func.count()).where(
        bookings.c.merchant_id == setup.merchant_id,
        bookings.c.arrived_at.is_(None),
        bookings.c.kept.is_(False),
        bookings.c.latest_day.between(weeks[0], weeks[-1] + timedelta(days=6)),
    )
    return session.execute(waiting).scalar_one()


def _zone_names(session: Session, setup: Setup) -> dict[str, str]:
    rows = session.execute(select(zones.c.id, zones.c.name).where(zones.c.merchant_id == setup.merchant_id))
    return {row.id: row.name for row in rows}


def _starts_at(week: date, zone: ZoneInfo) -> datetime:
    return instant_of(week, time(0), zone)


def _added(tallies: Sequence[Tally]) -> Tally:
    broken: Counter[str] = Counter()
    for tally in tallies:
        broken.update(tally.broken_by)
    return Tally(sum(tally.kept for tally in tallies), dict(broken))


def _most_first(tallies: Mapping[Key, Tally]) -> dict[Key, Tally]:
    return dict(sorted(tallies.items(), key=lambda item: -item[1].total))
