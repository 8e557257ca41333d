"""Places taken: counters, holds, bookings and what happened to them."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from delivery.store.tables.columns import Instant, facts, merchant_id, metadata, reference, searched

counters = Table(
    "counters",
    metadata,
    merchant_id(primary_key=True),
    Column("day", Date, primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("ref", String(64), primary_key=True),
    Column("held", Integer, nullable=False, default=0),
    Column("booked", Integer, nullable=False, default=0),
    CheckConstraint("held >= 0 and booked >= 0", name="never_negative"),
    sqlite_with_rowid=False,
)
"""One row per scarce thing and day, made when first needed. kind "slot": ref is the slot pattern. No upper bound
in the CHECK: it would refuse a merchant who lowers a capacity. An offer reads the coming days of one merchant: the key is
in that order, and SQLite keeps the rows in it."""

holds = Table(
    "holds",
    metadata,
    Column("id", String(40), primary_key=True),
    merchant_id(),
    Column("checkout", String(100), nullable=False),
    Column("client", String(64)),
    Column("state", String(16), nullable=False),
    Column("kind", String(16)),
    Column("ref", String(64)),
    Column("day", Date),
    facts("option"),
    Column("country", String(2), nullable=False),
    Column("postal_code", String(20)),
    Column("basket", String(64), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("extendable_until", Instant, nullable=False),
    Column("extended_at", Instant),
    CheckConstraint("state in ('live', 'confirmed', 'released', 'expired', 'replaced')", name="state"),
    Index(
        "uq_holds_live_checkout",
        "merchant_id",
        "checkout",
        unique=True,
        sqlite_where=text("state = 'live'"),
        postgresql_where=text("state = 'live'"),
    ),
    Index(
        "ix_holds_live",
        "merchant_id",
        "expires_at",
        sqlite_where=text("state = 'live'"),
        postgresql_where=text("state = 'live'"),
    ),
    Index(
        "ix_holds_ended",
        "expires_at",
        sqlite_where=text("state in ('released', 'expired', 'replaced')"),
        postgresql_where=text("state in ('released', 'expired', 'replaced')"),
    ),
    Index(
        "ix_holds_live_client",
        "client",
        sqlite_where=text("state = 'live'"),
        postgresql_where=text("state = 'live'"),
    ),
)
"""At most one live hold per checkout, by the unique index. kind, ref, day name the counter it counts in; all None for
an option without a capacity. `client` is a keyed hash of the client's address, for the limit; `basket` a
fingerprint. `extended_at`: when it was last kept longer."""

idempotency = Table(
    "idempotency",
    metadata,
    merchant_id(primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("status", Integer),
    Column("body", Text),
    Column("created_at", Instant, nullable=False),
)

bookings = Table(
    "bookings",
    metadata,
    Column("id", String(40), primary_key=True),
    merchant_id(),
    Column("order_number", String(100), nullable=False),
    Column("part", String(40), nullable=False),
    Column("state", String(20), nullable=False),
    Column("type", String(20)),
    Column("hold_id", String(40)),
    Column("kind", String(16)),
    Column("ref", String(64)),
    Column("day", Date),
    facts("option", nullable=True),
    reference("origin_id", nullable=True),
    reference("service_id", nullable=True),
    Column("ship_by", Date),
    Column("fee_amount", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    facts("recipient"),
    facts("address"),
    facts("lines"),
    Column("notes", Text, nullable=False),
    Column("paid_until", Instant),
    Column("page_version", Integer, nullable=False, default=1),
    Column("version", Integer, nullable=False, default=1),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    facts("instructions", server_default="{}"),
    facts("preferences", server_default="{}"),
    facts("expected", nullable=True),
    Column("arrived_at", Instant),
    Column("kept", Boolean),
    Column("broken_by", String(16)),
    reference("zone_id", nullable=True),
    Column("look_at", Instant),
    searched("search_order", 100),
    searched("search_name", 200),
    searched("search_postal_code", 40),
    searched("search_email", 254),
    searched("search_phone", 6),
    Column("earliest_day", Date),
    Column("latest_day", Date),
    Column("erase_asked_at", Instant),
    Column("erased_at", Instant),
    reference("centre_id", nullable=True),
    reference("stock_place", nullable=True),
    Column("code_version", Integer, nullable=False, server_default="1"),
    Column("code_hash", String(64)),
    Column("ready_at", Instant),
    Column("kept_until", Instant),
    Column("kept_longer_at", Instant),
    Column("going_back_at", Instant),
    UniqueConstraint("merchant_id", "order_number", "part"),
    UniqueConstraint("merchant_id", "hold_id"),
    Index("ix_bookings_updated_at", "merchant_id", "updated_at", "id"),
    Index("ix_bookings_arrived_at", "merchant_id", "arrived_at", "kept", "broken_by", "type", "service_id", "zone_id"),
    Index(
        "ix_bookings_look_at",
        "look_at",
        sqlite_where=text("look_at is not null"),
        postgresql_where=text("look_at is not null"),
    ),
    Index("ix_bookings_centre", "merchant_id", "centre_id", "state"),
    Index(
        "uq_bookings_code_hash",
        "merchant_id",
        "code_hash",
        unique=True,
        sqlite_where=text("code_hash is not null"),
        postgresql_where=text("code_hash is not null"),
    ),
    Index(
        "ix_bookings_kept_until",
        "kept_until",
        sqlite_where=text("state = 'ready_for_pickup'"),
        postgresql_where=text("state = 'ready_for_pickup'"),
    ),
    Index("ix_bookings_to_send", "merchant_id", "state", "ship_by", "origin_id", "id"),
    Index("ix_bookings_search_order", "merchant_id", "search_order", "created_at", "id"),
    Index("ix_bookings_search_postal_code", "merchant_id", "search_postal_code", "created_at", "id"),
    Index("ix_bookings_search_email", "merchant_id", "search_email"),
    Index("ix_bookings_search_phone", "merchant_id", "search_phone"),
    Index(
        "ix_bookings_listed",
        *("merchant_id", "created_at", "id", "state", "type", "ship_by"),
        *("earliest_day", "latest_day", "origin_id", "service_id", "search_name"),
    ),
    Index(
        "ix_bookings_to_erase",
        "merchant_id",
        "updated_at",
        sqlite_where=text("erased_at is null"),
        postgresql_where=text("erased_at is null"),
    ),
    Index(
        "ix_bookings_erase_asked",
        "merchant_id",
        "id",
        sqlite_where=text("erase_asked_at is not null and erased_at is null"),
        postgresql_where=text("erase_asked_at is not null and erased_at is null"),
    ),
    Index(
        "ix_bookings_unpaid",
        "paid_until",
        sqlite_where=text("state = 'awaiting_payment'"),
        postgresql_where=text("state = 'awaiting_payment'"),
    ),
    CheckConstraint(
        "state in ('choice_open', 'awaiting_payment', 'confirmed', 'packed', 'dispatched', "
        "'out_for_delivery', 'delivery_failed', 'delivered', 'ready_for_pickup', 'collected', 'returned', 'cancelled')",
        name="state",
    ),
)
"""`option` is the choice as it was taken, promise and steps included; None while the choice is open. `instructions` are the
shopper's for the door, `preferences` which messages they want; `expected` is the later day they were told of when the promise
could not be kept; `arrived_at`, `kept` and `broken_by` say how it ended, `zone_id` where it goes; ix_bookings_arrived_at
answers the report of promises by itself. `look_at`: when the promise is looked at again.

