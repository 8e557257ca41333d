"""Who hears of a change: the shopper; and the one whose address or e-mail it was, who can undo it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, update

from delivery import messages
from delivery.booking_rows import Booking
from delivery.change_rows import ACCEPTED, MADE, REFUSED, ChangeRow
from delivery.store.engine import Session
from delivery.store.tables import messages as rows
from delivery.texts.sentences import N_

_PUT_BACK = N_("The change was put back before it could be sent.")


def tell_of(session: Session, now: datetime, old: Booking, new: Booking, change: ChangeRow) -> None:
    """Write what is to be said of a change that is made, asked, accepted or refused; `old` is the booking before it.

    The notice goes to the old contact when the e-mail or the address became another; the link in it undoes the change.
    """
    if change.state in (MADE, ACCEPTED):
        messages.tell(session, now, new, messages.MADE, occasion=change.id)
    if change.state == REFUSED:
        _take_back(session, now, (change,))
        messages.tell(session, now, new, messages.REFUSED, occasion=change.id)
    elif change.state != ACCEPTED and _is_somebody_elses(old, new):
        messages.tell(session, now, old, messages.NOTICE, occasion=change.id)


def tell_of_undoing(
    session: Session, now: datetime, booking: Booking, first: ChangeRow, undone: Sequence[ChangeRow]
) -> None:
    """Write that everything is as it was before `first`: to whom the delivery is for again. What was still to be said of what
    is `undone` would be wrong now."""
    _take_back(session, now, undone)
    messages.tell(session, now, booking, messages.UNDONE, occasion=first.id)


def _take_back(session: Session, now: datetime, undone: Sequence[ChangeRow]) -> None:
    """One that is being sent at this moment is left alone."""
    for change in undone:
        session.execute(
            update(rows)
            .where(
                rows.c.merchant_id == change.merchant_id,
                rows.c.booking_id == change.booking_id,
                rows.c.kind.in_((messages.MADE, messages.NOTICE)),
                rows.c.occasion == change.id,
                rows.c.state == messages.WAITING,
                or_(rows.c.claimed_until.is_(None), rows.c.claimed_until <= now),
            )
            .values(state=messages.DROPPED, claimed_until=None, last_problem=_PUT_BACK)
        )


def _is_somebody_elses(old: Booking, new: Booking) -> bool:
    return old.recipient.get("email") != new.recipient.get("email") or old.address != new.address
