"""Learning from deliveries: what was reported since the last time is told to what is known, in the order in which it happened.

The rows are the truth: what was learnt can be had again from them at any time.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, or_, select, update

from delivery import past_deliveries
from delivery.booking_states import AWAITING_PAYMENT, CANCELLED, CHOICE_OPEN, RETURNED
from delivery.learning import ON
from delivery.learnt_services import lane_to
from delivery.rules.delivery_clock import clock_of
from delivery.rules.estimate import Service
from delivery.rules.experience import VERSION, Experience
from delivery.rules.learnt import Lane
from delivery.rules.parcel_history import DELIVERED, DISPATCHED, ORDERED, PastParcel
from delivery.rules.places import Destination
from delivery.rules.wallclock import local_day
from delivery.setups import PricedService, Setup
from delivery.store.dialects import PerDialect
from delivery.store.engine import Session
from delivery.store.tables import bookings, events, experiences, merchants, past_parcels, services

LAG = timedelta(minutes=2)
"""So old a report has to be: one that is just being written must not be missed."""
EVERY = timedelta(hours=6)
LEARNT_FROM = "shipping"
ENDED = 3
"""After what happened to a parcel in rules.parcel_history: nothing more will."""
_LEFT = frozenset({"dispatched", "in_transit", "out_for_delivery"})
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)

Happened = tuple[datetime, int, str, int, Lane | None]
"""When, what, to which parcel, on which day by the service's clock, and for an order on which lane."""

_KEEP = PerDialect(
    experiences,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["merchant_id", "service_id"],
        set_={name: insert.excluded[name] for name in ("facts", "until", "learnt_at", "parcels")},
    ),
)


@dataclass(frozen=True, slots=True)
class Due:
    """A service that has something to learn."""

    merchant_id: str
    service_id: str


def due(session: Session, now: datetime) -> list[Due]:
    """The services of all merchants whose dates are learnt, and that have not looked for EVERY."""
    learns = services.c.learning["mode"].as_string() == ON
    known = (experiences.c.merchant_id == services.c.merchant_id) & (experiences.c.service_id == services.c.id)
    found = session.execute(
        select(services.c.merchant_id, services.c.id)
        .select_from(services.outerjoin(experiences, known))
        .where(learns, experiences.c.learnt_at.is_(None) | (experiences.c.learnt_at <= now - EVERY))
        .order_by(services.c.merchant_id, services.c.id)
        .execution_options(across_merchants="a sweep")
    )
    return [Due(*row) for row in found]


@dataclass(slots=True)
class Lesson:
    """What is known of a service and what was reported since: read, then learnt from without a transaction, then kept.

    `found`: until when it was told as it was read; None for nothing yet.
    """

    merchant_id: str
    service_id: str
    experience: Experience
    zone: ZoneInfo
    happened: list[Happened]
    found: datetime | None
    until: datetime

    def study(self) -> None:
        """Tell what is known what happened. It takes a while where much did."""
        _tell(self.experience, self.happened, self.until)
        self.experience.turn_to(local_day(self.until, self.zone).toordinal())


def lesson(session: Session, now: datetime, setup: Setup, service_id: str) -> Lesson:
    """Read what is known of a service, and all that was reported since."""
    priced, until = setup.services[service_id], now - LAG
    experience, found, since = _known(session, now, setup, priced)
    happened = sorted(_since(session, setup.merchant_id, priced.service, since, until), key=lambda one: one[:3])
    zone = priced.service.destination_zone
    return Lesson(setup.merchant_id, service_id, experience, zone, happened, found, until)


def keep(session: Session, now: datetime, learnt: Lesson) -> bool:
    """Keep what was studied. False, and nothing is kept, when somebody else kept or forgot something meanwhile."""
    merchant = merchants.c.id == learnt.merchant_id
    session.execute(select(merchants.c.id).where(merchant).with_for_update())
    row = _row(session, learnt.merchant_id, learnt.service_id)
    if (row.until if row else None) != learnt.found:
        return False
    values = {
        "merchant_id": learnt.merchant_id,
        "service_id": learnt.service_id,
        "facts": learnt.experience.facts(),
        "until": learnt.until,
        "learnt_at": now,
        "parcels": round(learnt.experience.learnt.parcels),
    }
    session.execute(_KEEP.of(session), values)
    session.execute(update(merchants).where(merchant).values(settings_version=merchants.c.settings_version + 1))
    return True


def forget(session: Session, merchant_id: str, service_id: str) -> None:
    """What was learnt of a service is gone: the next time everything is learnt anew from the rows."""
    session.execute(
        delete(experiences).where(experiences.c.merchant_id == merchant_id, experiences.c.service_id == service_id)
    )


def bring_along(session: Session, setup: Setup, service_id: str, parcels: Iterable[PastParcel]) -> int:
    """Keep deliveries of before for this service and forget what was learnt, so that all is learnt in order; how many are new."""
    new = past_deliveries.add(session, setup, service_id, parcels)
    forget(session, setup.merchant_id, service_id)
    return new


def _row(session: Session, merchant_id: str, service_id: str) -> Any:
    mine = (experiences.c.merchant_id == merchant_id, experiences.c.service_id == service_id)
    return session.execute(select(experiences.c.facts, experiences.c.until).where(*mine)).first()


