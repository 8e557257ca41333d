"""What shoppers hear because of a reported step: of the step itself, later that it still waits, and one question."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from delivery import messages
from delivery.afterwards import afterwards_of
from delivery.booking_rows import Booking
from delivery.booking_states import COLLECTED, DELIVERED, DELIVERY_FAILED, OUT_FOR_DELIVERY, READY_FOR_PICKUP
from delivery.keeping import keeping_of, reminders
from delivery.store.engine import Session
from delivery.store.tables import merchants
from delivery.store.tables import messages as messages_table
from delivery.texts.sentences import N_

ASK_AFTER = timedelta(hours=3)
"""So long after the delivery the question comes: the parcel is unpacked by then."""

_AGAIN = frozenset({OUT_FOR_DELIVERY, DELIVERY_FAILED})
"""Each try to deliver is told of anew."""
_ANOTHER_DAY = N_("The day it was about had changed before it could be sent.")


def tell_of_step(session: Session, now: datetime, booking: Booking, step: str, at: datetime) -> None:
    """Write what follows from a step that has become the booking's state, `at` the moment of the step."""
    if step in messages.KINDS:
        occasion = at.astimezone(UTC).isoformat() if step in _AGAIN else ""
        messages.tell(session, now, booking, step, at, occasion=occasion)
    if booking.state == READY_FOR_PICKUP:
        remind_later(session, now, booking)
    if booking.state in (DELIVERED, COLLECTED) and _asks(session, booking.merchant_id):
        messages.tell(session, now, booking, messages.ASK, at, later=now + ASK_AFTER)


def remind_later(session: Session, now: datetime, booking: Booking, ends: str = "") -> None:
    """Write the reminders of a parcel that lies at a centre. `ends`: what tells these occasions from earlier ones, when it is
    kept longer."""
    if booking.kept_until is None:
        return
    moments = reminders(keeping_of(session, booking), booking, now, booking.kept_until)
    for occasion, moment in moments.items():
        messages.tell(session, now, booking, messages.REMINDER, occasion=occasion + ends, later=moment)


def remind_no_more(session: Session, booking: Booking) -> None:
    """Give up the reminders that have not gone yet: it is kept longer, or goes back."""
    session.execute(
        update(messages_table)
        .where(
            messages_table.c.merchant_id == booking.merchant_id,
            messages_table.c.booking_id == booking.id,
            messages_table.c.kind == messages.REMINDER,
            messages_table.c.state == messages.WAITING,
        )
        .values(state=messages.DROPPED, claimed_until=None, last_problem=_ANOTHER_DAY)
    )


def _asks(session: Session, merchant_id: str) -> bool:
    facts = session.execute(select(merchants.c.afterwards).where(merchants.c.id == merchant_id)).scalar_one()
    return afterwards_of(facts).ask
