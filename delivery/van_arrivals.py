"""When vans on their way arrive: what each shopper is told of it, and who hears anew because that no longer holds.

What is told stands in an event of each order, `out_for_delivery` with a window, as a courier's own word would: so the shopper's
page, the calendar and the messages say it as they say a courier's. The event is ours (`event_id`), and is corrected as the day
goes on. A courier's own window stands before it. Where a van has been, and that it is late, are the reports of its orders; so
nothing is kept beside them, and what is worked out twice is the same.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import or_, select

from delivery import messages, progress
from delivery.booking_rows import Booking, get
from delivery.booking_states import DELIVERED, DELIVERY_FAILED, OUT_FOR_DELIVERY
from delivery.fleets import Fleet, instant
from delivery.problems import ImpossibleStep
from delivery.progress import Event
from delivery.rules.days_out import Coming, Range, coming
from delivery.rules.rounds import OUT, Arrival, WindowCannotBe
from delivery.setups import Setup
from delivery.store.engine import Session
from delivery.store.tables import messages as sent
from delivery.van_habits import habits_on
from delivery.van_reports import Aboard, VanSeen, read_van, van_of_booking

STEPS = frozenset({OUT, DELIVERED, DELIVERY_FAILED})
LEAVES = frozenset({OUT, DELIVERED})
"""Reports that say where a van is, and those that say that it left."""
STILL_HOLDS = 0.75
"""What was told no longer holds when it is kept on fewer days than this, and what is to be told instead is elsewhere by at least
SHIFT seconds."""
SHIFT = 15 * 60
OURS = "van "


@dataclass(frozen=True, slots=True)
class Told:
    """How many shoppers hear of it: for the first time, and anew."""

    first: int = 0
    anew: int = 0


def report(session: Session, now: datetime, setup: Setup, *, booking_id: str, event: Event) -> Booking:
    """`progress.report`; and where the order is on a van, all who wait for that van are seen to in the same transaction.

    The first that is out for delivery, or was delivered, means that the van has left. Raises what `progress.report` does; then
    nothing has changed.
    """
    whose = {"merchant_id": setup.merchant_id, "booking_id": booking_id}
    found = van_of_booking(session, setup, get(session, **whose)) if event.type in STEPS else None
    if found is None:
        return progress.report(session, now, **whose, event=event)
    before = read_van(session, setup.merchant_id, *found, locked=True)
    progress.report(session, now, **whose, event=event)
    starts_at = event.at if event.type in LEAVES and before.seen is None else None
    see_to(session, now, setup.merchant_id, *found, starts_at=starts_at)
    return get(session, **whose)


def start(session: Session, now: datetime, setup: Setup, fleet: Fleet, day: date, van: str, by: str = "") -> Told:
    """The van leaves: each of its shoppers hears between which times it comes. Nobody hears anything when it had left before, or
    when its shift is not about to begin. Raises KeyError for a van that is not out that day."""
    before = read_van(session, setup.merchant_id, fleet, day, van, locked=True)
    if before.seen is not None:
        return Told()
    return see_to(session, now, setup.merchant_id, fleet, day, van, starts_at=now, by=by)


def late(
    session: Session,
    now: datetime,
    setup: Setup,
    fleet: Fleet,
    day: date,
    van: str,
    *,
    minutes: int,
    once: str,
    by: str = "",
) -> Told | None:
    """The van is so many minutes later than planned, 0: on time again. None when it is not on its way, or has nobody left to
    visit. `once` names the report: the same one again does nothing. Raises KeyError for a van that is not out that day."""
    before = read_van(session, setup.merchant_id, fleet, day, van, locked=True)
    waits = next((one for one in before.to_come if one.booking.state == OUT_FOR_DELIVERY), None)
    if before.seen is None or waits is None:
        return None
    facts = {"detail": {"late_minutes": minutes}} | ({"by": by} if by else {})
    event = Event(OUT, max(now, _last_at(waits)), f"late {once}", facts)
    whose = {"merchant_id": setup.merchant_id, "booking_id": waits.booking.id}
    progress.report(session, now, **whose, event=event)
    return see_to(session, now, setup.merchant_id, fleet, day, van)


def refresh(session: Session, now: datetime, setup: Setup, booking: Booking) -> Told:
    """The van that brings an order has something else to do now, such as to stand longer at its door. If it is on its way, all
    who wait for it see what that means for them."""
    found = van_of_booking(session, setup, booking)
    if found is None or read_van(session, setup.merchant_id, *found).seen is None:
        return Told()
    return see_to(session, now, setup.merchant_id, *found)


def see_to(
    session: Session,
    now: datetime,
    merchant_id: str,
    fleet: Fleet,
    day: date,
    van: str,
    *,
    starts_at: datetime | None = None,
    by: str = "",
) -> Told:
    """Work out anew when the van is where, and let everybody who waits for it see it; who was told what no longer holds hears
    anew. `starts_at`: it leaves at that moment, and everybody hears of it."""
    found = read_van(session, merchant_id, fleet, day, van, starts_at=starts_at, locked=True)
    wait = [
        one for one in expected(session, merchant_id, found) if starts_at or one[0].booking.state == OUT_FOR_DELIVERY
    ]
    news = [_news(now, found, one, comes) for one, comes in wait]
    first = sum(_first(session, now, found, one, by) for one in news if one and one.known is None)
    moved = [one for one in news if one and one.known is not None]
    progress.correct(session, now, merchant_id, [(one.booking, one.event(found, by)) for one in moved])
    return Told(first, sum(_tell_anew(session, now, one) for one in moved if one.is_anew))


def expected(session: Session, merchant_id: str, found: VanSeen) -> Iterable[tuple[Aboard, Coming]]:
    """Each order still to come, in the order of the route, and when the van is there. None before the van has left."""
    if found.seen is None:
        return []
    habits = habits_on(session, merchant_id, found.fleet, found.day)
    by_number = {one.number: one for one in found.to_come}
    days = coming(found.route, found.seen, habits, seed=found.seed)
    return [(by_number[one.stop.number], one) for one in days if one.stop.number in by_number]


def event_id(day: date) -> str:
    """The id of the event by which a day's van tells when it comes."""
    return f"{OURS}{day.isoformat()}"


