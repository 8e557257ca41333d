"""Progress: what is reported about a booking after the order. Its state is what the reports say, sorted by their moment."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, bindparam, exists, insert, select, update

from delivery import change_rows, handovers
from delivery.booking_rows import Booking, changed, get_locked
from delivery.booking_states import (
    AWAITING_PAYMENT,
    CANCELLED,
    CENTRE_ONLY,
    CHOICE_OPEN,
    COLLECTED,
    CONFIRMED,
    DELIVERED,
    HOME_ONLY,
    MAY_FOLLOW,
    READY_FOR_PICKUP,
    RETURNED,
    STATE_AFTER,
    STEPS,
)
from delivery.counters import free_booked
from delivery.erased import is_erased
from delivery.keeping import keeping_of, lies_until
from delivery.outcomes import outcome_facts
from delivery.personal_data import SOME_STEP
from delivery.problems import ImpossibleStep
from delivery.rules.outcomes import Reported
from delivery.rules.rounds import OUT, arrival_of, arrival_on_round
from delivery.rules.wallclock import aware
from delivery.shelves import SHELF
from delivery.store.engine import Session
from delivery.store.tables import bookings, events
from delivery.telling import tell_of_step
from delivery.texts.progress import why_not

FACTS = frozenset({"carrier", "tracking_url", "status", "detail", "by"})
_AT_ITS_END = (DELIVERED, COLLECTED, RETURNED)
LONGEST_LINK = 2000
STEP_NAME = re.compile(r"[a-z][a-z0-9_]{0,29}")
"""What a step may be called. One that is not ours is kept as the carrier's own word and changes no state."""
CLOCKS_APART = timedelta(minutes=5)
"""How far the clock of whoever reports may be behind ours."""
FARTHEST_AHEAD = timedelta(days=1)
_EVENTS = select(events.c.id, events.c.booking_id, events.c.type, events.c.at, events.c.detail)
_STILL_KNOWN = exists().where(
    bookings.c.merchant_id == bindparam("m"), bookings.c.id == bindparam("b"), bookings.c.erased_at.is_(None)
)
_CORRECT = (
    update(events)
    .where(events.c.merchant_id == bindparam("m"), events.c.id == bindparam("row"), _STILL_KNOWN)
    .values(detail=bindparam("said"))
)


@dataclass(frozen=True, slots=True)
class Event:
    """One reported step. `id` is the reporter's own; without it, a step is known by its type and moment.

    `facts`, all optional: "carrier", "tracking_url", "status" (the carrier's own word), "detail" (a flat object), and "by"
    (who marked it on a page). The detail of `out_for_delivery` may have the courier's "window" and by how many minutes its van
    is late, "late_minutes", as in rules.rounds. A type that is not one of STEPS is a carrier's extra step. Raises ValueError for
    what cannot be.
    """

    type: str
    at: datetime
    id: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        aware(self.at)
        if not STEP_NAME.fullmatch(self.type):
            raise ValueError(f"{self.type!r} cannot be a step")
        if not set(self.facts) <= FACTS:
            raise ValueError(f"{sorted(set(self.facts) - FACTS)} are not facts of a step")
        if "tracking_url" in self.facts and not is_link(self.facts["tracking_url"]):
            raise ValueError("a tracking link begins with http:// or https://")
        detail = self.facts.get("detail")
        if isinstance(detail, Mapping) and arrival_of(detail, self.at) and self.type != OUT:
            raise ValueError("only what is out for delivery has a window")

    @property
    def is_ours(self) -> bool:
        """Whether it is one of STEPS."""
        return self.type in STEPS


def is_link(text: str) -> bool:
    """Whether it is the address of a web page, which may be put behind a link."""
    if len(text) > LONGEST_LINK or not text.isprintable() or " " in text:
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def report(session: Session, now: datetime, *, merchant_id: str, booking_id: str, event: Event) -> Booking:
    """Keep the event and return the booking as it is now. The same event again does nothing.

    A late event takes its place by its moment: it changes what is known of the past, and the state only if nothing
    came after it. A carrier's extra step changes none. Of a booking whose person was erased only type and moment are kept.
    Raises BookingNotFound, and ImpossibleStep when it cannot have happened; then nothing has changed.
    """
    booking = get_locked(session, merchant_id=merchant_id, booking_id=booking_id)
    row_id = _row_id(booking, event)
    known = _rows(session, merchant_id, booking_id)
    if row_id in known:
        return booking
    _check_alone(now, booking, event)
    before, after = _sorted(known.values()), _sorted((*known.values(), event))
    state = _state_after(after)
    session.execute(insert(events).values(id=row_id, received_at=now, **_row(session, booking, event)))
    handovers.seen_to_by_hand(session, now, merchant_id, booking_id)
    happened = [Reported(one.type, one.at) for one in after]
    if state in _AT_ITS_END:
        _keep_no_place_for_a_refusal(session, now, booking)
    ended = outcome_facts(session, now, booking, happened)
    lies = _lies_there(session, now, booking, state, event)
    new = changed(session, now, booking, state=state, **_off_the_shelf(session, booking, state), **ended, **lies)
    # A late report of what lies behind changes no state, so nobody hears of it.
    has_a_window_now = arrival_on_round(after) is not None and arrival_on_round(before) is None
    if state == STATE_AFTER.get(event.type) and (state != booking.state or has_a_window_now):
        tell_of_step(session, now, new, event.type, event.at)
    return new


