"""Where personal data lies: every table that knows a booking, and what stays of each column without the person.

One list for whoever exports and whoever erases. A new table, or a new column that could hold a text, belongs here: until it
stands in a list, tests/delivery/test_personal_data.py fails. What is not known to be about the goods counts as the person's.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Row, Table, and_, bindparam, or_, select, text, update

from delivery.booking_states import STEPS
from delivery.store.engine import Session
from delivery.store.tables import (
    answers,
    bookings,
    changes,
    collections,
    events,
    handover_tries,
    handovers,
    holds,
    messages,
    open_choices,
    parcels,
    settlements,
    stripe_sessions,
    stripe_settlements,
)

Stays = Callable[[Any], Any]
"""From what a column holds to what stays of it without the person."""

NOBODY: Mapping[str, Any] = {"name": ""}
SOME_STEP = "other"
"""What stays of the name of a carrier's extra step."""
KEPT_OF_EVENTS = frozenset({"carrier", "by"})
KEPT_OF_CHANGES = frozenset({"option", "hold"})
KEPT_OF_MESSAGES = frozenset(
    {
        *("booking", "order", "part", "state", "type", "promise", "fee", "tax", "location", "paid_until", "handover"),
        *("version", "shop", "ship_by", "origin", "service", "lines"),
    }
)
"""Of what fulfilment was sent: the goods and the promise. One that waits to be sent is still a message about its booking."""

SHOPPING_LASTS = timedelta(days=14)
"""How long before and after the hold that was ordered the same checkout may have kept other places."""


@dataclass(frozen=True, slots=True)
class Place:
    """A table with rows about bookings. `person`: the columns that know the person, and what stays of each; `goods`: those
    that could hold a text and do not. `known_by`: the column that says whose row it is."""

    table: Table
    known_by: str
    person: Mapping[str, Stays]
    goods: frozenset[str]


def _always(value: Any) -> Stays:
    return lambda _: value


def country_only(address: Mapping[str, Any]) -> dict[str, Any]:
    """Of an address."""
    return {"country": address["country"], "lines": []}


def _of_step(name: str) -> str:
    """A carrier's extra step may be called anything."""
    return name if name in STEPS else SOME_STEP


def _of_event(detail: Mapping[str, Any]) -> dict[str, Any]:
    """A report may carry anything about who took the parcel, the carrier's own words included."""
    return {name: value for name, value in detail.items() if name in KEPT_OF_EVENTS}


