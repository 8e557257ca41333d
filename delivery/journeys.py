"""One delivery as its shopper follows it: the steps done, the one expected next, whether the promise holds, what was mailed.

Values only; delivery/texts/journeys.py has the words.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select

from delivery.booking_rows import Booking
from delivery.booking_states import (
    AWAITING_PAYMENT,
    CANCELLED,
    COLLECTED,
    CONFIRMED,
    DELIVERED,
    DELIVERY_FAILED,
    DISPATCHED,
    OUT_FOR_DELIVERY,
    PACKED,
    READY_FOR_PICKUP,
    RETURNED,
)
from delivery.descriptions import promise
from delivery.messages import SENT
from delivery.progress import Event, events_of
from delivery.rounds import how_it_fits, is_still_to_come, nearer_of
from delivery.rules.outcomes import EARLY, LATE_IN_TRANSIT, LATE_OUT, LATE_READY
from delivery.rules.wallclock import zone_named
from delivery.store.engine import Session
from delivery.store.tables import messages

OVER = frozenset({DELIVERED, COLLECTED, RETURNED, CANCELLED})
"""Nothing is to be expected any more."""
UNDER_WAY = frozenset({CONFIRMED, PACKED, DISPATCHED, OUT_FOR_DELIVERY})

_BROKEN = {LATE_OUT: "late", LATE_IN_TRANSIT: "late", LATE_READY: "late", EARLY: "early"}
"""Of a courier who found nobody at home nothing is said: the shopper knows."""

_TOLD = (
    select(messages.c.kind, func.min(messages.c.sent_at).label("sent_at"))
    .where(
        messages.c.merchant_id == bindparam("m"),
        messages.c.booking_id == bindparam("b"),
        messages.c.state == SENT,
        messages.c.sent_at.is_not(None),
    )
    .group_by(messages.c.kind, messages.c.occasion)
    .order_by(func.min(messages.c.sent_at), messages.c.kind)
)
"""What was said by mail and to the telephone was said once."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened. `what` is "ordered", a step of progress, "kept_longer", "going_back" or "cancelled"; `word` is the
    carrier's own for it."""

    what: str
    at: datetime
    word: str = ""


@dataclass(frozen=True, slots=True)
class Next:
    """What is expected next: "paid", "dispatched", "ready_for_pickup", "delivered" or "collected".

    `by` is a day or an instant at the latest; None when it is not known, or has passed. A delivery comes as promised, which
    the promise itself says.
    """

    what: str
    by: date | datetime | None = None


@dataclass(frozen=True, slots=True)
class Journey:
    """A delivery as far as it has come. `promised`, `expected` and `nearer` are promises as delivery/descriptions.py says them.

    `nearer` is the window that the courier on the round told, until it has passed. `expected` is the date that stands in
    the promise's place (no days in it: nobody knows), None when there is none. `holds` is "stands" as long as it may still
    be kept, "moved" or "may_move" to what counts now, "passed" without a word, or how it ended: "kept", "late" or "early";
    None: nothing to say.
    """

    state: str
    steps: tuple[Step, ...]
    next: Next | None
    promised: Mapping[str, Any] | None
    expected: Mapping[str, Any] | None
    nearer: Mapping[str, Any] | None
    holds: str | None
    carrier: str
    tracking: str
    messages: tuple[tuple[str, datetime], ...]

    @property
    def is_to_come(self) -> bool:
        """Whether what counts now lies ahead: not when it is over, nor after a try, unless another time was chosen since."""
        if self.state != DELIVERY_FAILED:
            return self.state not in OVER
        tries = [step.at for step in self.steps if step.what == DELIVERY_FAILED]
        return bool(tries and self.promised and _begins_after(self.promised, tries[-1]))

    @property
    def counts(self) -> Mapping[str, Any] | None:
        """What counts now: the courier's window, the later date, or the promise."""
        return self.nearer or self.expected or self.promised

    @property
    def is_another(self) -> bool:
        """Whether what counts now is not what was promised, nor within it."""
        return self.holds != "stands" if self.nearer else self.expected is not None


def journey_of(session: Session, now: datetime, booking: Booking) -> Journey:
    """How far a delivery has come. `messages` are kind and moment of those sent, the oldest first."""
    whose = {"m": booking.merchant_id, "b": booking.id}
    reported = events_of(session, booking.merchant_id, booking.id)
    promised, expected, nearer = promise_of(booking), expected_of(booking), nearer_of(booking, reported)
    if nearer and not is_still_to_come(now, nearer):
        nearer = None
    return Journey(
        state=booking.state,
        steps=_steps(booking, reported),
        next=_next(now, booking, nearer or expected or promised),
        promised=promised,
        expected=expected,
        nearer=nearer,
        holds=_holds(now, booking, promised, nearer),
        carrier=_last(reported, "carrier"),
        tracking=_last(reported, "tracking_url"),
        messages=tuple((row.kind, row.sent_at) for row in session.execute(_TOLD, whose)),
    )


