"""/plugin/capacity/<window>/<day>: another capacity or fee for one window on one day, or closed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from delivery.accounts import Role
from delivery.capacity import AREA, Cell, OneDay, cell_on, exception_on, set_capacity
from delivery.problems import EditedMeanwhile, InvalidInput
from delivery.settings import items
from delivery.settings.ways import DayOfWindowSchema
from delivery.setups import load_setup
from delivery.store.engine import Session
from delivery.texts.catalogues import say, say_number
from delivery.texts.sentences import N_
from plugin.deliveries.weeks import PATH, monday_of
from plugin.pages.forms import Form, document_of, filled, typed
from plugin.pages.frame import locale, page, see_other, tell
from plugin.pages.visitors import by, needs, shop, visitor
from web.service import now, service

CLOSE, AS_USUAL = "close", "as_usual"
_SCHEMA = DayOfWindowSchema()


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/capacity/<string:window>/<string:day>")
    @needs(Role.CONFIGURE)
    def one_day(window: str, day: str) -> Response:
        """The window on that day, and a form."""
        return _page(window, _day(day))

    @blueprint.post("/capacity/<string:window>/<string:day>")
    @needs(Role.CONFIGURE)
    def change(window: str, day: str) -> Response:
        """Keep what was typed, close the day, or make it as usual again."""
        on_day = _day(day)
        try:
            cell = service().database.write(lambda session: _change(session, window, on_day))
        except InvalidInput as error:
            return _page(window, on_day, typed(request.form, error.faults), 422)
        except EditedMeanwhile:
            return _page(window, on_day, typed(request.form), 409, is_crossed=True)
        tell(_kept(cell))
        return see_other(PATH, **{"from": monday_of(on_day).isoformat()})


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotFound from error


def _change(session: Session, window: str, day: date) -> Cell:
    merchant_id = visitor().merchant_id
    capacity, fee = _wanted(session, window, day)
    seen = request.form.get("seen") or None
    set_capacity(session, now(), by(), merchant_id, window, day, capacity, fee, seen)
    # Read from the tables: what processes remember must not come from a transaction that may yet be undone.
    return cell_on(session, now(), load_setup(session, merchant_id), window, day)


def _wanted(session: Session, window: str, day: date) -> tuple[Any, Mapping[str, Any] | None]:
    """The capacity and the fee that the form asks for; None as usual."""
    deed = request.form.get("deed")
    if deed == AS_USUAL:
        return None, None
    document = document_of(_SCHEMA, request.form, shop().currency)
    capacity = 0 if deed == CLOSE else document["capacity"]
    if document["fee"] is None:
        return capacity, None
    # The form has the amount only: the rest of the fee stays, but for steps by weight, which would hide the amount.
    merchant_id = visitor().merchant_id
    before = exception_on(session, merchant_id, window, day).get("fee")
    usual = before or items.item(session, merchant_id, AREA, window)["fee"]
    amount = document["fee"]["amount"]
    if before is not None and before["amount"] == amount:
        return capacity, before
    return capacity, usual | {"amount": amount, "by_weight": []}


def _kept(cell: Cell) -> str:
    saved = say(locale(), N_("Saved."))
    if not cell.counts.oversold:
        return saved
    more = say_number(
        locale(),
        "{number} more is sold than this. Nobody loses a place; nobody else gets one.",
        "{number} more are sold than this. Nobody loses a place; nobody else gets one.",
        cell.counts.oversold,
    )
    return f"{saved} {more}"


def _page(window: str, day: date, form: Form | None = None, status: int = 200, *, is_crossed: bool = False) -> Response:
    merchant_id = visitor().merchant_id
    with service().database.reading() as session:
        setup = service().memory.setup_of_merchant(session, merchant_id)
        cell = cell_on(session, now(), setup, window, day)
        kept: OneDay = exception_on(session, merchant_id, window, day)
        zone = items.item(session, merchant_id, "zones", setup.patterns[window].zone.id)
    return page(
        "capacity/one_day.html",
        status,
        cell=cell,
        usual=setup.patterns[window],
        zone=zone["name"],
        form=form or filled(_SCHEMA, kept, setup.currency),
        kept=kept,
        seen=items.mark(kept),
        is_crossed=is_crossed,
        back=monday_of(day),
    )
