"""Messages to shoppers: which there are, which a merchant sends, and the outbox they are written to.

A row says that a message is to go, and to whom by naming the booking; its words and the address are made when it is
sent. So nothing is kept twice, and what is sent is how the order stands then.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update

from delivery.booking_rows import Booking
from delivery.booking_states import (
    AWAITING_PAYMENT,
    CANCELLED,
    CHOICE_OPEN,
    COLLECTED,
    CONFIRMED,
    DELIVERED,
    DELIVERY_FAILED,
    DISPATCHED,
    OUT_FOR_DELIVERY,
    PACKED,
    READY_FOR_PICKUP,
    RETURNED,
    STATES,
)
from delivery.rules.phones import dialled
from delivery.store.dialects import PerDialect
from delivery.store.engine import Session
from delivery.store.tables import merchants, messages
from delivery.texts.message_words import OUR_WORDS, OwnWords
from delivery.texts.sentences import N_

WAITING, SENT, FAILED, DROPPED = "waiting", "sent", "failed", "dropped"
MAIL, WEBHOOK = "mail", "webhook"
CHANNELS = (MAIL, WEBHOOK)
"""E-mail; and text messages, by the gateway that the merchant set up: see delivery/gateways.py."""

TOO_LATE = timedelta(days=2)
"""What did not leave by then never leaves: old news confuses."""

AT_RISK, REMINDER, ASK = "at_risk", "pickup_reminder", "ask"
KEPT_LONGER, GOING_BACK = "kept_longer", "going_back"
MADE, REFUSED, NOTICE, UNDONE = "change_made", "change_refused", "change_notice", "change_undone"
FEE_CREDITED, ARRIVAL_MOVED = "fee_credited", "arrival_moved"
_UNDER_WAY = frozenset({CONFIRMED, PACKED, DISPATCHED, OUT_FOR_DELIVERY, DELIVERY_FAILED})
_NOT_OVER = _UNDER_WAY | {CHOICE_OPEN, AWAITING_PAYMENT, READY_FOR_PICKUP}

STILL_TRUE: Mapping[str, frozenset[str]] = {
    "choose": frozenset({CHOICE_OPEN}),
    "choose_reminder": frozenset({CHOICE_OPEN}),
    "choose_last": frozenset({CHOICE_OPEN}),
    "confirmed": frozenset({CONFIRMED, PACKED, DISPATCHED}),
    "packed": frozenset({PACKED, DISPATCHED}),
    "dispatched": frozenset({DISPATCHED, OUT_FOR_DELIVERY}),
    "out_for_delivery": frozenset({OUT_FOR_DELIVERY}),
    "delivered": frozenset({DELIVERED}),
    "delivery_failed": frozenset({DELIVERY_FAILED}),
    "ready_for_pickup": frozenset({READY_FOR_PICKUP}),
    "returned": frozenset({RETURNED}),
    "cancelled": frozenset({CANCELLED}),
    ARRIVAL_MOVED: frozenset({OUT_FOR_DELIVERY}),
    AT_RISK: _UNDER_WAY,
    MADE: _NOT_OVER,
    REFUSED: _NOT_OVER,
    NOTICE: frozenset(STATES),
    UNDONE: _NOT_OVER,
    FEE_CREDITED: frozenset(STATES),
    REMINDER: frozenset({READY_FOR_PICKUP}),
    KEPT_LONGER: frozenset({READY_FOR_PICKUP}),
    GOING_BACK: frozenset({READY_FOR_PICKUP}),
    ASK: frozenset({DELIVERED, COLLECTED}),
}
"""The kinds, as in a parcel's life and then what may happen at any time, and the states of the booking in which each may
still be said."""
KINDS = tuple(STILL_TRUE)
OF_CHANGES = frozenset({MADE, REFUSED, NOTICE, UNDONE})
"""About a change, whose id is the occasion; the notice goes to whom the delivery was for before it."""

OF_A_WAIT = frozenset({READY_FOR_PICKUP, REMINDER, KEPT_LONGER, GOING_BACK})
"""About a parcel that waits at a centre: the last of them once it is on its way back, the others until then."""

USUALLY_SENT = frozenset(
    {
        *("choose", "choose_reminder", "choose_last"),
        *("confirmed", "dispatched", "out_for_delivery", "delivery_failed", "ready_for_pickup", "cancelled"),
        *OF_CHANGES,
        *(ARRIVAL_MOVED, AT_RISK, FEE_CREDITED, REMINDER, KEPT_LONGER, GOING_BACK, ASK),
    }
)

_TOO_LATE = N_("It could not be sent in time, and old news would confuse.")
_INSERT = PerDialect(messages, lambda insert: insert.on_conflict_do_nothing())


@dataclass(frozen=True, slots=True)
class MessageSettings:
    """Which kinds a merchant sends by mail, none unless `enabled`, and which to the telephone; and its own words by kind and
    language."""

    enabled: bool = False
    sent: frozenset[str] = USUALLY_SENT
    by_phone: frozenset[str] = frozenset()
    words: Mapping[tuple[str, str], OwnWords] = field(default_factory=dict)

    def sends(self, kind: str, channel: str = MAIL) -> bool:
        """Whether a message of this kind goes out by this channel, if there is a way."""
        return kind in self.by_phone if channel == WEBHOOK else self.enabled and kind in self.sent

    def words_for(self, kind: str, language: str) -> OwnWords:
        """The merchant's own words; empty where it has none."""
        return self.words.get((kind, language), OUR_WORDS)