def promise_of(booking: Booking) -> dict[str, Any] | None:
    """What was promised; None while nothing is chosen."""
    return promise(booking.option) if booking.option else None


def expected_of(booking: Booking) -> dict[str, Any] | None:
    """What the shopper was told to expect in the place of the promise, in the same words; None when it stands as it was."""
    if not booking.expected or booking.option is None:
        return None
    days = {name: booking.expected.get(name) for name in ("earliest", "latest")}
    return {**days, "time_zone": booking.option["time_zone"], "steps": []}


def last_moment(promised: Mapping[str, Any]) -> datetime | None:
    """The instant at which a promise can no longer be kept; None without a date."""
    if promised.get("ready_by"):
        return datetime.fromisoformat(promised["ready_by"])
    if promised.get("window"):
        return datetime.fromisoformat(promised["window"]["end"])
    last = promised["latest"] or promised["earliest"]
    if not last:
        return None
    return datetime.combine(date.fromisoformat(last) + timedelta(days=1), time(), zone_named(promised["time_zone"]))


def _begins_after(promised: Mapping[str, Any], at: datetime) -> bool:
    if promised.get("window"):
        return datetime.fromisoformat(promised["window"]["start"]) > at
    if promised.get("ready_by"):
        return datetime.fromisoformat(promised["ready_by"]) > at
    day = at.astimezone(zone_named(promised["time_zone"])).date()
    return bool(promised["earliest"]) and date.fromisoformat(promised["earliest"]) > day


def _steps(booking: Booking, reported: tuple[Event, ...]) -> tuple[Step, ...]:
    known = [Step("ordered", booking.created_at)]
    known += [Step(event.type, event.at, str(event.facts.get("status") or "")) for event in _said_once(reported)]
    if booking.state == CANCELLED:
        known.append(Step("cancelled", booking.updated_at))
    waited = {"kept_longer": booking.kept_longer_at, "going_back": booking.going_back_at}
    known += [Step(what, at) for what, at in waited.items() if at is not None]
    return tuple(sorted(known, key=lambda step: step.at))


def _said_once(reported: tuple[Event, ...]) -> Iterator[Event]:
    """A parcel that is out is not out again, unless it could not be delivered meanwhile, or there is a word with it."""
    is_out = False
    for event in reported:
        if event.type == OUT_FOR_DELIVERY and is_out and not event.facts.get("status"):
            continue
        is_out = event.type == OUT_FOR_DELIVERY if event.is_ours else is_out
        yield event


def _next(now: datetime, booking: Booking, promised: Mapping[str, Any] | None) -> Next | None:
    if booking.state == AWAITING_PAYMENT:
        return Next("paid", _still(now, booking.paid_until))
    if promised is None:
        return None
    if booking.state == READY_FOR_PICKUP:
        if booking.going_back_at is not None:
            return None
        return Next("collected", _still(now, booking.kept_until or _instant(promised.get("pickup_by"))))
    if booking.state not in UNDER_WAY:
        return None
    if booking.type == "pickup":
        return Next("ready_for_pickup", _still(now, last_moment(promised)))
    if booking.state in (CONFIRMED, PACKED):
        today = now.astimezone(zone_named(promised["time_zone"])).date()
        return Next("dispatched", booking.ship_by if booking.ship_by and booking.ship_by >= today else None)
    return Next("delivered", _still(now, last_moment(promised)))


def _holds(
    now: datetime, booking: Booking, promised: Mapping[str, Any] | None, nearer: Mapping[str, Any] | None
) -> str | None:
    end = last_moment(promised) if promised else None
    if end is None or booking.state in (CANCELLED, RETURNED):
        return None
    if booking.state in OVER or booking.state == READY_FOR_PICKUP:
        return "kept" if booking.kept else _BROKEN.get(booking.broken_by or "")
    if nearer and promised:
        return how_it_fits(nearer, promised, end)
    if booking.expected:
        return "moved"
    if booking.state not in UNDER_WAY:
        return None
    return "stands" if now < end else "passed"


def _last(reported: tuple[Event, ...], fact: str) -> str:
    return next((str(event.facts[fact]) for event in reversed(reported) if event.facts.get(fact)), "")


def _still(now: datetime, at: datetime | None) -> datetime | None:
    return at if at is not None and at > now else None


def _instant(said: str | None) -> datetime | None:
    return datetime.fromisoformat(said) if said else None
