"""The counter of a pick-up centre: parcels come in, are made ready, are given out or refused; returns are taken in.

Each function locks the booking first, so that of two devices at once one is first and the other learns what became of it.
"""

from collections.abc import Collection as Some
from dataclasses import dataclass, replace
from datetime import datetime

from delivery import change_rows, collect_codes, evidence, handovers, parcels_at_centres, progress
from delivery.booking_rows import Booking, changed, get_locked
from delivery.booking_states import CANCELLED, COLLECTED, RETURNED
from delivery.change_rows import GOES_BACK as RETURN
from delivery.change_rows import MADE
from delivery.codes import centre_of
from delivery.counter_shelf import NOT_YET, check_in, mark_ready, sent_back
from delivery.erased import is_erased
from delivery.evidence import Collection, Kept
from delivery.links import PageLinks
from delivery.parcels_at_centres import GONE_BACK, HERE, LEFT, Parcel
from delivery.problems import Fault, InvalidInput
from delivery.progress import Event
from delivery.setups import Setup
from delivery.store.engine import Session

__all__ = ["Collection", "Done", "check_in", "collect", "mark_ready", "sent_back", "take_in"]


@dataclass(frozen=True, slots=True)
class Done:
    """What came of something at the counter: the booking and its parcels as they are now, and what is kept of it. With
    `kept.conflict` it could not be; `left` are the numbers of the parcels that wait still."""

    booking: Booking
    parcels: tuple[Parcel, ...]
    kept: Kept

    @property
    def left(self) -> tuple[int, ...]:
        return parcels_at_centres.numbers_in(self.parcels, LEFT)


def collect(session: Session, now: datetime, setup: Setup, links: PageLinks, what: Collection) -> Done:
    """Parcels are given out, or refused; `what.id` twice is once. Commit it whatever `kept.conflict` says: it is kept too.

    The order is collected when none of its parcels is left. One that the shopper refuses stays until it goes back; if all
    are refused, fulfilment hears of it. What was given out while the line was down is held against what happened elsewhere
    meanwhile: a conflict waits for a person, one that was on line tells the person at once.
    Raises BookingNotFound, and InvalidInput for parcels that the order does not have.
    """
    booking = get_locked(session, merchant_id=setup.merchant_id, booking_id=what.booking_id)
    parcels = parcels_at_centres.of_booking(session, setup.merchant_id, booking.id)
    known = evidence.find(session, setup.merchant_id, what.id)
    if known is not None:
        return _known(booking, parcels, known)
    wanted = _wanted(parcels, what)
    at = _moment(session, now, booking, what.at)
    conflict = _why_not(booking, parcels, wanted, what.centre_id)
    is_right = None if conflict else _is_code_right(session, now, links, booking, what)
    kept = _kept(now, at, what, wanted, conflict, is_right)
    kept = evidence.add(session, setup.merchant_id, _without_the_person(session, booking, kept))
    if not kept.took_place:
        return Done(booking, parcels, kept)
    parcels = parcels_at_centres.moved(parcels, wanted, what.kind, at)
    parcels_at_centres.keep(session, setup.merchant_id, booking.id, parcels)
    return Done(_followed(session, now, at, links, booking, parcels, what), parcels, kept)


def take_in(session: Session, now: datetime, setup: Setup, links: PageLinks, what: Collection, *, whole: bool) -> Done:
    """A shopper brings something back, to any centre, whatever way it had come; fulfilment hears of it. `whole`: all of the
    order, which is returned then. `what.id` twice is once. Raises BookingNotFound."""
    booking = get_locked(session, merchant_id=setup.merchant_id, booking_id=what.booking_id)
    parcels = parcels_at_centres.of_booking(session, setup.merchant_id, booking.id)
    known = evidence.find(session, setup.merchant_id, what.id)
    if known is not None:
        return _known(booking, parcels, known)
    at = _moment(session, now, booking, what.at)
    kept = _kept(now, at, what, what.parcels, _why_not_back(booking), None)
    kept = evidence.add(session, setup.merchant_id, _without_the_person(session, booking, kept))
    if kept.conflict:
        return Done(booking, parcels, kept)
    if whole:
        booking = _report(session, now, booking, RETURNED, at, what)
    handovers.enqueue(session, now, booking, "booking.changed", links, change=_told(what.id, "taken_in", what.words))
    return Done(booking, parcels, kept)


def _known(booking: Booking, parcels: tuple[Parcel, ...], kept: Kept) -> Done:
    if kept.booking_id != booking.id:
        raise InvalidInput("This was said of another order.", (Fault("/id", "This was said of another order."),))
    return Done(booking, parcels, kept)


def _wanted(parcels: tuple[Parcel, ...], what: Collection) -> tuple[int, ...]:
    """The numbers that are meant; none named: those that are there, or all that are left. What a device was told before the
    line went down may be out of date: then what it names and we do not know is left out."""
    numbers = tuple(one.number for one in parcels)
    if not what.offline and not set(what.parcels) <= set(numbers):
        raise InvalidInput("The order has no such parcel.", (Fault("/parcels", "The order has no such parcel."),))
    here = parcels_at_centres.numbers_in(parcels, {HERE})
    return (
        tuple(sorted(set(what.parcels) & set(numbers)))
        or here
        or parcels_at_centres.numbers_in(parcels, LEFT)
        or numbers
    )


