"""Orders that came without a choice of delivery: until when the shopper can choose, what is due next, who chose in the end.

The time to choose begins with the order, or with its payment when that comes later. In it the shopper hears of the link at once,
halfway and shortly before the end; after it the shop's safe default is taken (delivery/safe_default.py).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, literal_column, select, update

from delivery import messages
from delivery.afterwards import Afterwards, afterwards_of
from delivery.booking_rows import Booking, get_locked
from delivery.booking_states import CHOICE_OPEN
from delivery.rules.reminders import is_night, next_morning, reminders
from delivery.rules.wallclock import zone_named
from delivery.store.dialects import PerDialect
from delivery.store.engine import Session
from delivery.store.tables import bookings, merchants, open_choices
from delivery.texts.countries import zone_in

SHOPPER, STAFF, DEFAULT = "shopper", "staff", "default"
"""Who chose."""

LOOK_AGAIN = timedelta(hours=1)
"""When the default is tried once more after it could not be taken; the shop may have set another by then."""

_INSERT = PerDialect(open_choices, lambda insert: insert.on_conflict_do_nothing())
_DUE = (
    select(open_choices.c.merchant_id, open_choices.c.booking_id)
    .where(literal_column("next_at is not null"), open_choices.c.next_at <= bindparam("now"))
    .order_by(open_choices.c.next_at)
    .limit(bindparam("at_most"))
    .execution_options(across_merchants="a sweep")
)


@dataclass(frozen=True, slots=True)
class Chooser:
    """Who chooses; of staff, how that person is called."""

    kind: str
    name: str | None = None


THE_SHOPPER, THE_DEFAULT = Chooser(SHOPPER), Chooser(DEFAULT)


@dataclass(frozen=True, slots=True)
class OpenChoice:
    """What is known of one order that came without a choice. `opened_at` and `choose_until` are None until it is paid."""

    opened_at: datetime | None
    choose_until: datetime | None
    next_at: datetime | None
    default_failed_at: datetime | None
    chosen_at: datetime | None
    chosen_by: str | None
    chosen_by_name: str | None


_NAMES = tuple(OpenChoice.__dataclass_fields__)


class Due(NamedTuple):
    """An order about which something is to be done."""

    merchant_id: str
    booking_id: str


def came(session: Session, now: datetime, booking: Booking) -> None:
    """An order came without a choice, paid or not."""
    row = {"merchant_id": booking.merchant_id, "booking_id": booking.id, "came_at": now}
    session.execute(_INSERT.of(session), row)


def begin(session: Session, now: datetime, booking: Booking) -> None:
    """From now on it can be chosen: the deadline is set, and the shopper gets the link. Does nothing the second time."""
    terms = _terms(session, booking.merchant_id)
    until = now + timedelta(hours=terms.afterwards.choice_hours)
    begun = session.execute(
        update(open_choices)
        .where(*_own(booking.merchant_id, booking.id), open_choices.c.opened_at.is_(None))
        .values(opened_at=now, choose_until=until, next_at=_next(now, now, until, terms.zone_of(booking)))
    )
    if begun.rowcount:
        messages.tell(session, now, booking, "choose")


def known_of(session: Session, merchant_id: str, booking_id: str) -> OpenChoice | None:
    """What is known of this order; None when it came with a choice."""
    columns = (open_choices.c[name] for name in _NAMES)
    row = session.execute(select(*columns).where(*_own(merchant_id, booking_id))).one_or_none()
    return None if row is None else OpenChoice(*row)


def chosen(session: Session, now: datetime, booking: Booking, who: Chooser) -> None:
    """Somebody chose: nothing is left to do."""
    said = {"chosen_at": now, "chosen_by": who.kind, "chosen_by_name": who.name, "next_at": None}
    _write(session, booking.merchant_id, booking.id, **said)


def due(session: Session, now: datetime, limit: int) -> list[Due]:
    """Orders of all merchants about which something is to be done now, the one that waited longest first."""
    return [Due(*row) for row in session.execute(_DUE, {"now": now, "at_most": limit})]


def see_to(session: Session, now: datetime, one: Due) -> str | None:
    """Do what is due about one order: remind the shopper, or nothing when somebody has done it meanwhile.

    Returns the service that is to be taken now as the safe default, the deadline having passed; the order is then locked
    until the transaction ends.
    """
    booking = get_locked(session, merchant_id=one.merchant_id, booking_id=one.booking_id)
    known = known_of(session, one.merchant_id, one.booking_id)
    if known is None or known.next_at is None or known.next_at > now:
        return None
    if booking.state == CHOICE_OPEN and known.choose_until is None:
        begin(session, now, booking)
        return None
    if booking.state != CHOICE_OPEN or known.opened_at is None or known.choose_until is None:
        _write(session, *one, next_at=None)
        return None
    terms = _terms(session, one.merchant_id)
    if now >= known.choose_until:
        _write(session, *one, next_at=now + LOOK_AGAIN)
        return terms.afterwards.choice_default
    zone = terms.zone_of(booking)
    if is_night(now, zone):
        # A worker that was away must not wake anybody.
        _write(session, *one, next_at=min(next_morning(now, zone), known.choose_until))
        return None
    _, last = reminders(known.opened_at, known.choose_until, zone)
    messages.tell(session, now, booking, "choose_last" if last and last <= now else "choose_reminder")
    _write(session, *one, next_at=_next(now, known.opened_at, known.choose_until, zone))
    return None


def default_failed(session: Session, now: datetime, one: Due) -> bool:
    """The safe default could not be taken: it stays open, and is tried again later. Whether that is news."""
    news = session.execute(
        update(open_choices)
        .where(*_own(*one), open_choices.c.chosen_at.is_(None), open_choices.c.default_failed_at.is_(None))
        .values(default_failed_at=now)
    )
    put_off(session, now, one)
    return news.rowcount == 1


def put_off(session: Session, now: datetime, one: Due) -> None:
    """Something went wrong on our side: look again later."""
    _write(session, *one, next_at=now + LOOK_AGAIN)


def how_many_open(session: Session, merchant_id: str) -> int:
    """How many orders of this merchant wait for a choice."""
    waiting = select(func.count()).where(bookings.c.merchant_id == merchant_id, bookings.c.state == CHOICE_OPEN)
    return session.execute(waiting).scalar_one()


class _Terms(NamedTuple):
    """A merchant's terms for choosing, read from its own row: orders are confirmed without the rest of its settings."""

    afterwards: Afterwards
    country: str
    zone: ZoneInfo

    def zone_of(self, booking: Booking) -> ZoneInfo:
        return zone_in(booking.address["country"], self.country, self.zone)


def _terms(session: Session, merchant_id: str) -> _Terms:
    columns = (merchants.c.afterwards, merchants.c.country, merchants.c.time_zone)
    row = session.execute(select(*columns).where(merchants.c.id == merchant_id)).one()
    return _Terms(afterwards_of(row.afterwards), row.country, zone_named(row.time_zone))


def _next(now: datetime, opened_at: datetime, until: datetime, zone: ZoneInfo) -> datetime:
    moments = (*reminders(opened_at, until, zone), until)
    return next(moment for moment in moments if moment is not None and (moment > now or moment is until))


def _own(merchant_id: str, booking_id: str) -> tuple[Any, ...]:
    return open_choices.c.merchant_id == merchant_id, open_choices.c.booking_id == booking_id


def _write(session: Session, merchant_id: str, booking_id: str, **facts: Any) -> None:
    session.execute(update(open_choices).where(*_own(merchant_id, booking_id)).values(facts))