Of a parcel for a centre: `centre_id`; `code_hash`, by which its collect code is found, and `code_version`, which grows when
the code is to change; `ready_at` and `kept_until`, since and until when it lies there, `kept_longer_at` when the shopper asked
for longer, `going_back_at` since when it is on its way back. `stock_place`: whose stock was counted down for it.

`erase_asked_at`: since when the person is to go as soon as the delivery is over; `erased_at`: since when nobody's name is in
it. The columns before them repeat facts of the row as they are searched for; ix_bookings_listed answers every filter of the
list by itself, so that whole rows are read for one page only."""

events = Table(
    "events",
    metadata,
    Column("id", String(40), primary_key=True),
    merchant_id(),
    Column("booking_id", String(40), nullable=False),
    Column("type", String(30), nullable=False),
    Column("at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    facts("detail"),
    Index("ix_events_booking", "merchant_id", "booking_id", "at"),
)

changes = Table(
    "changes",
    metadata,
    Column("id", String(40), primary_key=True),
    merchant_id(),
    Column("booking_id", String(40), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    facts("before"),
    facts("after"),
    Column("difference", Integer, nullable=False, server_default="0"),
    Column("made_by", String(16), nullable=False, server_default="shop"),
    Column("created_at", Instant, nullable=False),
    Column("answered_at", Instant),
    Index("ix_changes_booking", "merchant_id", "booking_id"),
)

settlements = Table(
    "settlements",
    metadata,
    Column("id", String(40), primary_key=True),
    merchant_id(),
    Column("booking_id", String(40), nullable=False),
    Column("reason", String(20), nullable=False),
    Column("ref", String(40), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("amount", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("settled_at", Instant),
    UniqueConstraint("merchant_id", "booking_id", "reason", "ref"),
    Index(
        "ix_settlements_open",
        "merchant_id",
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
    CheckConstraint("kind in ('payment_due', 'refund_due')", name="kind"),
    CheckConstraint("state in ('open', 'settled', 'void')", name="state"),
    CheckConstraint("amount > 0", name="amount"),
)
"""What the shop has still to take or give back: the difference of a change (`ref` is its id), or the fee of a broken
promise. Each once."""

answers = Table(
    "answers",
    metadata,
    merchant_id(primary_key=True),
    Column("booking_id", String(40), primary_key=True),
    Column("score", Integer, nullable=False),
    facts("reasons"),
    Column("words", Text, nullable=False),
    Column("wants_call", Boolean, nullable=False),
    Column("given_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    CheckConstraint("score between 1 and 5", name="score"),
    Index("ix_answers_given_at", "merchant_id", "given_at"),
)
"""How the shopper says it went, once for a delivery."""
