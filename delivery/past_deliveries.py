"""Deliveries of before that a merchant brings along, so that dates are learnt from the first day on."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from delivery.rules.estimate import Backlog, Origin, prepare
from delivery.rules.parcel_history import PastParcel
from delivery.rules.workdays import NoWorkDay
from delivery.setups import Setup
from delivery.store.dialects import PerDialect
from delivery.store.engine import Session
from delivery.store.tables import past_parcels

_INSERT_PAST = PerDialect(past_parcels, lambda insert: insert.on_conflict_do_nothing())


def add(session: Session, setup: Setup, service_id: str, parcels: Iterable[PastParcel]) -> int:
    """Keep them for this service; how many are new. One that is there already, by its order, stays as it is."""
    origin = next(iter(setup.origins.values()), None)
    rows = [_past_row(setup.merchant_id, service_id, origin, setup.country, parcel) for parcel in parcels]
    before = _number(session, setup.merchant_id, service_id)
    if rows:
        session.execute(_INSERT_PAST.of(session), rows)
    return _number(session, setup.merchant_id, service_id) - before


def _number(session: Session, merchant_id: str, service_id: str) -> int:
    mine = (past_parcels.c.merchant_id == merchant_id, past_parcels.c.service_id == service_id)
    return session.execute(select(func.count()).select_from(past_parcels).where(*mine)).scalar_one()


def _past_row(
    merchant_id: str, service_id: str, origin: Origin | None, country: str, parcel: PastParcel
) -> dict[str, object]:
    ordered_day = parcel.ordered_at.date()
    zone = origin.zone if origin else ZoneInfo("UTC")
    return {
        "merchant_id": merchant_id,
        "service_id": service_id,
        "order_number": parcel.order[:100],
        "ordered_at": parcel.ordered_at.replace(tzinfo=zone),
        "counted_from": ordered_day
        if origin is None
        else _sent_by_rule(parcel.ordered_at.replace(tzinfo=zone), origin),
        "dispatched_day": parcel.dispatched_at and parcel.dispatched_at.date(),
        "delivered_day": parcel.delivered_at and parcel.delivered_at.date(),
        "origin": (parcel.lane.origin or (origin.id if origin else ""))[:64],
        "region": f"{country}{parcel.lane.region}"[:20],
        "area": f"{country}{parcel.lane.area}"[:20],
    }


def _sent_by_rule(ordered_at: datetime, origin: Origin) -> date:
    """The day on which the merchant's own rule would have had it packed, whatever waited then."""
    try:
        return prepare(ordered_at, replace(origin, backlog=Backlog()), 0).ready_day
    except NoWorkDay:
        return ordered_at.date()