def settings_of(facts: Mapping[str, Any]) -> MessageSettings:
    """The settings as they stand in the merchant's row. What is left out is as usual."""
    sent, by_phone, words = set(), set(), {}
    for kind in KINDS:
        said = dict(facts.get(kind) or {})
        if said.pop("sent", kind in USUALLY_SENT):
            sent.add(kind)
        if said.pop("by_phone", False):
            by_phone.add(kind)
        words.update({(kind, language): OwnWords(**_given(own)) for language, own in said.items() if own})
    return MessageSettings(bool(facts.get("enabled")), frozenset(sent), frozenset(by_phone), words)


def _given(facts: Mapping[str, str | None]) -> dict[str, str]:
    return {name: text for name, text in facts.items() if text}


def tell(
    session: Session,
    now: datetime,
    booking: Booking,
    kind: str,
    happened_at: datetime | None = None,
    *,
    occasion: str = "",
    later: datetime | None = None,
) -> None:
    """Write that the shopper is to hear of this, in the transaction in which it happened; `later`: not before then.

    Does nothing when the merchant does not send this kind, when there is nobody to write to, when it is old news, and
    when it was written before: each kind goes once for a booking, or for each `occasion` (40 letters) of what may happen
    several times.
    """
    if (happened_at or now) <= now - TOO_LATE:
        return
    at = later or now
    for channel in channels(session, booking, kind):
        row = {
            "id": f"told_{secrets.token_hex(16)}",
            "merchant_id": booking.merchant_id,
            "booking_id": booking.id,
            "kind": kind,
            "channel": channel,
            "occasion": occasion,
            "state": WAITING,
            "tries": 0,
            "next_try_at": at,
            "created_at": at,
        }
        session.execute(_INSERT.of(session), row)


def channels(session: Session, booking: Booking, kind: str) -> tuple[str, ...]:
    """How the shopper can be told of this: the channels by which the merchant sends this kind and for which the order has an
    address."""
    if not any(address_of(booking, channel) for channel in CHANNELS):
        return ()
    facts = session.execute(select(merchants.c.messages).where(merchants.c.id == booking.merchant_id)).scalar_one()
    settings = settings_of(facts)
    return tuple(channel for channel in reached(session, booking) if settings.sends(kind, channel))