def _of_change(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The names stay, so that it can be told what was changed; numbers and switches say nothing of a person."""
    emptied = {name: value if name in KEPT_OF_CHANGES else _emptied(value) for name, value in facts.items()}
    if facts.get("address"):
        # What was asked may still be refused: then this is what is put back.
        emptied["address"] = country_only(facts["address"])
    if facts.get("option"):
        emptied["option"] = _of_option(facts["option"])
    return emptied | ({"recipient": dict(NOBODY)} if "recipient" in facts else {})


def _emptied(value: Any) -> Any:
    return type(value)() if isinstance(value, str | list | dict) else value


def _of_option(option: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Where a van goes with it is part of the address."""
    return None if option is None else {name: value for name, value in option.items() if name != "visit"}


def _of_message(body: str) -> str:
    said = orjson.loads(body)
    data = said.get("data", {})
    kept = {name: value for name, value in data.items() if name in KEPT_OF_MESSAGES}
    if data.get("address"):
        kept |= {"recipient": NOBODY, "address": country_only(data["address"])}
    return orjson.dumps(said | {"data": kept}).decode()


_BOOKING = frozenset({"id", "booking_id", "merchant_id"})

PLACES = (
    Place(
        bookings,
        "id",
        {
            "recipient": _always(dict(NOBODY)),
            "address": country_only,
            "option": _of_option,
            "notes": _always(""),
            "instructions": _always({}),
            "preferences": _always({}),
            "search_name": _always(""),
            "search_postal_code": _always(None),
            "search_email": _always(None),
            "search_phone": _always(None),
        },
        _BOOKING
        | {"order_number", "part", "state", "type", "hold_id", "kind", "ref", "origin_id", "service_id"}
        | {
            "zone_id",
            "currency",
            "lines",
            "expected",
            "broken_by",
            "search_order",
            "centre_id",
            "stock_place",
            "code_hash",
        },
    ),
    Place(changes, "booking_id", {"before": _of_change, "after": _of_change}, _BOOKING | {"kind", "state", "made_by"}),
    Place(events, "booking_id", {"type": _of_step, "detail": _of_event}, _BOOKING),
    Place(messages, "booking_id", {"last_problem": _always(None)}, _BOOKING | {"kind", "occasion", "channel", "state"}),
    Place(
        handovers,
        "booking_id",
        {"body": _of_message, "last_problem": _always(None)},
        _BOOKING | {"endpoint_id", "type", "state"},
    ),
    Place(handover_tries, "handover_id", {"problem": _always(None)}, _BOOKING | {"handover_id"}),
    Place(
        holds,
        "id",
        {"checkout": _always(""), "client": _always(None), "postal_code": _always(None), "option": _of_option},
        _BOOKING | {"state", "kind", "ref", "country", "basket"},
    ),
    Place(answers, "booking_id", {"words": _always("")}, _BOOKING | {"reasons"}),
    # Its name is that of somebody of the shop.
    Place(open_choices, "booking_id", {}, _BOOKING | {"chosen_by", "chosen_by_name"}),
    Place(parcels, "booking_id", {"shelf": _always("")}, _BOOKING | {"state"}),
    Place(
        collections,
        "booking_id",
        {"who": _always(""), "words": _always(""), "signature": _always(None)},
        _BOOKING | {"centre_id", "kind", "parcels", "shown", "staff", "conflict"},
    ),
    Place(settlements, "booking_id", {}, _BOOKING | {"reason", "ref", "kind", "currency", "state"}),
    # The ids stay, or what was paid could not be given back; who paid stands at Stripe, for the merchant to erase there.
    Place(
        stripe_sessions,
        "booking_id",
        {"checkout": _always(""), "locale": _always(None), "problem": _always(None)},
        _BOOKING | {"kind", "state", "hold_id", "currency", "payment_intent"},
    ),
    # Whoever approved is somebody of the shop.
    Place(
        stripe_settlements,
        "booking_id",
        {"url": _always(None), "problem": _always(None)},
        _BOOKING
        | {"settlement_id", "session_id", "kind", "currency", "state", "idempotency_key", "approved_by", "stripe_id"},
    ),
)

NOT_ABOUT_SHOPPERS = frozenset(
    {
        *(
            "audit",
            "centres",
            "code_tries",
            "counters",
            "endpoints",
            "keys",
            "merchants",
            "origins",
            "places",
            "services",
        ),
        *("experiences", "past_parcels", "signing_keys", "slot_patterns", "staff", "stock", "workers", "zones"),
        *("stripe_accounts", "stripe_events"),
        *("vans", "van_days", "van_refusals", "van_routes", "van_stops", "travel_times"),
    }
)
GOES_BY_ITSELF = frozenset({"idempotency"})
"""Answers to calls, which may hold a booking: for a day. Who asks to be erased need not wait: see delivery/privacy.py."""

_ENDED = text("state in ('released', 'expired', 'replaced')")
"""Spelled as in the index of ended holds, or it would not be used."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one table about one or several bookings."""

    place: Place
    rows: list[Row[Any]]


def rows_about(session: Session, merchant_id: str, booking_ids: Collection[str]) -> list[Rows]:
    """Everything that is kept about these bookings of one merchant, a table after the other."""
    found: list[Rows] = []
    known: dict[str, Collection[str]] = {"booking_id": booking_ids, "id": booking_ids}
    for place in PLACES:
        if place.table is handover_tries:
            known["handover_id"] = [row.id for rows in found if rows.place.table is handovers for row in rows.rows]
        whose = _holds_of(session, merchant_id, found) if place.table is holds else known[place.known_by]
        table = place.table
        mine = and_(table.c.merchant_id == merchant_id, table.c[place.known_by].in_(whose))
        found.append(Rows(place, list(session.execute(select(table).where(mine).order_by(*table.primary_key)))))
    return found


def _holds_of(session: Session, merchant_id: str, found: list[Rows]) -> set[str]:
    """The holds that were ordered, those that a change put in their place, and what else their checkouts kept meanwhile."""
    ids = {row.hold_id for rows in found if rows.place.table is bookings for row in rows.rows}
    for rows in found:
        if rows.place.table is changes:
            ids |= {facts.get("hold") for row in rows.rows for facts in (row.before, row.after)}
    ids -= {None}
    mine = holds.c.merchant_id == merchant_id
    ordered = session.execute(select(holds.c.checkout, holds.c.created_at).where(mine, holds.c.id.in_(ids))).all()
    beside: list[ColumnElement[bool]] = [
        and_(
            holds.c.checkout == row.checkout,
            holds.c.expires_at.between(row.created_at - SHOPPING_LASTS, row.created_at + SHOPPING_LASTS),
        )
        for row in ordered
        if row.checkout
    ]
    if beside:
        ids |= set(session.scalars(select(holds.c.id).where(mine, _ENDED, or_(*beside))))
    return ids


def erase(session: Session, now: datetime, merchant_id: str, booking_ids: Collection[str]) -> None:
    """Take the person out of everything that is kept about these bookings of one merchant. Who does it twice does nothing.

    Their pages stop working, and whoever was at work on one of them starts anew.
    """
    for rows in rows_about(session, merchant_id, booking_ids):
        _erase_rows(session, merchant_id, rows)
    session.execute(
        update(bookings)
        .where(bookings.c.merchant_id == merchant_id, bookings.c.id.in_(booking_ids), bookings.c.erased_at.is_(None))
        .values(erased_at=now, page_version=bookings.c.page_version + 1, version=bookings.c.version + 1)
    )


def _erase_rows(session: Session, merchant_id: str, found: Rows) -> None:
    table, person = found.place.table, found.place.person
    keys = [column.name for column in table.primary_key if column.name != "merchant_id"]
    changed = []
    for row in found.rows:
        held = {name: row._mapping[name] for name in person}
        stays = {name: person[name](value) for name, value in held.items()}
        if stays != held:
            changed.append({f"key_{name}": row._mapping[name] for name in keys} | stays)
    if changed:
        mine = [table.c[name] == bindparam(f"key_{name}") for name in keys]
        values: dict[str, Any] = {name: bindparam(name) for name in person}
        session.execute(update(table).where(table.c.merchant_id == merchant_id, *mine).values(values), changed)
