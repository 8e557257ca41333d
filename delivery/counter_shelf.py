"""The shelf behind the counter of a pick-up centre: parcels come, are made ready to collect, and go back."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from delivery import parcels_at_centres, progress
from delivery.booking_rows import Booking, get_locked
from delivery.booking_states import (
    AWAITING_PAYMENT,
    CANCELLED,
    CHOICE_OPEN,
    COLLECTED,
    DELIVERED,
    READY_FOR_PICKUP,
    RETURNED,
)
from delivery.parcels_at_centres import EXPECTED, GONE_BACK, HERE, LEFT, LONGEST_SHELF, MOST, Parcel
from delivery.problems import AtAnotherCentre, Fault, InvalidInput, ParcelsMissing, WrongState
from delivery.progress import Event
from delivery.setups import Setup
from delivery.store.engine import Session

NOT_YET = frozenset({CHOICE_OPEN, AWAITING_PAYMENT})
OVER = frozenset({CANCELLED, COLLECTED, DELIVERED, RETURNED})


def check_in(
    session: Session,
    now: datetime,
    setup: Setup,
    *,
    booking_id: str,
    centre_id: str,
    of: int = 1,
    numbers: Collection[int] = (),
    shelf: str = "",
) -> tuple[Parcel, ...]:
    """Parcels have come: these `numbers` (none named: all) of the `of` that the order consists of. `shelf` (at most 40
    letters) says where they lie. Returns all parcels of the order; the same again changes nothing but the shelf.

    Raises BookingNotFound, AtAnotherCentre, WrongState for what is over or not yet ordered, InvalidInput for numbers that
    cannot be.
    """
    booking = _lock_here(session, setup, booking_id, centre_id)
    known = {one.number: one for one in parcels_at_centres.of_booking(session, setup.merchant_id, booking_id)}
    came = frozenset(numbers) or frozenset(range(1, of + 1))
    seen = max((number for number, one in known.items() if one.state != EXPECTED), default=0)
    if not (max(1, seen) <= of <= MOST and came <= frozenset(range(1, of + 1))):
        raise InvalidInput(f"There are {of} parcels.", (Fault("/numbers", f"There are {of} parcels."),))
    rows = (known.get(number, Parcel(number)) for number in range(1, of + 1))
    put = (_put(one, now, shelf[:LONGEST_SHELF]) if one.number in came else one for one in rows)
    return parcels_at_centres.keep(session, setup.merchant_id, booking.id, put)


def mark_ready(
    session: Session,
    now: datetime,
    setup: Setup,
    *,
    booking_id: str,
    centre_id: str,
    by: str,
    once: str,
    incomplete: bool = False,
) -> Booking:
    """The order can be collected: the shopper is told, once. `once` (at most 40 letters) is the form's or device's own mark.

    An order of which nobody said anything is one parcel that is there. Raises BookingNotFound, AtAnotherCentre, WrongState;
    and ParcelsMissing when some have not come, unless `incomplete`.
    """
    booking = _lock_here(session, setup, booking_id, centre_id)
    if booking.state == READY_FOR_PICKUP:
        return booking
    parcels = parcels_at_centres.of_booking(session, setup.merchant_id, booking_id)
    missing = parcels_at_centres.numbers_in(parcels, {EXPECTED})
    if len(missing) == len(parcels) == 1:
        parcels_at_centres.keep(session, setup.merchant_id, booking_id, [_put(parcels[0], now, "")])
    elif missing and not (incomplete and len(missing) < len(parcels)):
        raise ParcelsMissing("Some parcels have not come.", numbers=missing)
    return _report(session, now, booking, READY_FOR_PICKUP, f"{once} ready", by)


def sent_back(
    session: Session, now: datetime, setup: Setup, *, booking_id: str, centre_id: str, by: str, once: str
) -> Booking:
    """Whatever nobody collected has left the centre: what the order still had there goes back, its shelf is free. An order of
    which a part was collected stays collected. Raises BookingNotFound, AtAnotherCentre, WrongState."""
    booking = get_locked(session, merchant_id=setup.merchant_id, booking_id=booking_id)
    _check_here(booking, centre_id)
    parcels = parcels_at_centres.of_booking(session, setup.merchant_id, booking_id)
    left = parcels_at_centres.numbers_in(parcels, LEFT | {parcels_at_centres.REFUSED})
    if booking.state == RETURNED or not left:
        return booking
    if booking.state in NOT_YET | {CANCELLED, DELIVERED}:
        raise WrongState(f"The booking is {booking.state}.")
    parcels = parcels_at_centres.keep(
        session, setup.merchant_id, booking_id, parcels_at_centres.moved(parcels, left, GONE_BACK, now)
    )
    if booking.state == COLLECTED:
        return booking
    some = parcels_at_centres.numbers_in(parcels, {parcels_at_centres.COLLECTED})
    step = COLLECTED if some else RETURNED
    return _report(session, now, booking, step, f"{once} back", by)


def _lock_here(session: Session, setup: Setup, booking_id: str, centre_id: str) -> Booking:
    booking = get_locked(session, merchant_id=setup.merchant_id, booking_id=booking_id)
    if booking.state in OVER | NOT_YET:
        raise WrongState(f"The booking is {booking.state}.")
    _check_here(booking, centre_id)
    return booking


def _check_here(booking: Booking, centre_id: str) -> None:
    place = (booking.option or {}).get("location")
    if place is None or place["id"] != centre_id:
        raise AtAnotherCentre("The order is not for this pick-up centre.", name=place["name"] if place else "")


def _put(parcel: Parcel, now: datetime, shelf: str) -> Parcel:
    """On the shelf, unless it is gone."""
    if parcel.state not in LEFT:
        return parcel
    return replace(parcel, state=HERE, shelf=shelf or parcel.shelf, came_at=parcel.came_at or now)


def _report(session: Session, now: datetime, booking: Booking, step: str, name: str, by: str) -> Booking:
    whose = {"merchant_id": booking.merchant_id, "booking_id": booking.id}
    return progress.report(session, now, **whose, event=Event(step, now, name, {"by": by}))