def reached(session: Session, booking: Booking) -> tuple[str, ...]:
    """The channels for which the order has an address and the merchant a way."""
    has_gateway = select(merchants.c.gateway.is_not(None)).where(merchants.c.id == booking.merchant_id)
    return tuple(
        channel
        for channel in CHANNELS
        if address_of(booking, channel) and (channel == MAIL or session.execute(has_gateway).scalar_one())
    )


def address_of(booking: Booking, channel: str) -> str:
    """The e-mail address or the telephone number, empty if the order has none."""
    if channel == MAIL:
        return str(booking.recipient.get("email") or "")
    return dialled(str(booking.recipient.get("phone") or "")) or ""


def tell_after_all(session: Session, now: datetime, booking: Booking, kind: str) -> None:
    """`tell` of something that was so, turned out not to be, and is so again: what was dropped meanwhile is written anew, and
    what has gone stays the only one."""
    dropped = delete(messages).where(
        messages.c.merchant_id == booking.merchant_id,
        messages.c.booking_id == booking.id,
        messages.c.kind == kind,
        messages.c.state == DROPPED,
    )
    session.execute(dropped)
    tell(session, now, booking, kind)


def tell_again(session: Session, now: datetime, booking: Booking, kind: str) -> bool:
    """Let a message that has gone, or could not, go once more as a new one, because somebody of the shop asks for it.

    False when the merchant does not send this kind, when there is nobody to write to, and when it is on its way already.
    """
    if not channels(session, booking, kind):
        return False
    own = (
        messages.c.merchant_id == booking.merchant_id,
        messages.c.booking_id == booking.id,
        messages.c.kind == kind,
    )
    waits = select(messages.c.id).where(*own, messages.c.state == WAITING).limit(1)
    if session.execute(waits).first() is not None:
        return False
    session.execute(delete(messages).where(*own))
    tell(session, now, booking, kind)
    return True


@dataclass(frozen=True, slots=True)
class Dropped:
    """A message that will not be sent any more."""

    id: str
    merchant_id: str
    booking_id: str
    kind: str


def drop_late(session: Session, now: datetime, limit: int) -> list[Dropped]:
    """Give up to `limit` messages of all merchants up that could not be sent in time. One being sent is left alone."""
    across = {"across_merchants": "a sweep"}
    late = session.execute(
        select(messages.c.id, messages.c.merchant_id, messages.c.booking_id, messages.c.kind)
        .where(
            messages.c.state == WAITING,
            messages.c.created_at <= now - TOO_LATE,
            func.coalesce(messages.c.claimed_until, messages.c.created_at) <= now,
        )
        .order_by(messages.c.created_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(**across)
    ).all()
    if late:
        session.execute(
            update(messages)
            .where(messages.c.id.in_([row.id for row in late]), messages.c.state == WAITING)
            .values(state=DROPPED, claimed_until=None, last_problem=func.coalesce(messages.c.last_problem, _TOO_LATE))
            .execution_options(**across)
        )
    return [Dropped(*row) for row in late]


def unsent(session: Session, now: datetime) -> dict[str, int]:
    """How many messages of all merchants wait, failed or were dropped, of those of the last two days; what is for later
    does not wait yet."""
    found = session.execute(
        select(messages.c.state, func.count())
        .where(messages.c.state != SENT, messages.c.created_at > now - TOO_LATE, messages.c.created_at <= now)
        .group_by(messages.c.state)
        .execution_options(across_merchants="figures for the operator")
    )
    counts = {WAITING: 0, FAILED: 0, DROPPED: 0}
    counts.update((state, count) for state, count in found)
    return counts


def how_many_wait(session: Session, now: datetime, merchant_id: str, channel: str = MAIL) -> int:
    """How many messages of this merchant have still to be sent by a channel, those for later left out."""
    own = (messages.c.merchant_id == merchant_id, messages.c.channel == channel, messages.c.state == WAITING)
    return session.execute(select(func.count()).where(*own, messages.c.created_at <= now)).scalar_one()