def _why_not(booking: Booking, parcels: tuple[Parcel, ...], wanted: Some[int], centre_id: str) -> str | None:
    states = {one.state for one in parcels if one.number in wanted}
    if booking.state == CANCELLED:
        return evidence.CANCELLED
    if centre_of(booking.option) != centre_id:
        return evidence.ANOTHER_CENTRE
    if booking.state in NOT_YET:
        return evidence.NOT_PAID
    if booking.state == RETURNED or GONE_BACK in states:
        return evidence.GONE_BACK
    if parcels_at_centres.COLLECTED in states or (booking.state == COLLECTED and states & LEFT):
        # Its parcels were never counted here, or somebody else reported that all are gone.
        return evidence.ALREADY_COLLECTED
    return None


def _why_not_back(booking: Booking) -> str | None:
    if booking.state == CANCELLED:
        return evidence.CANCELLED
    if booking.state in NOT_YET:
        return evidence.NOT_PAID
    return evidence.GONE_BACK if booking.state == RETURNED else None


def _is_code_right(
    session: Session, now: datetime, links: PageLinks, booking: Booking, what: Collection
) -> bool | None:
    """None: there is no code to look at, or this login has to wait."""
    if what.shown != evidence.CODE:
        return None
    return collect_codes.fits(session, now, links.signer, booking, what.centre_id, what.code, what.staff)


def _kept(
    now: datetime, at: datetime, what: Collection, wanted: tuple[int, ...], conflict: str | None, is_right: bool | None
) -> Kept:
    if what.shown == evidence.CODE and not conflict and not is_right and not (what.offline and is_right is None):
        conflict = evidence.WRONG_CODE
    verified = bool(is_right) if what.shown == evidence.CODE else what.shown == evidence.ID and not what.offline
    return Kept(
        id=what.id,
        booking_id=what.booking_id,
        centre_id=what.centre_id,
        kind=what.kind,
        parcels=wanted,
        shown=what.shown,
        verified=verified and conflict is None,
        who=what.who,
        words=what.words,
        signature=what.signature,
        staff=what.staff,
        offline=what.offline,
        at=at,
        received_at=now,
        conflict=conflict,
        conflict_seen_at=now if conflict and not what.offline else None,
    )


def _without_the_person(session: Session, booking: Booking, kept: Kept) -> Kept:
    """A device that was off line for long may tell of somebody who was erased meanwhile."""
    return replace(kept, who="", words="", signature=None) if is_erased(session, booking) else kept


def _followed(
    session: Session,
    now: datetime,
    at: datetime,
    links: PageLinks,
    booking: Booking,
    parcels: tuple[Parcel, ...],
    what: Collection,
) -> Booking:
    """What follows for the order, now that parcels were given out or refused."""
    is_empty = not parcels_at_centres.numbers_in(parcels, LEFT)
    some = parcels_at_centres.numbers_in(parcels, {parcels_at_centres.COLLECTED})
    if what.kind == evidence.REFUSED:
        if is_empty and not some and booking.going_back_at is None:
            booking = changed(session, now, booking, going_back_at=at)
        handovers.enqueue(session, now, booking, "booking.changed", links, change=_told(what.id, "made", what.words))
    if is_empty and some and booking.going_back_at is not None and not _was_sent_back(session, booking):
        booking = changed(session, now, booking, going_back_at=None)
        handovers.enqueue(session, now, booking, "booking.changed", links, change=_told(what.id, "undone", ""))
    if is_empty and some and booking.state != COLLECTED:
        return _report(session, now, booking, COLLECTED, at, what)
    return booking


def _was_sent_back(session: Session, booking: Booking) -> bool:
    """Whether it goes back because its time was over: delivery/waiting.py calls that off."""
    return any(row.kind == RETURN and row.state == MADE for row in change_rows.of_booking(session, booking))


def _told(name: str, state: str, reason: str) -> dict[str, str]:
    return {"change": name, "kind": RETURN, "state": state} | ({"reason": reason} if reason else {})


def _report(session: Session, now: datetime, booking: Booking, step: str, at: datetime, what: Collection) -> Booking:
    whose = {"merchant_id": booking.merchant_id, "booking_id": booking.id}
    return progress.report(session, now, **whose, event=Event(step, at, what.id, {"by": what.staff}))


def _moment(session: Session, now: datetime, booking: Booking, at: datetime) -> datetime:
    """When it happened. A device's clock may be wrong: not before what was known of the order, and not to come."""
    reported = progress.events_of(session, booking.merchant_id, booking.id)
    earliest = max([booking.created_at, *(event.at for event in reported)])
    return min(max(at, earliest), max(now, earliest))
