"""Stock: how many of each sku can still be sold at an origin. What nobody counted counts as there. A centre with stock of its
own is an origin, and may be called by either name."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, delete

from delivery.problems import Fault, InvalidInput
from delivery.setups import Setup
from delivery.store.engine import Session, dialect_insert
from delivery.store.tables import stock


@dataclass(frozen=True, slots=True)
class Count:
    """One sku at one place; quantity None: no longer counted. `where` points at it in the request."""

    place: str
    sku: str
    quantity: int | None
    where: str = ""


_forget = delete(stock).where(
    stock.c.merchant_id == bindparam("m"), stock.c.place_id == bindparam("p"), stock.c.sku == bindparam("s")
)


def put_stock(session: Session, setup: Setup, counts: Sequence[Count]) -> int:
    """Set these quantities and leave the others as they are; how many were set. Raises InvalidInput, and sets none, when
    a place is neither an origin nor a centre of the merchant."""
    _check_places(setup, counts)
    own = {
        centre.id: centre.origin_id for centre in setup.centres if centre.origin_id and centre.id not in setup.origins
    }
    last = {(own.get(count.place, count.place), count.sku): count.quantity for count in counts}
    known = [_row(setup, place, sku, quantity) for (place, sku), quantity in last.items() if quantity is not None]
    gone = [
        {"m": setup.merchant_id, "p": place, "s": sku} for (place, sku), quantity in last.items() if quantity is None
    ]
    if known:
        insert = dialect_insert(session, stock)
        keys = ["merchant_id", "place_id", "sku"]
        session.execute(
            insert.on_conflict_do_update(index_elements=keys, set_={"quantity": insert.excluded.quantity}), known
        )
    if gone:
        session.execute(_forget, gone)
    return len(last)


def _check_places(setup: Setup, counts: Sequence[Count]) -> None:
    known = set(setup.origins) | {centre.id for centre in setup.centres}
    faults = tuple(
        Fault(f"{count.where}/place", "No origin or pick-up centre has this id.")
        for count in counts
        if count.place not in known
    )
    if faults:
        raise InvalidInput("Some places are not known.", faults[:50])


def _row(setup: Setup, place: str, sku: str, quantity: int) -> dict[str, object]:
    return {"merchant_id": setup.merchant_id, "place_id": place, "sku": sku, "quantity": quantity}
