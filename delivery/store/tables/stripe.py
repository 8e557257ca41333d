"""Merchants whose checkout is Stripe's: their account there, what was put up for payment, what was heard, and money later."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from delivery.store.tables.columns import Instant, merchant_id, metadata

_OPEN = text("state = 'open'")
_NEVER_PAID = text("state in ('failed', 'expired')")
_TO_DO = text("done_at is null")
_UNDER_WAY = text("state in ('approved', 'sent')")

stripe_accounts = Table(
    "stripe_accounts",
    metadata,
    merchant_id(primary_key=True),
    Column("key", Text, nullable=False),
    Column("key_hint", String(8), nullable=False),
    Column("mode", String(8), nullable=False),
    Column("webhook_secret", Text),
    Column("old_webhook_secret", Text),
    Column("old_webhook_secret_until", Instant),
    Column("tax_behavior", String(16), nullable=False, server_default="inclusive"),
    Column("settles_alone", Boolean, nullable=False, server_default=false()),
    Column("connected_at", Instant, nullable=False),
    Column("checked_at", Instant, nullable=False),
    Column("problem", String(300)),
    Column("heard_at", Instant),
    Column("asked_at", Instant),
    CheckConstraint("mode in ('test', 'live')", name="mode"),
    CheckConstraint("tax_behavior in ('inclusive', 'exclusive', 'unspecified')", name="tax_behavior"),
)
"""At most one for each merchant. `key` is the restricted key, `webhook_secret` that of the signatures, all encrypted (Fernet):
they must be read again. `problem`: why the key was refused last, None while it works. `heard_at`: when the last signed webhook
came; `asked_at`: when missed ones were last asked for. `settles_alone`: money is given back without anybody's approval."""

stripe_sessions = Table(
    "stripe_sessions",
    metadata,
    merchant_id(primary_key=True),
    Column("id", String(255), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("state", String(12), nullable=False),
    Column("checkout", String(100), nullable=False),
    Column("hold_id", String(40)),
    Column("booking_id", String(40)),
    Column("locale", String(35)),
    Column("currency", String(3), nullable=False),
    Column("fee_amount", Integer, nullable=False, server_default="0"),
    Column("paid_amount", Integer, nullable=False, server_default="0"),
    Column("refunded_amount", Integer, nullable=False, server_default="0"),
    Column("payment_intent", String(255)),
    Column("disputed_at", Instant),
    Column("problem", String(300)),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("next_look_at", Instant),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("ended_at", Instant),
    CheckConstraint("kind in ('checkout_session', 'payment_intent')", name="kind"),
    CheckConstraint("state in ('open', 'unpaid', 'paid', 'failed', 'expired')", name="state"),
    Index("ix_stripe_sessions_open", "next_look_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index("ix_stripe_sessions_ended", "ended_at", sqlite_where=_NEVER_PAID, postgresql_where=_NEVER_PAID),
    Index("ix_stripe_sessions_checkout", "merchant_id", "checkout"),
    Index("ix_stripe_sessions_booking", "merchant_id", "booking_id"),
    Index("ix_stripe_sessions_intent", "merchant_id", "payment_intent"),
)
"""What stands at Stripe to be paid, a Checkout Session (`cs_…`) or a PaymentIntent (`pi_…`), and whose place it keeps.

open: can be paid. unpaid: completed, the money is still under way. `fee_amount` is what was put there for the delivery,
`paid_amount` what was taken for all, in minor units. `payment_intent` is the row's own id for a PaymentIntent.
`next_look_at`: when it is next looked at whether its hold has ended. The address and the person stay at Stripe."""

stripe_events = Table(
    "stripe_events",
    metadata,
    merchant_id(primary_key=True),
    Column("id", String(255), primary_key=True),
    Column("type", String(100), nullable=False),
    Column("object_id", String(255), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("next_try_at", Instant, nullable=False),
    Column("claimed_until", Instant),
    Column("done_at", Instant),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("problem", String(300)),
    Index("ix_stripe_events_due", "next_try_at", sqlite_where=_TO_DO, postgresql_where=_TO_DO),
    Index("ix_stripe_events_received_at", "received_at"),
)
"""What Stripe told, each event once: kept by the door, done by the worker, which reads the object anew. Nothing of the event's
own content is kept."""

stripe_settlements = Table(
    "stripe_settlements",
    metadata,
    merchant_id(primary_key=True),
    Column("settlement_id", String(40), primary_key=True),
    Column("booking_id", String(40), nullable=False),
    Column("session_id", String(255), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("amount", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("state", String(12), nullable=False),
    Column("idempotency_key", String(255), nullable=False),
    Column("approved_by", String(254)),
    Column("approved_at", Instant),
    Column("stripe_id", String(255)),
    Column("url", String(2000)),
    Column("problem", String(300)),
    Column("created_at", Instant, nullable=False),
    Column("next_try_at", Instant, nullable=False),
    Column("claimed_until", Instant),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("done_at", Instant),
    UniqueConstraint("merchant_id", "idempotency_key"),
    CheckConstraint("kind in ('refund', 'payment_link')", name="kind"),
    CheckConstraint("state in ('proposed', 'approved', 'sent', 'done', 'failed', 'declined')", name="state"),
    CheckConstraint("amount > 0", name="amount"),
    Index("ix_stripe_settlements_due", "next_try_at", sqlite_where=_UNDER_WAY, postgresql_where=_UNDER_WAY),
    Index("ix_stripe_settlements_booking", "merchant_id", "booking_id"),
)
"""How a settlement is carried out through Stripe: proposed until somebody of the shop approves, approved until Stripe was asked,
sent when Stripe has it, done when the money moved. `session_id` is the row of stripe_sessions it was paid by; `url` that of a
payment link."""
