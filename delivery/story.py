"""One delivery's whole story: what was asked, promised, ordered, changed, passed on and reported, by moment.

Values only; delivery/texts/stories.py has the words. The facts of each kind of entry:

* `asked`: the question that the choice was made for. `country`, `postal_code`, `basket` (sku, quantity), `locale`, `hold`.
* `promised`: `option` as it was taken, its `promise` as descriptions.promise says it, `origin`, `service` (names).
* `held`, `extended`: a place was kept, and was kept longer the last time. `hold`, `until`; `state` of the hold.
* `ordered`: `order`, `part`, `lines`, `notes`, `paid`, `open` (nothing was chosen yet), `paid_until`.
* `paid`: later than the order. * `cancelled`: `paid_until` when it was for want of a payment.
* `chosen`: `by`, `name`: who chose for an order that came without a choice. * `default_failed`: nobody could be helped by the
  shop's own way.
* `changed`: `kind`, and `differences`: by name (address, recipient, notes, option), what stood there before and after.
* `handed`: a message for fulfilment was written. `message`, `type`, `to` (None: to see to by hand), `state`, `tries`.
* `tried`: one try. `message`, `type`, `to`, `accepted`, `status`, `problem`, `took_ms`. * `seen_to`: by hand.
* `told`: a message to the shopper. `kind`, `channel`, `state`, `problem` (why it waits or did not go); its moment is when it
  went, or was to.
* `answered`: the shopper said how it went. `score`, `reasons`, `words`, `wants_call`.
* `came`: parcels were checked in at a centre. `numbers`, `shelf`.
* `at_counter`: given out, refused or taken back at a counter, or what a device said of it that could not be. `kind`, `numbers`,
  `shown`, `verified`, `who`, `words`, `staff`, `signed`, `offline`, `conflict`; as delivery/evidence.py has them.
* `reported`: a step of fulfilment. `type` and whatever came with it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, select

from delivery import evidence, parcels_at_centres
from delivery.answers import answer_of
from delivery.booking_rows import Booking
from delivery.booking_states import AWAITING_PAYMENT, CANCELLED
from delivery.descriptions import promise
from delivery.open_choices import known_of
from delivery.progress import events_of
from delivery.setups import Setup
from delivery.store.engine import Session
from delivery.store.tables import changes, endpoints, handover_tries, handovers, holds
from delivery.store.tables import messages as messages_to_shoppers

KINDS = (
    "asked",
    "promised",
    "held",
    "extended",
    "ordered",
    "paid",
    "chosen",
    "default_failed",
    "changed",
    "cancelled",
    "handed",
    "tried",
    "seen_to",
    "came",
    "at_counter",
    "reported",
    "told",
    "answered",
)
"""In the order in which they follow each other when they share a moment."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened at a moment: its kind, and its facts as the head of this file lists them."""

    at: datetime
    what: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def story_of(session: Session, setup: Setup, booking: Booking) -> tuple[Entry, ...]:
    """Everything that is known of a booking of this merchant, the oldest first."""
    made = _changes(session, booking)
    messages = _messages(session, booking)
    entries = [
        *_holds(session, setup, booking, made),
        _order(booking, made, messages),
        *_payment(booking, messages),
        *(Entry(row.created_at, "changed", {"kind": row.kind, "differences": _differences(row)}) for row in made),
        *_choice(session, booking),
        *_cancelled(booking, messages),
        *_handovers(messages),
        *_tries(session, booking, messages),
        *_told(session, booking),
        *_answered(session, booking),
        *_counter(session, booking),
        *(
            Entry(event.at, "reported", {"type": event.type, **event.facts})
            for event in events_of(session, booking.merchant_id, booking.id)
        ),
    ]
    return tuple(sorted(entries, key=lambda entry: (entry.at, KINDS.index(entry.what))))


def _holds(session: Session, setup: Setup, booking: Booking, made: Iterable[Row[Any]]) -> Iterator[Entry]:
    """Of the hold that was ordered, and of each that a change put in its place."""
    ids = {booking.hold_id, *(facts.get("hold") for row in made for facts in (row.before, row.after))} - {None}
    rows = session.execute(
        select(holds)
        .where(holds.c.merchant_id == booking.merchant_id, holds.c.id.in_(ids))
        .order_by(holds.c.created_at)
    ).all()
    for row in rows:
        yield Entry(row.created_at, "asked", _question(row))
        yield Entry(row.created_at, "promised", _promise(setup, row.option))
        yield Entry(row.created_at, "held", {"hold": row.id, "until": row.expires_at, "state": row.state})
        if row.extended_at is not None:
            yield Entry(row.extended_at, "extended", {"hold": row.id, "until": row.expires_at, "state": row.state})
    if booking.option is not None and booking.hold_id not in {row.id for row in rows}:
        yield Entry(booking.created_at, "promised", _promise(setup, booking.option))


def _question(row: Row[Any]) -> dict[str, Any]:
    return {
        "country": row.country,
        "postal_code": row.postal_code,
        "basket": [tuple(line) for line in row.option.get("basket", ())],
        "locale": row.option.get("locale"),
        "hold": row.id,
    }


def _promise(setup: Setup, option: Mapping[str, Any]) -> dict[str, Any]:
    origin = setup.origins.get(option.get("origin_id") or "")
    service = setup.services.get(option.get("service_id") or "")
    return {
        "option": option,
        "promise": promise(option),
        "origin": origin.name if origin else option.get("origin_id"),
        "service": service.service.name if service else option.get("service_id"),
    }


