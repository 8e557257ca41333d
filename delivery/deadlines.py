"""Until when each change can still be made: from the promise, where the parcel is, and what the merchant allows."""

from datetime import UTC, date, datetime, time, timedelta

from delivery.afterwards import DISPATCHED, PACKED
from delivery.booking_rows import Booking
from delivery.booking_states import CHOICE_OPEN, CONFIRMED, DELIVERY_FAILED
from delivery.booking_states import PACKED as IS_PACKED
from delivery.rules.wallclock import instant_of
from delivery.rules.workdays import day_after
from delivery.setups import Setup

CORRECT, REDIRECT, MOVE, NOTES, CANCEL = "correct", "redirect", "move", "notes", "cancel"
CHANGES = (CORRECT, REDIRECT, MOVE, NOTES, CANCEL)
AFTER_A_TRY = frozenset({REDIRECT, MOVE, NOTES})
TRIED_AGAIN = timedelta(days=5)
"""How long a parcel that could not be delivered waits for what the shopper wants."""
WITHOUT_A_DATE = timedelta(days=30)
"""A promise without any moment in it leaves this long after the order; where the parcel is ends it sooner."""


def until(booking: Booking, setup: Setup, what: str) -> datetime | None:
    """The UTC instant from which this change (one of CHANGES) can no longer be made; None: it cannot be made as it stands.

    Of a parcel that could not be delivered: a note, another day, another place, as far as they could be until it left; for
    TRIED_AGAIN after the last that was heard of it.

    Before packing: until the origin's cut-off on the day the parcel is to leave. Before it leaves: until the end of that
    day. A window ends it when it closes; a note for the courier, when it begins. What a centre has in stock itself: until
    it is to lie ready.
    """
    last = _last_step(booking, setup, what)
    allowed = {PACKED: {CHOICE_OPEN, CONFIRMED}, DISPATCHED: {CHOICE_OPEN, CONFIRMED, IS_PACKED}}.get(last, set())
    if booking.state == DELIVERY_FAILED and last == DISPATCHED and what in AFTER_A_TRY:
        return booking.updated_at.astimezone(UTC) + TRIED_AGAIN
    if booking.state not in allowed:
        return None
    moments = _moments(booking, setup, what, last)
    return min(moments) if moments else booking.created_at.astimezone(UTC) + WITHOUT_A_DATE


def is_possible(now: datetime, setup: Setup, booking: Booking, what: str) -> bool:
    """Whether this change (one of CHANGES) can be made now."""
    ends = until(booking, setup, what)
    return ends is not None and now < ends


def _last_step(booking: Booking, setup: Setup, what: str) -> str:
    """Before which step the change has to come; anything else: never."""
    allowed = setup.afterwards
    if booking.option is None and what in (REDIRECT, MOVE):
        return ""  # There is a page to choose on.
    if what == CORRECT:
        return allowed.correct_until
    if what == REDIRECT:
        return allowed.redirect_until
    if what == NOTES:
        return allowed.notes_until
    if what == MOVE:
        return DISPATCHED if allowed.move else ""
    return PACKED if allowed.cancel else ""


def _moments(booking: Booking, setup: Setup, what: str, last: str) -> list[datetime]:
    option = booking.option or {}
    found = []
    if option.get("window"):
        start = datetime.fromisoformat(option["window"]["start"]).astimezone(UTC)
        found.append(start if what == NOTES else start - _lead(setup, option["ref"]))
    if booking.ship_by is not None:
        found.append(_leaves(setup, booking.origin_id, booking.ship_by, last))
    if option.get("ready_by") and booking.service_id is None:
        found.append(datetime.fromisoformat(option["ready_by"]).astimezone(UTC))
    return found


def _lead(setup: Setup, pattern_id: str) -> timedelta:
    pattern = setup.patterns.get(pattern_id)
    return timedelta(minutes=pattern.lead_minutes if pattern else 0)


def _leaves(setup: Setup, origin_id: str | None, ship_by: date, last: str) -> datetime:
    """The origin's cut-off on the day, or the end of that day. Of an origin that is gone: the end of the day in the shop's
    zone."""
    origin = setup.origins.get(origin_id or "")
    if origin is not None and last == PACKED and origin.is_work_day(ship_by):
        return origin.cut_off_at(ship_by)
    return instant_of(day_after(ship_by), time(0), origin.zone if origin else setup.time_zone)
