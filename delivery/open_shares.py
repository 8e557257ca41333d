"""The alarm about orders without a choice: so many of a day's orders lack one that something at the checkout must be wrong."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select, update

from delivery.afterwards import afterwards_of
from delivery.store.engine import Session
from delivery.store.tables import bookings, merchants, open_choices

KIND = "open_share"
SPAN = timedelta(hours=24)
FEWEST = 5
"""Of fewer orders a share says nothing."""


@dataclass(frozen=True, slots=True)
class OpenShare:
    """How many orders of the last 24 hours came without a choice, of how many; `limit` is the merchant's, in percent."""

    without: int
    orders: int
    limit: int

    @property
    def percent(self) -> int:
        """The share in whole percent, rounded down."""
        return 100 * self.without // self.orders if self.orders else 0

    @property
    def is_high(self) -> bool:
        """Whether there are enough orders to say so, and the limit is exceeded."""
        return self.orders >= FEWEST and 100 * self.without > self.limit * self.orders


@dataclass(frozen=True, slots=True)
class Alarm:
    """A merchant who is to be warned; `newest` is the last order that came without a choice."""

    merchant_id: str
    share: OpenShare
    newest: str


def open_share(session: Session, now: datetime, merchant_id: str) -> OpenShare:
    """As it stands now."""
    row = session.execute(select(merchants.c.afterwards).where(merchants.c.id == merchant_id)).one()
    without = select(func.count()).where(open_choices.c.merchant_id == merchant_id, open_choices.c.came_at > now - SPAN)
    orders = select(func.count()).where(bookings.c.merchant_id == merchant_id, bookings.c.created_at > now - SPAN)
    return OpenShare(
        session.execute(without).scalar_one(),
        session.execute(orders).scalar_one(),
        afterwards_of(row.afterwards).open_share_alarm,
    )


def new_alarms(session: Session, now: datetime) -> list[Alarm]:
    """The merchants whose share is high and who have not been warned for a day, each told to one caller only."""
    candidates = (
        select(merchants.c.id)
        .join(open_choices, open_choices.c.merchant_id == merchants.c.id)
        .where(open_choices.c.came_at > now - SPAN, _is_quiet(now))
        .distinct()
        .order_by(merchants.c.id)
        .execution_options(across_merchants="a sweep")
    )
    shares = {merchant_id: open_share(session, now, merchant_id) for merchant_id in session.scalars(candidates)}
    return [
        Alarm(merchant_id, share, _newest(session, merchant_id))
        for merchant_id, share in shares.items()
        if share.is_high and _is_first(session, now, merchant_id)
    ]


def _newest(session: Session, merchant_id: str) -> str:
    mine = select(open_choices.c.booking_id).where(open_choices.c.merchant_id == merchant_id)
    found: str = session.execute(mine.order_by(open_choices.c.came_at.desc()).limit(1)).scalar_one()
    return found


def _is_first(session: Session, now: datetime, merchant_id: str) -> bool:
    told = session.execute(
        update(merchants).where(merchants.c.id == merchant_id, _is_quiet(now)).values(open_share_told_at=now)
    )
    return told.rowcount == 1


def _is_quiet(now: datetime) -> ColumnElement[bool]:
    return or_(merchants.c.open_share_told_at.is_(None), merchants.c.open_share_told_at <= now - SPAN)
