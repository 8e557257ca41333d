"""What stands in the `metadata` of a Checkout Session or a PaymentIntent: what the shop's server wrote, and what we write.

Of the shop's server: `stoep_basket`, the basket as JSON, going on in `stoep_basket_2` and so on where 500 letters are not enough;
for a PaymentIntent `stoep_goods`, what is to be paid without the delivery, in minor units; `order`, its own number of the order.
"""

from collections.abc import Mapping
from typing import Any

import orjson

from delivery.holds import Hold
from delivery.problems import InvalidInput
from delivery.rules.parcels import Basket
from plugin.shops.stripe.problems import PaymentNotUsable
from web.bodies import loaded
from web.schemas import BasketSchema

BASKET, GOODS, ORDER = "stoep_basket", "stoep_goods", "order"
HOLD, FEE, TYPE, WINDOW, DAYS, TIME_ZONE, CENTRE, LOCALE = OURS = (
    "stoep_hold",
    "stoep_fee",
    "stoep_type",
    "stoep_window",
    "stoep_days",
    "stoep_time_zone",
    "stoep_centre",
    "stoep_locale",
)
PIECES = 20
"""So many values of 500 letters a basket may take: others have to fit in beside it."""
LONGEST_ORDER, LONGEST_VALUE = 100, 500

Metadata = Mapping[str, str]


def is_ours(metadata: Metadata) -> bool:
    """Whether this payment has a delivery by us: others of the same account are none of our business."""
    return BASKET in metadata


def basket_in(metadata: Metadata) -> Basket:
    """What is bought, as the shop's server said. Raises PaymentNotUsable."""
    pieces = [metadata.get(BASKET, "")]
    pieces += [metadata.get(f"{BASKET}_{number}", "") for number in range(2, PIECES + 1)]
    try:
        read: Basket = loaded(BasketSchema(), orjson.loads("".join(pieces)))
    except (orjson.JSONDecodeError, InvalidInput) as error:
        raise PaymentNotUsable(f"Its metadata has no basket in {BASKET}, or one that cannot be read.") from error
    return read


def goods_in(metadata: Metadata) -> int:
    """What a PaymentIntent is for without the delivery, in minor units. Raises PaymentNotUsable."""
    text = metadata.get(GOODS, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise PaymentNotUsable(f"Its metadata has no amount in {GOODS}.")
    return int(text)


def order_number(metadata: Metadata, reference: str | None, object_id: str) -> str:
    """The shop's number of the order: what it wrote, else its reference, else Stripe's id."""
    return (metadata.get(ORDER) or reference or object_id)[:LONGEST_ORDER]


def notes_of(hold: Hold | None, locale: str | None) -> dict[str, str]:
    """What we write of a choice; without one, or where there is nothing to say, the name alone, which takes it away."""
    notes = dict.fromkeys(OURS, "")
    if hold is None:
        return notes | {LOCALE: locale or ""}
    option = hold.option
    window = option.get("delivery_window")
    return notes | {
        HOLD: hold.id,
        FEE: str(option["fee"]["amount"]),
        TYPE: option["type"],
        WINDOW: f"{window['start']}/{window['end']}" if window else "",
        DAYS: _days(option),
        TIME_ZONE: option["time_zone"],
        CENTRE: (option.get("location") or {}).get("id", ""),
        LOCALE: option.get("locale") or "",
    }


def _days(option: Mapping[str, Any]) -> str:
    first, last = option.get("earliest_day"), option.get("latest_day")
    return f"{first}/{last or first}" if first else ""
