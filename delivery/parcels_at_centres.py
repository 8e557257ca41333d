"""The parcels of an order as the counter of a pick-up centre knows them: numbered from 1, each somewhere on its way.

An order of which nobody at the counter has said anything is one parcel that is expected.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, insert, select

from delivery.store.engine import Session
from delivery.store.tables import parcels

EXPECTED, HERE, COLLECTED, REFUSED, GONE_BACK = "expected", "here", "collected", "refused", "gone_back"
LEFT = frozenset({EXPECTED, HERE})
"""Still to be given out."""
MOST = 99
LONGEST_SHELF = 40


@dataclass(frozen=True, slots=True)
class Parcel:
    """`state` is one of the five above; a refused one lies there until it goes back. `shelf` says where, in the words of
    who put it there."""

    number: int
    state: str = EXPECTED
    shelf: str = ""
    came_at: datetime | None = None
    went_at: datetime | None = None


_NOBODY_SAW = (Parcel(1),)


def of_booking(session: Session, merchant_id: str, booking_id: str) -> tuple[Parcel, ...]:
    """Its parcels, by number; there is always one."""
    return of_bookings(session, merchant_id, [booking_id]).get(booking_id, _NOBODY_SAW)


def of_bookings(session: Session, merchant_id: str, booking_ids: Collection[str]) -> Mapping[str, tuple[Parcel, ...]]:
    """The parcels of each booking, by number; a booking of which nothing was said is left out."""
    found: dict[str, tuple[Parcel, ...]] = {}
    rows = session.execute(
        select(parcels)
        .where(parcels.c.merchant_id == merchant_id, parcels.c.booking_id.in_(booking_ids))
        .order_by(parcels.c.booking_id, parcels.c.number)
    )
    for row in rows:
        one = Parcel(row.number, row.state, row.shelf, row.came_at, row.went_at)
        found[row.booking_id] = (*found.get(row.booking_id, ()), one)
    return found


def keep(session: Session, merchant_id: str, booking_id: str, known: Iterable[Parcel]) -> tuple[Parcel, ...]:
    """Write these as all parcels of the booking, which the caller has locked."""
    own = parcels.c.merchant_id == merchant_id, parcels.c.booking_id == booking_id
    session.execute(delete(parcels).where(*own))
    rows = tuple(sorted(known, key=lambda parcel: parcel.number))
    facts = [{name: getattr(parcel, name) for name in Parcel.__dataclass_fields__} for parcel in rows]
    session.execute(insert(parcels), [one | {"merchant_id": merchant_id, "booking_id": booking_id} for one in facts])
    return rows


def moved(known: Iterable[Parcel], numbers: Collection[int], state: str, at: datetime) -> tuple[Parcel, ...]:
    """The parcels, those of these numbers in another state since `at`. What was never seen to come came at the latest then."""
    return tuple(
        replace(one, state=state, came_at=one.came_at or at, went_at=at if state in (COLLECTED, GONE_BACK) else None)
        if one.number in numbers
        else one
        for one in known
    )


def numbers_in(known: Iterable[Parcel], states: Collection[str]) -> tuple[int, ...]:
    """The numbers of the parcels in one of these states."""
    return tuple(one.number for one in known if one.state in states)