@dataclass(frozen=True, slots=True)
class _News:
    """What an order says from now on: the window, and what its shopper was told last. `known` is the event that says it already;
    `is_anew`, that what was told no longer holds."""

    booking: Booking
    known: Event | None
    at: datetime
    window: Mapping[str, str]
    told: Mapping[str, str]
    is_anew: bool

    def event(self, found: VanSeen, by: str) -> Event:
        """The event that says so."""
        detail = {"window": dict(self.window), "told": dict(self.told)}
        if self.known is not None:
            return replace(self.known, facts={**self.known.facts, "detail": detail})
        return Event(OUT, self.at, event_id(found.day), {"detail": detail} | ({"by": by} if by else {}))


def _news(now: datetime, found: VanSeen, one: Aboard, comes: Coming) -> _News | None:
    """What one order is to say; None when that is nothing new, when the window is over, or a courier's own stands."""
    assert found.seen is not None
    range_, known = comes.told(), _on_round(one.events, found.day)
    at = max(min(now, instant(found.seen.started_at)), _last_at(one))
    if not _can_be_told(now, range_, at) or (known and known.id != event_id(found.day)):
        return None
    window = _window(range_)
    if known is None:
        return _News(one.booking, None, at, window, window, is_anew=False)
    detail = _detail(known)
    is_anew = _holds_no_more(detail["told"], range_, comes)
    if window == detail["window"] and not is_anew:
        return None
    return _News(one.booking, known, at, window, window if is_anew else detail["told"], is_anew)


def _can_be_told(now: datetime, range_: Range, at: datetime) -> bool:
    try:
        Arrival(instant(range_.start), instant(range_.end), at)
    except WindowCannotBe:
        return False
    return now.timestamp() < range_.end


def _holds_no_more(told: Mapping[str, str], range_: Range, comes: Coming) -> bool:
    start, end = (datetime.fromisoformat(told[name]).timestamp() for name in ("start", "end"))
    is_elsewhere = max(abs(range_.start - start), abs(range_.end - end)) >= SHIFT
    return is_elsewhere and comes.chance(start, end) < STILL_HOLDS


def _on_round(reported: Iterable[Event], day: date) -> Event | None:
    """The last event with a window of the round under way. What was told of a van on another day is over."""
    found = None
    for event in reported:
        if event.type == DELIVERY_FAILED:
            found = None
        if event.type == OUT and _detail(event).get("window"):
            found = event
    is_over = found is not None and (found.id or "").startswith(OURS) and found.id != event_id(day)
    return None if is_over else found


def _first(session: Session, now: datetime, found: VanSeen, one: _News, by: str) -> bool:
    """Report it; False when what was reported of this order does not go with it: the others of the van hear all the same."""
    whose = {"merchant_id": one.booking.merchant_id, "booking_id": one.booking.id}
    try:
        progress.report(session, now, **whose, event=one.event(found, by))
    except ImpossibleStep:
        return False
    return True


def _tell_anew(session: Session, now: datetime, one: _News) -> bool:
    """Words are made when they are sent: a first message that still waits will say what is expected now."""
    if not _was_told(session, now, one.booking):
        return False
    messages.tell(session, now, one.booking, messages.ARRIVAL_MOVED, occasion=now.astimezone(UTC).isoformat())
    return True


def _was_told(session: Session, now: datetime, booking: Booking) -> bool:
    """Whether the shopper has heard, or is just about to hear, when the van comes."""
    own = sent.c.merchant_id == booking.merchant_id, sent.c.booking_id == booking.id
    news = select(sent.c.id).where(*own, sent.c.kind.in_((OUT, messages.ARRIVAL_MOVED)))
    return (
        session.execute(news.where(or_(sent.c.state == messages.SENT, sent.c.claimed_until > now))).first() is not None
    )


def _detail(event: Event) -> Mapping[str, Any]:
    detail = event.facts.get("detail")
    return detail if isinstance(detail, dict) else {}


def _window(range_: Range) -> dict[str, str]:
    return {"start": instant(range_.start).isoformat(), "end": instant(range_.end).isoformat()}


def _last_at(one: Aboard) -> datetime:
    return max((event.at for event in one.events), default=one.booking.created_at)
