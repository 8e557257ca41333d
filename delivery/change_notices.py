"""Who hears of a change: the shopper; and the one whose address or e-mail it was, who can undo it."""

from datetime import datetime

from delivery import messages
from delivery.booking_rows import Booking
from delivery.change_rows import ACCEPTED, MADE, REFUSED, ChangeRow
from delivery.store.engine import Session


def tell_of(session: Session, now: datetime, old: Booking, new: Booking, change: ChangeRow) -> None:
    """Write what is to be said of a change that is made, asked, accepted or refused; `old` is the booking before it.

    The notice goes to the old contact when the e-mail or the address became another; the link in it undoes the change.
    """
    if change.state in (MADE, ACCEPTED):
        messages.tell(session, now, new, messages.MADE, occasion=change.id)
    if change.state == REFUSED:
        messages.tell(session, now, new, messages.REFUSED, occasion=change.id)
    elif change.state != ACCEPTED and _is_somebody_elses(old, new):
        messages.tell(session, now, old, messages.NOTICE, occasion=change.id)


def _is_somebody_elses(old: Booking, new: Booking) -> bool:
    return old.recipient.get("email") != new.recipient.get("email") or old.address != new.address
