"""To whom windows of a day were closed because no van could come by, why, and what one more van would have taken."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from delivery import van_days, van_stops
from delivery.fleets import Fleet
from delivery.options import Window
from delivery.rules.places import Point
from delivery.rules.slots import slot_on
from delivery.rules.what_ifs import Refused, one_more_van
from delivery.setups import Setup
from delivery.store.engine import Session
from delivery.store.tables import holds, van_refusals
from delivery.van_refusals import FAR, FULL, ROOM

REASONS = (FULL, FAR, ROOM)

AT_MOST = 500
"""How many of a day are looked at, the latest first."""


@dataclass(frozen=True, slots=True)
class RefusedStop:
    """A checkout that was shown fewer windows of a day. `has_chosen`: it took another window of that day all the same."""

    checkout: str
    at: datetime
    point: Point
    parcels: int
    grams: int
    windows: tuple[Window, ...]
    reason: str
    has_chosen: bool


@dataclass(frozen=True, slots=True)
class RefusedDay:
    """All of a day. `by_window` counts how often each was closed; `is_cut` says that there were more than AT_MOST.

    Of those who chose nothing else that day, `even_now` would fit in now, and `one_more` only with one more van like `like`,
    which is called as the merchant calls it; None on a day without vans.
    """

    refused: tuple[RefusedStop, ...]
    by_window: Mapping[Window, int]
    is_cut: bool
    like: str | None
    even_now: int
    one_more: int

    @property
    def by_reason(self) -> dict[str, int]:
        """How many for each reason, in their order."""
        counted = Counter(one.reason for one in self.refused)
        return {reason: counted[reason] for reason in REASONS if counted[reason]}

    @property
    def who_left(self) -> tuple[RefusedStop, ...]:
        """Those who chose nothing else that day."""
        return tuple(one for one in self.refused if not one.has_chosen)


def refused_on(session: Session, setup: Setup, fleet: Fleet, day: date) -> RefusedDay:
    """Whom the vans of a fleet could not take on a day."""
    rows = session.execute(
        select(van_refusals)
        .where(
            van_refusals.c.merchant_id == setup.merchant_id,
            van_refusals.c.origin_id == fleet.origin_id,
            van_refusals.c.day == day,
        )
        .order_by(van_refusals.c.at.desc(), van_refusals.c.checkout)
        .limit(AT_MOST + 1)
    ).all()
    chose, windows = _checkouts(session, setup.merchant_id, fleet.origin_id, day), _windows(setup, day)
    refused = tuple(
        RefusedStop(
            checkout=row.checkout,
            at=row.at,
            point=Point(row.latitude, row.longitude),
            parcels=row.parcels,
            grams=row.grams,
            windows=tuple(sorted((windows[ref] for ref in row.windows if ref in windows), key=_by_start)),
            reason=row.reason,
            has_chosen=row.checkout in chose,
        )
        for row in rows[:AT_MOST]
    )
    like, even_now, one_more = _what_if(session, setup, fleet, day, refused)
    closed = Counter(window for one in refused for window in one.windows)
    by_window = dict(sorted(closed.items(), key=lambda pair: _by_start(pair[0])))
    return RefusedDay(refused, by_window, len(rows) > AT_MOST, like, even_now, one_more)


def _by_start(window: Window) -> tuple[datetime, datetime]:
    return window.start, window.end


def _windows(setup: Setup, day: date) -> dict[str, Window]:
    slots = ((pattern.id, slot_on(pattern, day)) for pattern in setup.patterns.values())
    return {ref: Window(slot.start, slot.end) for ref, slot in slots if slot is not None}


def _checkouts(session: Session, merchant_id: str, origin_id: str, day: date) -> frozenset[str]:
    """Who has a stop on that day."""
    ids = list(van_stops.holds_of(session, merchant_id, origin_id, day).values())
    found = session.scalars(select(holds.c.checkout).where(holds.c.merchant_id == merchant_id, holds.c.id.in_(ids)))
    return frozenset(found)


def _what_if(
    session: Session, setup: Setup, fleet: Fleet, day: date, refused: Sequence[RefusedStop]
) -> tuple[str | None, int, int]:
    routes = van_days.read(session, setup.merchant_id, fleet, day).routes
    # As they asked: the first comes first.
    left = [_asked(one, fleet) for one in reversed(refused) if not one.has_chosen]
    found = one_more_van(routes, left)
    if found is None:
        return None, 0, 0
    return fleet.name_of(found.like.van), len(found.even_now), len(found.taken)


def _asked(one: RefusedStop, fleet: Fleet) -> Refused:
    windows = tuple((window.start.timestamp(), window.end.timestamp()) for window in one.windows)
    service = float(fleet.driving.door_seconds(one.parcels))
    return Refused(fleet.plane.place(one.point), service, one.parcels, one.grams, windows)
