"""What the shopper wants at the door: a note for the courier, and where or with whom the parcel may be left.

As a booking keeps them: `{"note": text, "leave": one of LEAVE or "", "where": text}`; empty: nothing was said. Beside them
stands who else may collect it: see delivery/collectors.py.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from delivery import change_rows, deadlines
from delivery.booking_rows import get_locked
from delivery.change_rows import NOTE, SHOPPER
from delivery.changes import Change, carry_out
from delivery.links import PageLinks
from delivery.moves import check_in_time
from delivery.setups import Setup
from delivery.store.engine import Session

LEAVE = ("safe_place", "neighbour", "nobody_else")
"""In a place that `where` tells, with the neighbours that it tells, or with nobody but the recipient."""
LONGEST_NOTE, LONGEST_WHERE = 300, 200


def instruct(
    session: Session, now: datetime, setup: Setup, links: PageLinks, *, booking_id: str, wanted: Mapping[str, Any]
) -> Change:
    """Keep what is wanted at the door, and tell fulfilment. Raises TooLate, ChangeWaiting, TooManyChanges."""
    booking = get_locked(session, merchant_id=setup.merchant_id, booking_id=booking_id)
    check_in_time(now, setup, booking, deadlines.NOTES)
    change_rows.check_may_change(session, now, booking)
    said = {name: text for name, text in wanted.items() if text}
    said |= {name: text for name, text in booking.instructions.items() if name == "collector"}
    return carry_out(session, now, links, booking, {"instructions": said}, kind=NOTE, made_by=SHOPPER)
