"""Addresses short enough for a text message: /s/{code} leads to the long one, which is made anew each time.

A code is a letter for the page, the random part of an id, and a mark by our key over both and the booking's page version:
so it is as hard to guess as the long link, and revoked with it.
"""

import base64
import hmac
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, select

from delivery import change_rows
from delivery.change_answers import undo_token
from delivery.links import PageLinks
from delivery.problems import BookingNotFound
from delivery.signing import Signer, tagged
from delivery.store.engine import Session
from delivery.store.tables import bookings, changes

PAGE, CHOOSE, UNDO = "p", "c", "u"
_PREFIXES = {PAGE: "bk_", CHOOSE: "bk_", UNDO: "cg_"}
_MARK_BYTES = 9
_MARK_LETTERS = 12
_SUBJECT = b"short link"
_LONGEST = 100
_ACROSS = {"across_merchants": "the link names the booking, not the shop"}


class ShortLinks(PageLinks):
    """The same links as PageLinks makes them, short ones where there are any."""

    def page(self, booking_id: str, page_version: int) -> str:
        """The shopper's page of one delivery; what stands below it stands below this as well."""
        return self._short(PAGE, booking_id, page_version)

    def choose(self, booking_id: str, page_version: int) -> str:
        """The repair link."""
        return self._short(CHOOSE, booking_id, page_version)

    def undo(self, booking_id: str, page_version: int, undone: str) -> str:  # noqa: ARG002 - the change says which
        """Where a change is put back."""
        return self._short(UNDO, str(self.signer.open("undo", undone)["c"]), page_version)

    def _short(self, letter: str, thing_id: str, page_version: int) -> str:
        mark = _mark(self.signer.keys_for(_SUBJECT)[0], letter, thing_id, page_version)
        return f"{self.root}/s/{letter}{thing_id.removeprefix(_PREFIXES[letter])}{mark}"


@dataclass(frozen=True, slots=True)
class _Found:
    booking_id: str
    page_version: int
    merchant_id: str


def long_link(session: Session, signer: Signer, links: PageLinks, code: str) -> str:
    """Where a code leads. Raises BookingNotFound for every code that is no good, whatever is wrong with it."""
    letter, thing_id, mark = code[:1], code[1:-_MARK_LETTERS], code[-_MARK_LETTERS:]
    if letter not in _PREFIXES or not thing_id or len(code) > _LONGEST or not code.isascii():
        raise BookingNotFound("The link leads nowhere.")
    thing_id = _PREFIXES[letter] + thing_id
    found = _find(session, letter, thing_id)
    if found is None or not _is_ours(signer, mark, letter, thing_id, found.page_version):
        raise BookingNotFound("The link leads nowhere.")
    if letter == CHOOSE:
        return links.choose(found.booking_id, found.page_version)
    if letter == PAGE:
        return links.page(found.booking_id, found.page_version)
    change = change_rows.find(session, found.merchant_id, thing_id)
    return links.undo(found.booking_id, found.page_version, undo_token(signer, change))


def _find(session: Session, letter: str, thing_id: str) -> _Found | None:
    columns = select(bookings.c.id, bookings.c.page_version, bookings.c.merchant_id)
    if letter == UNDO:
        same: ColumnElement[bool] = and_(
            changes.c.merchant_id == bookings.c.merchant_id, changes.c.booking_id == bookings.c.id
        )
        asked: Any = columns.join(changes, same).where(changes.c.id == thing_id)
    else:
        asked = columns.where(bookings.c.id == thing_id)
    row = session.execute(asked.execution_options(**_ACROSS)).one_or_none()
    return None if row is None else _Found(*row)


def _is_ours(signer: Signer, mark: str, letter: str, thing_id: str, page_version: int) -> bool:
    marks = (_mark(key, letter, thing_id, page_version) for key in signer.keys_for(_SUBJECT))
    return any(hmac.compare_digest(mark, good) for good in marks)


def _mark(key: bytes, letter: str, thing_id: str, page_version: int) -> str:
    digest = bytes.fromhex(tagged(key, f"{letter}.{thing_id}.{page_version}".encode()))
    return base64.urlsafe_b64encode(digest[:_MARK_BYTES]).decode()