def _order(booking: Booking, made: list[Row[Any]], messages: list[Row[Any]]) -> Entry:
    """As it came in: whatever a change replaced is taken from before the first change."""
    first = made[0].before if made else {"notes": booking.notes, "option": booking.option}
    return Entry(
        booking.created_at,
        "ordered",
        {
            "order": booking.order,
            "part": booking.part,
            "lines": booking.lines,
            "notes": first["notes"],
            "open": first["option"] is None,
            "paid": any(message.created_at == booking.created_at for message in messages),
            "paid_until": booking.paid_until,
        },
    )


def _payment(booking: Booking, messages: list[Row[Any]]) -> Iterator[Entry]:
    """Fulfilment hears of an order when it is paid: its first message says when that was."""
    if messages and messages[0].created_at > booking.created_at and booking.state != AWAITING_PAYMENT:
        yield Entry(messages[0].created_at, "paid")


def _cancelled(booking: Booking, messages: list[Row[Any]]) -> Iterator[Entry]:
    told = [message.created_at for message in messages if message.type == "booking.cancelled"]
    if booking.state == CANCELLED:
        yield Entry(told[-1] if told else booking.updated_at, "cancelled", {"paid_until": booking.paid_until})


def _choice(session: Session, booking: Booking) -> Iterator[Entry]:
    known = known_of(session, booking.merchant_id, booking.id)
    if known and known.default_failed_at:
        yield Entry(known.default_failed_at, "default_failed")
    if known and known.chosen_at:
        yield Entry(known.chosen_at, "chosen", {"by": known.chosen_by, "name": known.chosen_by_name})


def _changes(session: Session, booking: Booking) -> list[Row[Any]]:
    rows = session.execute(
        select(changes)
        .where(changes.c.merchant_id == booking.merchant_id, changes.c.booking_id == booking.id)
        .order_by(changes.c.created_at, changes.c.id)
    )
    return [*rows]


def _differences(row: Row[Any]) -> dict[str, tuple[Any, Any]]:
    names = ("address", "recipient", "notes", "option")
    pairs = {name: (row.before.get(name), row.after.get(name)) for name in names}
    said = ((facts.get("instructions") or {}).get("collector") for facts in (row.before, row.after))
    pairs["collector"] = (next(said), next(said))
    return {name: (before, after) for name, (before, after) in pairs.items() if before != after}


def _messages(session: Session, booking: Booking) -> list[Row[Any]]:
    wanted = ("id", "type", "endpoint_id", "state", "tries", "created_at", "passed_on_at")
    rows = session.execute(
        select(*(handovers.c[name] for name in wanted), endpoints.c.url)
        .outerjoin(
            endpoints,
            and_(endpoints.c.merchant_id == handovers.c.merchant_id, endpoints.c.id == handovers.c.endpoint_id),
        )
        .where(handovers.c.merchant_id == booking.merchant_id, handovers.c.booking_id == booking.id)
        .order_by(handovers.c.sequence, handovers.c.endpoint_id)
    )
    return [*rows]


def _handovers(messages: Iterable[Row[Any]]) -> Iterator[Entry]:
    for message in messages:
        facts = {"message": message.id, "type": message.type, "to": message.url or message.endpoint_id}
        yield Entry(message.created_at, "handed", facts | {"state": message.state, "tries": message.tries})


def _tries(session: Session, booking: Booking, messages: list[Row[Any]]) -> Iterator[Entry]:
    """Each try; and what was passed on without one that was accepted: somebody saw to it by hand."""
    rows = session.execute(
        select(handover_tries)
        .where(
            handover_tries.c.merchant_id == booking.merchant_id,
            handover_tries.c.handover_id.in_([message.id for message in messages]),
        )
        .order_by(handover_tries.c.id)
    ).all()
    by_id = {message.id: message for message in messages}
    arrived: set[str] = set()
    for row in rows:
        message = by_id[row.handover_id]
        facts = {"message": message.id, "type": message.type, "to": message.url or message.endpoint_id}
        accepted = row.problem is None
        arrived |= {message.id} if accepted else set()
        said = {"accepted": accepted, "status": row.status, "problem": row.problem, "took_ms": row.took_ms}
        yield Entry(row.at, "tried", facts | said)
    for message in messages:
        if message.passed_on_at is not None and message.id not in arrived:
            yield Entry(message.passed_on_at, "seen_to", {"message": message.id, "type": message.type})


def _told(session: Session, booking: Booking) -> Iterator[Entry]:
    rows = session.execute(
        select(messages_to_shoppers).where(
            messages_to_shoppers.c.merchant_id == booking.merchant_id, messages_to_shoppers.c.booking_id == booking.id
        )
    )
    for row in rows:
        yield Entry(
            row.sent_at or row.created_at,
            "told",
            {"kind": row.kind, "channel": row.channel, "state": row.state, "problem": row.last_problem},
        )


def _answered(session: Session, booking: Booking) -> Iterator[Entry]:
    found = answer_of(session, booking.merchant_id, booking.id)
    if found is not None:
        yield Entry(found.given_at, "answered", asdict(found.given))


def _counter(session: Session, booking: Booking) -> Iterator[Entry]:
    """When its parcels came to the centre, those of one moment together; and what became of them there."""
    came: dict[tuple[datetime, str], list[int]] = {}
    for parcel in parcels_at_centres.of_booking(session, booking.merchant_id, booking.id):
        if parcel.came_at is not None:
            came.setdefault((parcel.came_at, parcel.shelf), []).append(parcel.number)
    for (at, shelf), numbers in came.items():
        yield Entry(at, "came", {"numbers": numbers, "shelf": shelf})
    for one in evidence.of_booking(session, booking.merchant_id, booking.id):
        said = ("kind", "shown", "verified", "who", "words", "staff", "offline", "conflict")
        facts = {name: getattr(one, name) for name in said}
        yield Entry(one.at, "at_counter", facts | {"numbers": one.parcels, "signed": one.signature is not None})
