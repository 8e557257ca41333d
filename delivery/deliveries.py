"""Finding a merchant's deliveries: by what somebody typed, and by filters; the newest order first, in pages."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from sqlalchemy import ColumnElement, Select, and_, exists, literal_column, select, tuple_

from delivery.booking_rows import Booking, as_booking, select_bookings
from delivery.bookings import Page
from delivery.cursors import read_cursor, write_cursor
from delivery.handovers import PASSED_ON, WORST_FIRST
from delivery.searched import LONGEST_NAME, LONGEST_ORDER, folded, folded_postal_code
from delivery.store.engine import Session
from delivery.store.tables import bookings, handovers

PAGE = 50
"""How many deliveries a page of the list has."""

_AFTER_ALL_OTHERS = "\U0010ffff"
_BOOKING_ID = "bk_"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for; what is left out matches everything.

    `text` is the beginning of an order number or postcode, a part of the recipient's name, or a booking's id.
    `delivery_day` is one of the days promised. `handover` is the worst state of the booking's messages, as in
    handovers.states_of; a booking without a message has none.
    """

    text: str = ""
    state: str | None = None
    type: str | None = None
    ship_by_from: date | None = None
    ship_by_until: date | None = None
    delivery_day: date | None = None
    origin_id: str | None = None
    service_id: str | None = None
    handover: str | None = None


def search(
    session: Session, *, merchant_id: str, country: str, wanted: Wanted, cursor: str | None = None, limit: int = PAGE
) -> Page:
    """One page of what is wanted. `country` is where a postcode without a country is looked for: the merchant's.

    A delivery that comes in meanwhile stands before the first page, so none is shown twice and none left out.
    Raises InvalidInput for a cursor that is not ours.
    """
    always = [bookings.c.merchant_id == merchant_id, *_filters(merchant_id, wanted)]
    if cursor is not None:
        always.append(tuple_(bookings.c.created_at, bookings.c.id) < tuple_(*read_cursor(cursor)))
    found: dict[str, Booking] = {}
    # One statement for each way to match: each goes down an index of its own, which one with OR would not.
    for way in _ways(wanted.text, country):
        found.update((booking.id, booking) for booking in _newest(session, merchant_id, [*always, *way], limit + 1))
    page = sorted(found.values(), key=attrgetter("created_at", "id"), reverse=True)
    more = write_cursor(page[limit - 1].created_at, page[limit - 1].id) if len(page) > limit else None
    return Page(tuple(page[:limit]), more)


def _newest(
    session: Session, merchant_id: str, conditions: Sequence[ColumnElement[bool]], limit: int
) -> Iterator[Booking]:
    """The newest bookings that meet the conditions. Which they are, an index alone says; then their rows are read."""
    newest = (bookings.c.created_at.desc(), bookings.c.id.desc())
    ids = select(bookings.c.merchant_id, bookings.c.id).where(*conditions).order_by(*newest).limit(limit).subquery()
    rows = select_bookings(merchant_id).join(
        ids, and_(ids.c.merchant_id == bookings.c.merchant_id, ids.c.id == bookings.c.id)
    )
    return map(as_booking, session.execute(rows))


def _ways(text: str, country: str) -> list[list[ColumnElement[bool]]]:
    said = folded(text)
    if not said:
        return [[]]
    if text.strip().startswith(_BOOKING_ID):
        return [[bookings.c.id == text.strip()], _begins(bookings.c.search_order, said)]
    ways = [_begins(bookings.c.search_order, said[:LONGEST_ORDER])]
    code = folded_postal_code(country, text)
    if code is not None:
        ways.append(_begins(bookings.c.search_postal_code, code))
    ways.append([bookings.c.search_name.contains(said[:LONGEST_NAME], autoescape=True)])
    return ways


def _begins(column: ColumnElement[str], text: str) -> list[ColumnElement[bool]]:
    """As a range, which both databases look up in an index; LIKE they would not."""
    return [column >= text, column < text + _AFTER_ALL_OTHERS]


def _filters(merchant_id: str, wanted: Wanted) -> list[ColumnElement[bool]]:
    same = ("state", "type", "origin_id", "service_id")
    conditions = [bookings.c[name] == getattr(wanted, name) for name in same if getattr(wanted, name) is not None]
    if wanted.ship_by_from is not None:
        conditions.append(bookings.c.ship_by >= wanted.ship_by_from)
    if wanted.ship_by_until is not None:
        conditions.append(bookings.c.ship_by <= wanted.ship_by_until)
    if wanted.delivery_day is not None:
        day = wanted.delivery_day
        conditions.append(and_(bookings.c.earliest_day <= day, bookings.c.latest_day >= day))
    if wanted.handover is not None:
        conditions += _worst_is(merchant_id, wanted.handover)
    return conditions


def _worst_is(merchant_id: str, state: str) -> list[ColumnElement[bool]]:
    worse = WORST_FIRST[: WORST_FIRST.index(state)]
    conditions = [_was_passed_on() if state == PASSED_ON else bookings.c.id.in_(_unfinished(merchant_id, [state]))]
    if worse:
        conditions.append(bookings.c.id.not_in(_unfinished(merchant_id, worse)))
    return conditions


def _was_passed_on() -> ColumnElement[bool]:
    return exists().where(
        handovers.c.merchant_id == bookings.c.merchant_id,
        handovers.c.booking_id == bookings.c.id,
        handovers.c.state == PASSED_ON,
    )


def _unfinished(merchant_id: str, states: Collection[str]) -> Select[tuple[str]]:
    return select(handovers.c.booking_id).where(
        handovers.c.merchant_id == merchant_id,
        handovers.c.state.in_(states),
        # Spelled out for the index of unfinished ones: what a parameter says, neither database knows beforehand.
        handovers.c.state != literal_column(f"'{PASSED_ON}'"),
    )
