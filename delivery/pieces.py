"""Pieces of stock that are kept for an order which is collected where they lie: counted down with the order, and up again
when it is cancelled, sent another way or comes back.

A sku that nobody counted there has no number to count down, and is taken to be there.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, select, update

from delivery.problems import ChoiceGone
from delivery.store.engine import Again, Session
from delivery.store.prepared import Prepared
from delivery.store.tables import merchants, stock

_HERE = (stock.c.merchant_id == bindparam("m"), stock.c.place_id == bindparam("p"), stock.c.sku == bindparam("s"))
_TAKE = Prepared(
    update(stock)
    .where(*_HERE, stock.c.quantity >= bindparam("n", type_=stock.c.quantity.type))
    .values(quantity=stock.c.quantity - bindparam("n", type_=stock.c.quantity.type))
)
_GIVE_BACK = Prepared(
    update(stock).where(*_HERE).values(quantity=stock.c.quantity + bindparam("n", type_=stock.c.quantity.type))
)
_LEFT = Prepared(select(stock.c.quantity).where(*_HERE))
_TRACKS = Prepared(select(merchants.c.tracks_stock).where(merchants.c.id == bindparam("m")))

Lines = Sequence[Mapping[str, Any]]
"""The lines of an order: "sku" and "quantity" of each."""


def take(session: Session, merchant_id: str, place: str, lines: Lines) -> str | None:
    """Count down what the lines need at this place; the place, None when the shop does not look at stock. One conditional
    UPDATE for each sku decides who gets the last piece.

    Raises ChoiceGone when there is less; then the transaction must be rolled back.
    """
    if not _TRACKS.rows(session, {"m": merchant_id})[0][0]:
        return None
    for sku, quantity in _needed(lines):
        here = {"m": merchant_id, "p": place, "s": sku}
        if not _TAKE.changes(session, here | {"n": quantity}):
            _check_uncounted(session, here, quantity)
    return place


def give_back(session: Session, merchant_id: str, place: str, lines: Lines) -> None:
    """Count up what was kept for the lines at this place, where it is counted."""
    for sku, quantity in _needed(lines):
        _GIVE_BACK.changes(session, {"m": merchant_id, "p": place, "s": sku, "n": quantity})


def _needed(lines: Lines) -> list[tuple[str, int]]:
    """In the order of skus, so that two orders of the same things do not wait for each other."""
    wanted: Counter[str] = Counter()
    for line in lines:
        wanted[line["sku"]] += line["quantity"]
    return sorted(wanted.items())


def _check_uncounted(session: Session, here: Mapping[str, object], quantity: int) -> None:
    left = _LEFT.rows(session, here)
    if not left:
        return
    if left[0][0] >= quantity:
        raise Again("the stock changed while it was looked at")
    raise ChoiceGone("The last piece there has gone to someone else.")
