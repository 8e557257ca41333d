"""What becomes of a change: fulfilment accepts or refuses one it was asked; whoever it was done to undoes it.

A refusal finds the old place still booked; an undoing takes it anew. Either way both places change hands together.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from delivery import change_notices, change_rows, codes, deadlines, handovers, settlements
from delivery.booking_rows import Booking, changed, get_locked
from delivery.change_rows import ACCEPTED, ASKED, REFUSED, UNDONE, ChangeRow, place_kept, put_back
from delivery.changes import Change, told
from delivery.choosing import place_of_booking
from delivery.counters import PlaceKey, claim_booked, free_booked
from delivery.erased import is_erased
from delivery.links import PageLinks
from delivery.problems import BookingNotFound, ChoiceGone, InvalidToken, SlotFull, TooLate, WrongState
from delivery.setups import Setup
from delivery.signing import Signer, is_over
from delivery.store.engine import Session
from delivery.van_days import VAN

UNDO_TIME = timedelta(hours=48)
_UNDOABLE = {
    change_rows.CORRECT: deadlines.CORRECT,
    change_rows.DETAILS: deadlines.CORRECT,
    change_rows.REDIRECT: deadlines.REDIRECT,
    change_rows.MOVE: deadlines.MOVE,
}
"""The kinds that can be undone, and until when: as long as the same change could still be made."""


def answer(
    session: Session,
    now: datetime,
    links: PageLinks,
    *,
    merchant_id: str,
    change_id: str,
    accepted: bool,
    reason: str = "",
) -> Change:
    """Fulfilment's answer to a change it was asked, and why. The same answer again does nothing. Once the person was erased the
    reason, which may name anybody, is not kept.

    Raises ChangeNotFound, and WrongState for a change that does not wait for an answer.
    """
    booking_id = change_rows.find(session, merchant_id, change_id).booking_id
    booking = get_locked(session, merchant_id=merchant_id, booking_id=booking_id)
    row = change_rows.find(session, merchant_id, change_id)
    state = ACCEPTED if accepted else REFUSED
    if row.state == state:
        return _as_it_is(row, booking)
    if row.state != ASKED:
        raise WrongState(f"The change is {row.state}.")
    row = _marked(session, now, row, state, "" if is_erased(session, booking) else reason)
    if not accepted:
        return _refused(session, now, links, booking, row)
    kept = place_kept(row)
    if kept is not None:
        free_booked(session, merchant_id, kept)
    change_notices.tell_of(session, now, booking, booking, row)
    return _as_it_is(row, booking)


def can_be_undone(change: ChangeRow) -> bool:
    """Whether it is of a kind that can be put back, and has not been."""
    return change.state in change_rows.STANDING and change.kind in _UNDOABLE


def undo_token(signer: Signer, change: ChangeRow) -> str:
    """The key to undoing a change, good for UNDO_TIME."""
    ends = change.created_at + UNDO_TIME
    return signer.seal("undo", {"c": change.id, "b": change.booking_id, "exp": int(ends.astimezone(UTC).timestamp())})


def find_undone(session: Session, now: datetime, signer: Signer, booking: Booking, token: str) -> ChangeRow:
    """The change that a link is for. Raises BookingNotFound for every link that is no good, whatever is wrong with it."""
    try:
        facts = signer.open("undo", token)
    except InvalidToken as error:
        raise BookingNotFound("The link leads nowhere.") from error
    if facts.get("b") != booking.id or is_over(facts, now):
        raise BookingNotFound("The link leads nowhere.")
    return change_rows.find(session, booking.merchant_id, facts["c"])


def undo(
    session: Session, now: datetime, setup: Setup, links: PageLinks, *, booking_id: str, change_id: str
) -> Booking:
    """Make the booking what it was before the change, later ones undone with it. Does nothing the second time.

    Raises WrongState when the change does not stand, TooLate when it could not be made any more either, and ChoiceGone
    when the old place has been taken; then the transaction must be rolled back.
    """
    booking = get_locked(session, merchant_id=setup.merchant_id, booking_id=booking_id)
    row = change_rows.find(session, setup.merchant_id, change_id)
    if row.state == UNDONE:
        return booking
    if not can_be_undone(row):
        raise WrongState(f"The change is {row.state}.")
    facts = put_back(row.before)
    _check_in_time(now, setup, booking, replace(booking, **facts), _UNDOABLE[row.kind])
    standing = change_rows.from_then_on(session, row)
    _exchange(session, now, setup, booking, standing[-1], replace(booking, **facts))
    old = changed(session, now, booking, **facts, **codes.after(session, links.signer, booking, facts["option"]))
    for one in standing:
        _marked(session, now, one, UNDONE)
        settlements.put_back(session, now, old, one.id)
    if old.is_known_to_fulfilment:
        handovers.enqueue(session, now, old, "booking.changed", links, change=told(replace(row, state=UNDONE)))
    change_notices.tell_of_undoing(session, now, old, row, standing)
    return old


def _check_in_time(now: datetime, setup: Setup, booking: Booking, before: Booking, what: str) -> None:
    """Neither what stands now nor what stood before may be past its moment."""
    for one in (booking, before):
        ends = deadlines.until(one, setup, what)
        if ends is None or now >= ends:
            raise TooLate("It can no longer be put back.")


def _exchange(
    session: Session, now: datetime, setup: Setup, booking: Booking, last: ChangeRow, before: Booking
) -> None:
    """Free what the booking has, and what was kept for a refusal; take the place from before; in the order of the keys."""
    had = [booking.place, place_kept(last) if last.state == ASKED else None]
    free: list[PlaceKey] = [place for place in had if place is not None]
    want = before.place
    if want in free:
        free.remove(want)
        want = None
    # Routes of vans last, and there what is freed before what is wanted: see goes_first of delivery/counters.py.
    for key in sorted(
        [*free, *([want] if want else [])], key=lambda key: (key.kind, key.kind == VAN and key == want, key)
    ):
        if key == want:
            _claim(session, now, setup, before)
        else:
            free_booked(session, booking.merchant_id, key)


def _claim(session: Session, now: datetime, setup: Setup, before: Booking) -> None:
    place = place_of_booking(setup, before)
    place = place and before.place and place.had_as(before.place, before.option or {})
    if place is None:
        raise ChoiceGone("The window or centre from before is no longer there.")
    try:
        claim_booked(session, now, before.merchant_id, place)
    except SlotFull as error:
        raise ChoiceGone("The place from before has been taken by someone else.") from error


def _refused(session: Session, now: datetime, links: PageLinks, booking: Booking, row: ChangeRow) -> Change:
    """Everything as it was: the old place stayed booked, so only the new one is freed."""
    facts = put_back(row.before)
    old = changed(session, now, booking, **facts, **codes.after(session, links.signer, booking, facts["option"]))
    if booking.place is not None and row.before["hold"] != row.after["hold"]:
        free_booked(session, booking.merchant_id, booking.place)
    settlements.put_back(session, now, old, row.id)
    handovers.enqueue(session, now, old, "booking.changed", links, change=told(row))
    change_notices.tell_of(session, now, booking, old, row)
    return _as_it_is(row, old)


def _marked(session: Session, now: datetime, row: ChangeRow, state: str, reason: str = "") -> ChangeRow:
    change_rows.mark(session, now, row, state, reason)
    return replace(row, state=state)


def _as_it_is(row: ChangeRow, booking: Booking) -> Change:
    return Change(row.id, row.state, booking, row.difference)
