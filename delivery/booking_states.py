"""The states of a booking, what each still allows, and which reported step may follow which."""

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

HOME_ONLY = frozenset({"out_for_delivery", "delivery_failed", "delivered"})
CENTRE_ONLY = frozenset({"ready_for_pickup", "collected"})
STATE_AFTER = {
    "packed": PACKED,
    "dispatched": DISPATCHED,
    "in_transit": DISPATCHED,
    "out_for_delivery": OUT_FOR_DELIVERY,
    "delivery_failed": DELIVERY_FAILED,
    "ready_for_pickup": READY_FOR_PICKUP,
    "delivered": DELIVERED,
    "collected": COLLECTED,
    "returned": RETURNED,
}
"""The steps that can be reported, in the order in which they happen, and the state each leads to."""
STEPS = tuple(STATE_AFTER)

_HERE = frozenset({CONFIRMED, PACKED})
_UNDER_WAY = _HERE | {DISPATCHED, OUT_FOR_DELIVERY, DELIVERY_FAILED}
MAY_FOLLOW = {
    "packed": _HERE,
    "dispatched": _UNDER_WAY,
    "in_transit": _UNDER_WAY,
    "out_for_delivery": _UNDER_WAY,
    "delivery_failed": _UNDER_WAY,
    "ready_for_pickup": _UNDER_WAY | {READY_FOR_PICKUP},
    "delivered": _UNDER_WAY | {DELIVERED},
    "collected": _UNDER_WAY | {READY_FOR_PICKUP, COLLECTED},
    "returned": _UNDER_WAY | {READY_FOR_PICKUP, DELIVERED, COLLECTED, RETURNED},
}
"""The states each step may come after. Steps may be left out: what may follow a step may also follow whatever comes before
it. So no report is refused because an earlier one is late."""
