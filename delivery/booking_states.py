"""The states of a booking, and what each still allows."""

CHOICE_OPEN = "choice_open"
AWAITING_PAYMENT = "awaiting_payment"
CONFIRMED = "confirmed"
PACKED = "packed"
DISPATCHED = "dispatched"
OUT_FOR_DELIVERY = "out_for_delivery"
DELIVERY_FAILED = "delivery_failed"
DELIVERED = "delivered"
READY_FOR_PICKUP = "ready_for_pickup"
COLLECTED = "collected"
RETURNED = "returned"
CANCELLED = "cancelled"

STATES = (
    CHOICE_OPEN,
    AWAITING_PAYMENT,
    CONFIRMED,
    PACKED,
    DISPATCHED,
    OUT_FOR_DELIVERY,
    DELIVERY_FAILED,
    DELIVERED,
    READY_FOR_PICKUP,
    COLLECTED,
    RETURNED,
    CANCELLED,
)
STILL_HERE = frozenset({CHOICE_OPEN, AWAITING_PAYMENT, CONFIRMED, PACKED})
"""The goods have not left: it can be cancelled, and its place given to someone else."""