def _row(session: Session, booking: Booking, event: Event) -> dict[str, Any]:
    kind, detail = event.type, dict(event.facts) | ({"id": event.id} if event.id else {})
    if is_erased(session, booking):
        kind, detail = (kind if event.is_ours else SOME_STEP), {}
    return {
        "merchant_id": booking.merchant_id,
        "booking_id": booking.id,
        "type": kind,
        "at": event.at,
        "detail": detail,
    }


def _lies_there(session: Session, now: datetime, booking: Booking, state: str, event: Event) -> dict[str, datetime]:
    """Since when a parcel lies ready, by the earliest word of it; and from then on until when it is kept, though nobody can
    come before we hear."""
    if event.type != READY_FOR_PICKUP or (booking.ready_at is not None and booking.ready_at <= event.at):
        return {}
    since = {"ready_at": event.at}
    if state != READY_FOR_PICKUP or booking.kept_until is not None:
        return since
    return since | {"kept_until": lies_until(keeping_of(session, booking), booking, max(event.at, now))}


def _off_the_shelf(session: Session, booking: Booking, state: str) -> dict[str, None]:
    """A parcel that was collected or went back makes room for another."""
    if booking.place is None or booking.place.kind != SHELF or state not in (COLLECTED, RETURNED):
        return {}
    free_booked(session, booking.merchant_id, booking.place)
    return {"place": None}


def _keep_no_place_for_a_refusal(session: Session, now: datetime, booking: Booking) -> None:
    """Fulfilment brought the parcel without a word about the change it was asked: so it took it."""
    place = change_rows.close_waiting(session, now, booking, change_rows.ACCEPTED)
    if place is not None:
        free_booked(session, booking.merchant_id, place)


def events_of(session: Session, merchant_id: str, booking_id: str) -> tuple[Event, ...]:
    """What was reported, in the order in which it happened."""
    return _sorted(_rows(session, merchant_id, booking_id).values())


def events_of_all(session: Session, merchant_id: str, booking_ids: Collection[str]) -> dict[str, tuple[Event, ...]]:
    """`events_of` for several bookings, by id, in one query."""
    found: dict[str, list[Event]] = {booking_id: [] for booking_id in booking_ids}
    for row in session.execute(_EVENTS.where(_is_of(merchant_id), events.c.booking_id.in_(booking_ids))):
        found[row.booking_id].append(_as_event(row.type, row.at, dict(row.detail)))
    return {booking_id: _sorted(reported) for booking_id, reported in found.items()}


def correct(session: Session, now: datetime, merchant_id: str, said: Collection[tuple[Booking, Event]]) -> None:
    """Let events that have ids of ours say what they say now; the versions of their bookings grow, as calendars go by those. The
    bookings are locked by the caller. Of one whose person was erased nothing more is kept."""
    if not said:
        return
    rows = [
        {"row": _row_id(booking, event), "said": {**event.facts, "id": event.id}, "m": merchant_id, "b": booking.id}
        for booking, event in said
    ]
    session.execute(_CORRECT, rows)
    ids = [booking.id for booking, _ in said]
    session.execute(
        update(bookings)
        .where(bookings.c.merchant_id == merchant_id, bookings.c.id.in_(ids))
        .values(version=bookings.c.version + 1, updated_at=now)
    )


def _rows(session: Session, merchant_id: str, booking_id: str) -> dict[str, Event]:
    found = session.execute(_EVENTS.where(_is_of(merchant_id), events.c.booking_id == booking_id))
    return {row.id: _as_event(row.type, row.at, dict(row.detail)) for row in found}


def _is_of(merchant_id: str) -> ColumnElement[bool]:
    return events.c.merchant_id == merchant_id


def _as_event(kind: str, at: datetime, detail: dict[str, Any]) -> Event:
    return Event(kind, at, detail.pop("id", None), detail)


def _row_id(booking: Booking, event: Event) -> str:
    """The same for the same event of a booking, so that not even two at once can both be kept."""
    named = f"id {event.id}" if event.id else f"{event.type} {event.at.astimezone(UTC).isoformat()}"
    return "ev_" + sha256(f"{booking.id} {named}".encode()).hexdigest()[:36]


def _check_alone(now: datetime, booking: Booking, event: Event) -> None:
    """What can be said without the other events."""
    if booking.state in (AWAITING_PAYMENT, CHOICE_OPEN, CANCELLED):
        raise _impossible(booking.state)
    if booking.type == "pickup" and event.type in HOME_ONLY:
        raise _impossible("for_a_centre")
    if booking.type != "pickup" and event.type in CENTRE_ONLY:
        raise _impossible("for_an_address")
    if event.at < booking.created_at - CLOCKS_APART:
        raise _impossible("before_the_order")
    if event.at > now + FARTHEST_AHEAD:
        raise _impossible("in_the_future")


def _state_after(reported: Iterable[Event]) -> str:
    """The state after these steps, in the order in which they happened."""
    state, earlier = CONFIRMED, ""
    for event in reported:
        if not event.is_ours:
            continue
        if state not in MAY_FOLLOW[event.type]:
            raise _impossible("after", step=event.type, earlier=earlier)
        state, earlier = STATE_AFTER[event.type], event.type
    return state


def _sorted(reported: Iterable[Event]) -> tuple[Event, ...]:
    """By moment; steps of one moment as they usually follow each other, a carrier's extra ones last."""
    return tuple(sorted(reported, key=lambda event: (event.at, _usually(event.type), event.type, event.id or "")))


def _usually(step: str) -> int:
    return STEPS.index(step) if step in STEPS else len(STEPS)


def _impossible(reason: str, **facts: str) -> ImpossibleStep:
    return ImpossibleStep(why_not(reason, facts, None), reason=reason, facts=facts)
