"""A delivery as Stripe's `shipping_options` want it: a name with the exact window, a fee, and a duration instead of a date."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from delivery.rules.durations import lasting
from delivery.rules.prices import tax_within
from delivery.rules.wallclock import zone_named
from delivery.setups import Setup
from delivery.stripe_accounts import EXCLUSIVE
from delivery.texts.shipping_names import shipping_name

if TYPE_CHECKING:
    from stripe.params.checkout import SessionUpdateParamsShippingOption as ShippingOption
    from stripe.params.checkout import (
        SessionUpdateParamsShippingOptionShippingRateDataDeliveryEstimate as DeliveryEstimate,
    )

MOST = 5
"""Stripe takes no more."""
SHIPPING_TAX_CODE = "txcd_92010001"
"""Stripe's own code for shipping."""


def shipping_option(
    now: datetime,
    setup: Setup,
    tax_behavior: str,
    option: Mapping[str, Any],
    locale: str,
    metadata: Mapping[str, str],
) -> "ShippingOption":
    """One option, `option` as a hold keeps it or an offer shows it. `metadata` without what is empty."""
    rate: dict[str, Any] = {
        "display_name": shipping_name(option, locale),
        "type": "fixed_amount",
        "fixed_amount": {
            "amount": amount_of(setup, tax_behavior, option["fee"]["amount"]),
            "currency": option["fee"]["currency"].lower(),
        },
        "tax_behavior": tax_behavior,
        "tax_code": SHIPPING_TAX_CODE,
        "metadata": {name: value for name, value in metadata.items() if value},
    }
    estimate = delivery_estimate(now, option)
    if estimate is not None:
        rate["delivery_estimate"] = estimate
    return {"shipping_rate_data": rate}  # type: ignore[typeddict-item]


def amount_of(setup: Setup, tax_behavior: str, fee: int) -> int:
    """What Stripe is to charge of a fee, which has its tax in it: without it where Stripe puts the tax on top."""
    return fee - tax_within(fee, setup.tax_rate) if tax_behavior == EXCLUSIVE else fee


def delivery_estimate(now: datetime, option: Mapping[str, Any]) -> "DeliveryEstimate | None":
    """How long it takes, in whole hours when it comes today, else in days; None when no date is promised."""
    ends = _ends(option)
    if ends is None:
        return None
    unit, least, most = lasting(now, zone_named(option["time_zone"]), *ends)
    return {"minimum": {"unit": unit, "value": least}, "maximum": {"unit": unit, "value": most}}


def _ends(option: Mapping[str, Any]) -> tuple[date | datetime, date | datetime] | None:
    if window := option.get("delivery_window"):
        return datetime.fromisoformat(window["start"]), datetime.fromisoformat(window["end"])
    if option["type"] == "pickup":
        ready_by = datetime.fromisoformat(option["ready_by"])
        return ready_by, ready_by
    first, last = option.get("earliest_delivery_time"), option.get("latest_delivery_time")
    return (date.fromisoformat(first), date.fromisoformat(last or first)) if first else None
