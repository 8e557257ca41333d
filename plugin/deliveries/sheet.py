"""GET /plugin/deliveries.csv: everything that is looked for, as a file for a spreadsheet, written as it is read."""

from collections.abc import Iterator
from datetime import UTC
from typing import Any

from flask import Blueprint, Response

from delivery import handovers
from delivery.accounts import Role
from delivery.booking_rows import Booking
from delivery.deliveries import Wanted, search
from delivery.descriptions import promise
from delivery.problems import InvalidInput
from delivery.setups import Setup
from delivery.store.engine import Database
from delivery.texts.formats import minor_digits
from plugin.deliveries import query
from plugin.deliveries.listed import PATH
from plugin.pages.cells import BYTE_ORDER_MARK, line
from plugin.pages.frame import see_other
from plugin.pages.visitors import needs, shop
from web.service import now, service

AT_ONCE = 500
"""How many rows are in memory at once."""

COLUMNS = (
    *("order", "part", "booking", "ordered_at", "state", "type"),
    *("earliest_day", "latest_day", "window_start", "window_end", "ready_by", "centre"),
    *("ship_by", "origin", "service", "fee", "currency"),
    *("name", "email", "phone", "address", "postal_code", "city", "country", "notes", "handover"),
)


def add_to(blueprint: Blueprint) -> None:
    """Put the route on the blueprint."""

    @blueprint.get("/deliveries.csv")
    @needs(Role.CONFIGURE)
    def sheet() -> Response:
        """The whole search, page after page: no transaction is open while the file travels."""
        try:
            wanted = query.wanted()
        except InvalidInput:
            return see_other(PATH, **query.asked())
        name = f"deliveries-{now().astimezone(shop().time_zone).date().isoformat()}.csv"
        return Response(
            _written(_rows(service().database, shop(), wanted)),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


def _written(rows: Iterator[list[object]]) -> Iterator[str]:
    yield BYTE_ORDER_MARK + line(COLUMNS)
    for row in rows:
        yield line(row)


def _rows(database: Database, setup: Setup, wanted: Wanted) -> Iterator[list[object]]:
    cursor: str | None = None
    while True:
        with database.reading() as session:
            found = search(
                session,
                merchant_id=setup.merchant_id,
                country=setup.country,
                wanted=wanted,
                cursor=cursor,
                limit=AT_ONCE,
            )
            ids = [booking.id for booking in found.bookings]
            states = handovers.states_of(session, setup.merchant_id, ids)
        for booking in found.bookings:
            facts = _facts(booking, setup, states[booking.id]["state"])
            yield [facts.get(name) for name in COLUMNS]
        cursor = found.cursor
        if cursor is None:
            return


def _facts(booking: Booking, setup: Setup, handover: str) -> dict[str, object]:
    there, who = booking.address, booking.recipient
    origin, service = setup.origins.get(booking.origin_id or ""), setup.services.get(booking.service_id or "")
    return {
        "order": booking.order,
        "part": booking.part,
        "booking": booking.id,
        "ordered_at": booking.created_at.astimezone(UTC).isoformat(timespec="seconds"),
        "state": booking.state,
        "type": booking.type,
        "ship_by": booking.ship_by,
        "origin": origin.name if origin else booking.origin_id,
        "service": service.service.name if service else booking.service_id,
        "fee": _amount(booking),
        "currency": booking.currency,
        **{name: who.get(name) for name in ("name", "email", "phone")},
        "address": ", ".join(line for line in there.get("lines") or () if line),
        **{name: there.get(name) for name in ("postal_code", "city", "country")},
        "notes": booking.notes,
        "handover": handover if booking.is_known_to_fulfilment else None,
        **(_promised(booking.option) if booking.option else {}),
    }


def _promised(option: Any) -> dict[str, object]:
    said = promise(option)
    window = said.get("window") or {}
    return {
        "earliest_day": said["earliest"],
        "latest_day": said["latest"],
        "window_start": window.get("start"),
        "window_end": window.get("end"),
        "ready_by": said.get("ready_by"),
        "centre": (option.get("location") or {}).get("name"),
    }


def _amount(booking: Booking) -> str:
    digits = minor_digits(booking.currency)
    return f"{booking.fee_amount / 10**digits:.{digits}f}"
