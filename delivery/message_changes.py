"""What a message about a change says: what was changed and by whom, how to put it back, and who is told."""

from dataclasses import replace
from datetime import datetime

from delivery import change_answers, change_rows
from delivery.booking_rows import Booking
from delivery.change_rows import ChangeRow
from delivery.links import PageLinks
from delivery.messages import NOTICE, OF_CHANGES
from delivery.problems import ChangeNotFound
from delivery.setups import Setup
from delivery.store.engine import Session
from delivery.texts.change_news import change_said


def change_of(session: Session, booking: Booking, kind: str, occasion: str) -> ChangeRow | None:
    """The change that a message of this kind is about; None for a message about anything else."""
    if kind not in OF_CHANGES or not occasion:
        return None
    try:
        found = change_rows.find(session, booking.merchant_id, occasion)
    except ChangeNotFound:
        return None
    return found if found.booking_id == booking.id else None


def as_told(booking: Booking, kind: str, change: ChangeRow | None) -> Booking:
    """The booking with whom it is told to as its recipient: of a notice, whoever that was before the change; or nobody."""
    if kind != NOTICE:
        return booking
    return replace(booking, recipient=dict(change.before.get("recipient") or {}) if change else {})


def change_facts(
    now: datetime, setup: Setup, booking: Booking, change: ChangeRow | None, links: PageLinks, locale: str
) -> dict[str, str]:
    """The facts `change` and `undo`; empty without a change, and `undo` once it cannot be put back."""
    if change is None:
        return {"change": "", "undo": ""}
    can = change_answers.can_be_undone(change) and change.created_at + change_answers.UNDO_TIME > now
    token = change_answers.undo_token(links.signer, change)
    return {
        "change": change_said(change.kind, change.made_by == change_rows.SHOPPER, setup.name, locale),
        "undo": links.undo(booking.id, booking.page_version, token) if can else "",
    }
