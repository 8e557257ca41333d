"""Redeeming a hold: its place becomes a booked one, or is claimed anew when the hold has ended."""

from datetime import datetime

from sqlalchemy import bindparam, update

from delivery.counters import LIVE, Place, PlaceKey, book_held, claim_booked, free_held
from delivery.holds import READ, Hold, as_hold, find_hold
from delivery.problems import ChoiceGone, HoldNotFound, SlotFull
from delivery.store.engine import Again, Session
from delivery.store.prepared import Prepared
from delivery.store.tables import holds
from delivery.van_days import VAN

_OWN = holds.c.merchant_id == bindparam("m")
_CONFIRM = Prepared(
    update(holds).where(_OWN, holds.c.id == bindparam("h"), LIVE).values(state="confirmed").returning(*READ)
)
_CONFIRM_ENDED = (
    update(holds)
    .where(_OWN, holds.c.id == bindparam("h"), holds.c.state.in_(("released", "expired", "replaced")))
    .values(state="confirmed")
)
_CONSUME_OTHER = (
    update(holds)
    .where(
        _OWN,
        holds.c.checkout == bindparam("c"),
        LIVE,
        holds.c.kind == bindparam("k"),
        holds.c.ref == bindparam("r"),
        holds.c.day == bindparam("d"),
    )
    .values(state="replaced")
)
_CONSUME_NEWER = (
    update(holds)
    .where(_OWN, holds.c.checkout == bindparam("c"), LIVE, holds.c.kind == VAN, holds.c.day == bindparam("d"))
    .values(state="replaced")
    .returning(holds.c.id)
)


class Used(Exception):
    """The hold has confirmed an order already."""


def redeem(session: Session, now: datetime, merchant_id: str, hold_id: str, place: Place | None) -> Hold:
    """Compare-and-set the hold's state to confirmed, and count its place as booked.

    That it has expired does not matter as long as nobody took the place back. Raises Used, and ChoiceGone.
    """
    row = _CONFIRM.first(session, {"m": merchant_id, "h": hold_id})
    if row is None:
        return _anew(session, now, merchant_id, hold_id, place)
    hold = as_hold(row)
    if hold.place is not None:
        book_held(session, merchant_id, hold.place)
    return hold


def _anew(session: Session, now: datetime, merchant_id: str, hold_id: str, place: Place | None) -> Hold:
    try:
        hold = find_hold(session, merchant_id=merchant_id, hold_id=hold_id)
    except HoldNotFound as error:
        raise ChoiceGone("The choice is no longer known.") from error
    if hold.state == "confirmed":
        raise Used
    if session.execute(_CONFIRM_ENDED, {"m": merchant_id, "h": hold_id}).rowcount == 0:
        raise Again("the hold changed while it was looked at")
    if hold.place is not None:
        _claim(session, now, hold, place)
    return hold


def _claim(session: Session, now: datetime, hold: Hold, place: Place | None) -> None:
    assert hold.place is not None
    key = hold.place
    if key.kind == VAN:
        _let_go_of_newer(session, hold, key)
    other = {"m": hold.merchant_id, "c": hold.checkout, "k": key.kind, "r": key.ref, "d": key.day}
    if session.execute(_CONSUME_OTHER, other).rowcount:
        # The checkout took the same place once more after this hold: its own hold does not count against it.
        book_held(session, hold.merchant_id, key)
        return
    place = place and place.had_as(key, hold.option)
    if place is None:
        raise ChoiceGone("The chosen window is no longer there.")
    try:
        claim_booked(session, now, hold.merchant_id, place)
    except SlotFull as error:
        raise ChoiceGone("The chosen place has been taken by someone else.") from error


def _let_go_of_newer(session: Session, hold: Hold, key: PlaceKey) -> None:
    """What the checkout took after this hold, on the routes of that day: its own hold does not stand in its way."""
    newer = {"m": hold.merchant_id, "c": hold.checkout, "d": key.day}
    for (hold_id,) in session.execute(_CONSUME_NEWER, newer).all():
        free_held(session, hold.merchant_id, PlaceKey(VAN, hold_id, key.day))