def _known(
    session: Session, now: datetime, setup: Setup, priced: PricedService
) -> tuple[Experience, datetime | None, datetime]:
    """What is known, until when it was told, and since when to go on. Of another version, or nothing yet: from the first row."""
    row = _row(session, setup.merchant_id, priced.service.id)
    clock = clock_of(priced.service.delivers)
    if row is not None and row.facts["version"] == VERSION:
        experience = Experience.from_facts(clock, row.facts)
        experience.confidence = priced.learning.level
        return experience, row.until, row.until
    first = _first_day(session, setup.merchant_id, priced.service.id) or now.date()
    transits = [transit.most_days for transit in priced.service.transits] or [3]
    own_rule = (0.5, sum(transits) / len(transits))
    experience = Experience(clock, own_rule, priced.learning.level, first.toordinal() - 1)
    return experience, row and row.until, _BEGINNING


def _first_day(session: Session, merchant_id: str, service_id: str) -> date | None:
    past = select(past_parcels.c.counted_from).where(
        past_parcels.c.merchant_id == merchant_id, past_parcels.c.service_id == service_id
    )
    own = select(bookings.c.created_at).where(
        bookings.c.merchant_id == merchant_id, bookings.c.service_id == service_id
    )
    first_past = session.execute(past.order_by(past_parcels.c.counted_from).limit(1)).scalar()
    first_own = session.execute(own.order_by(bookings.c.created_at).limit(1)).scalar()
    days = [first_past, first_own and first_own.date()]
    return min((day for day in days if day is not None), default=None)


def _since(
    session: Session, merchant_id: str, service: Service, since: datetime, until: datetime
) -> Iterator[Happened]:
    if since == _BEGINNING:
        yield from _past(session, merchant_id, service.id)
    yield from _ordered(session, merchant_id, service, since, until)
    yield from _reported(session, merchant_id, service, since, until)
    yield from _ended(session, merchant_id, service, since, until)


def _past(session: Session, merchant_id: str, service_id: str) -> Iterator[Happened]:
    mine = (past_parcels.c.merchant_id == merchant_id, past_parcels.c.service_id == service_id)
    for row in session.execute(select(past_parcels).where(*mine)):
        name, lane = f"past {row.order_number}", Lane(row.origin, row.origin, row.region, row.area)
        yield _at(row.counted_from), ORDERED, name, row.counted_from.toordinal(), lane
        for kind, day in ((DISPATCHED, row.dispatched_day), (DELIVERED, row.delivered_day)):
            if day is not None:
                yield _at(max(day, row.counted_from)), kind, name, day.toordinal(), None


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def _ordered(
    session: Session, merchant_id: str, service: Service, since: datetime, until: datetime
) -> Iterator[Happened]:
    """Orders, counted from the day by which the promise had them sent."""
    columns = (bookings.c.id, bookings.c.created_at, bookings.c.origin_id, bookings.c.ship_by, bookings.c.address)
    found = session.execute(
        select(*columns).where(
            bookings.c.merchant_id == merchant_id,
            bookings.c.service_id == service.id,
            bookings.c.type == LEARNT_FROM,
            bookings.c.state.not_in((AWAITING_PAYMENT, CHOICE_OPEN)),
            bookings.c.created_at >= since,
            bookings.c.created_at < until,
        )
    )
    for row in found:
        ordered_day = local_day(row.created_at, service.destination_zone)
        there = Destination(row.address["country"], row.address.get("postal_code") or None)
        lane = lane_to(row.origin_id or "", there.country, there.normal_postal_code)
        yield row.created_at, ORDERED, row.id, (row.ship_by or ordered_day).toordinal(), lane


def _reported(
    session: Session, merchant_id: str, service: Service, since: datetime, until: datetime
) -> Iterator[Happened]:
    found = session.execute(
        select(events.c.booking_id, events.c.type, events.c.at)
        .join(bookings, (bookings.c.id == events.c.booking_id) & (bookings.c.merchant_id == events.c.merchant_id))
        .where(
            events.c.merchant_id == merchant_id,
            bookings.c.service_id == service.id,
            events.c.received_at >= since,
            events.c.received_at < until,
        )
    )
    for row in found:
        kind = DISPATCHED if row.type in _LEFT else DELIVERED if row.type == "delivered" else None
        if row.type == RETURNED:
            kind = ENDED
        if kind is not None:
            yield row.at, kind, row.booking_id, local_day(row.at, service.destination_zone).toordinal(), None


def _ended(
    session: Session, merchant_id: str, service: Service, since: datetime, until: datetime
) -> Iterator[Happened]:
    """Orders that were cancelled, or go another way now."""
    elsewhere = or_(
        bookings.c.state == CANCELLED,
        bookings.c.type != LEARNT_FROM,
        bookings.c.service_id.is_distinct_from(service.id),
    )
    found = session.execute(
        select(bookings.c.id, bookings.c.updated_at).where(
            bookings.c.merchant_id == merchant_id,
            bookings.c.updated_at >= since,
            bookings.c.updated_at < until,
            elsewhere,
        )
    )
    for row in found:
        yield row.updated_at, ENDED, row.id, local_day(row.updated_at, service.destination_zone).toordinal(), None


def _tell(experience: Experience, happened: Iterable[Happened], until: datetime) -> None:
    for at, kind, parcel, day, lane in happened:
        experience.turn_to(min(at, until).date().toordinal())
        if kind == ORDERED and lane is not None:
            experience.ordered(parcel, lane, day)
        elif kind == DISPATCHED:
            experience.dispatched(parcel, day)
        elif kind == DELIVERED:
            experience.delivered(parcel, day)
        else:
            experience.forget(parcel)
