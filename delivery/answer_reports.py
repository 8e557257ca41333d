"""What shoppers say of their deliveries: scores by service, hour of the window, centre and promise; and what was answered."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, case, func, literal_column, select

from delivery.answers import BAD, Given
from delivery.promise_reports import Way
from delivery.rules.wallclock import instant_of
from delivery.setups import Setup
from delivery.store.engine import Session
from delivery.store.tables import answers, bookings

MOST_SHOWN = 50
Key = TypeVar("Key", bound=Hashable)

_BOTH = and_(answers.c.merchant_id == bookings.c.merchant_id, answers.c.booking_id == bookings.c.id)


@dataclass(frozen=True, slots=True)
class Score:
    """How many answered, the sum of their scores, and how many of those were bad."""

    number: int = 0
    total: int = 0
    bad: int = 0

    @property
    def average(self) -> float | None:
        """From 1 to 5; None of nothing."""
        return self.total / self.number if self.number else None


@dataclass(frozen=True, slots=True)
class Line:
    """The answers that have all of this in common. `hour` is when a home window began, "HH" on the clocks there."""

    way: Way
    hour: str | None
    centre: str | None
    kept: bool | None
    score: Score


@dataclass(frozen=True, slots=True)
class Scores:
    """All lines of a period."""

    lines: tuple[Line, ...]

    @property
    def all(self) -> Score:
        """All answers."""
        return _added([line.score for line in self.lines])

    def by(self, key: Callable[[Line], Key | None]) -> Mapping[Key, Score]:
        """By whatever `key` says of a line; lines of which it says None are left out."""
        found: dict[Key, list[Score]] = {}
        for line in self.lines:
            name = key(line)
            if name is not None:
                found.setdefault(name, []).append(line.score)
        return {name: _added(scores) for name, scores in found.items()}


@dataclass(frozen=True, slots=True)
class Said:
    """One answer and whose it is. `recipient` is who asked to be called, as the order has it; empty of who did not."""

    booking_id: str
    order: str
    given: Given
    given_at: datetime
    recipient: Mapping[str, Any]


def scores(session: Session, setup: Setup, first: date, last: date) -> Scores:
    """The scores of answers given from one day to another, both in the shop's zone and included."""
    option = bookings.c.option
    hour = func.substr(option["window"]["start"].as_string(), 12, 2).label("hour")
    centre = option["location"]["name"].as_string().label("centre")
    columns = [bookings.c.type, bookings.c.service_id, bookings.c.kept]
    bad = func.sum(case((answers.c.score <= BAD, 1), else_=0))
    rows = session.execute(
        select(
            *columns,
            hour,
            centre,
            func.count().label("number"),
            func.sum(answers.c.score).label("total"),
            bad.label("bad"),
        )
        .join_from(answers, bookings, _BOTH)
        .where(*_given_between(setup, first, last))
        .group_by(*columns, literal_column("hour"), literal_column("centre"))
    )
    return Scores(
        tuple(
            Line(
                Way(row.type, row.service_id),
                row.hour,
                row.centre,
                row.kept,
                Score(row.number, int(row.total), int(row.bad)),
            )
            for row in rows
        )
    )


def latest(session: Session, setup: Setup, first: date, last: date) -> tuple[Said, ...]:
    """The last answers of a period, bad ones first and then the newest."""
    columns = (answers, bookings.c.order_number, bookings.c.part, bookings.c.recipient)
    rows = session.execute(
        select(*columns)
        .join_from(answers, bookings, _BOTH)
        .where(*_given_between(setup, first, last))
        .order_by(case((answers.c.score <= BAD, 0), else_=1), answers.c.given_at.desc(), answers.c.booking_id)
        .limit(MOST_SHOWN)
    )
    return tuple(
        Said(
            booking_id=row.booking_id,
            order=f"{row.order_number} {row.part}".strip(),
            given=Given(row.score, tuple(row.reasons), row.words, row.wants_call),
            given_at=row.given_at,
            recipient=row.recipient if row.wants_call else {},
        )
        for row in rows
    )


def _given_between(setup: Setup, first: date, last: date) -> list[ColumnElement[bool]]:
    zone = setup.time_zone
    return [
        answers.c.merchant_id == setup.merchant_id,
        answers.c.given_at >= instant_of(first, time(0), zone),
        answers.c.given_at < instant_of(last + timedelta(days=1), time(0), zone),
    ]


def _added(found: Sequence[Score]) -> Score:
    return Score(
        sum(score.number for score in found), sum(score.total for score in found), sum(score.bad for score in found)
    )
