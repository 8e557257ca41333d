"""A shopper cancels the delivery, where the merchant allows it."""

from datetime import datetime

from delivery import bookings, change_rows, deadlines, settlements
from delivery.booking_rows import Booking, get_locked
from delivery.change_rows import CANCEL, MADE, SHOPPER
from delivery.links import PageLinks
from delivery.moves import check_in_time
from delivery.setups import Setup
from delivery.store.engine import Session


def cancel(session: Session, now: datetime, setup: Setup, links: PageLinks, *, booking_id: str) -> Booking:
    """Cancel it as the shop would, and note that the delivery fee is to be given back. Raises TooLate, ChangeWaiting,
    TooManyChanges."""
    booking = get_locked(session, merchant_id=setup.merchant_id, booking_id=booking_id)
    check_in_time(now, setup, booking, deadlines.CANCEL)
    change_rows.check_may_change(session, now, booking)
    ended = bookings.cancel(session, now, merchant_id=setup.merchant_id, booking_id=booking_id, links=links)
    refund = -booking.fee_amount
    row = change_rows.add(session, now, booking, ended, kind=CANCEL, state=MADE, made_by=SHOPPER, difference=refund)
    settlements.add(session, now, ended, reason=settlements.CHANGE, ref=row.id, difference=row.difference)
    return ended
