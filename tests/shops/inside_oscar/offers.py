"""An offer of the shop's own: whoever buys a thing gets its delivery for nothing."""

from typing import Any

from oscar.core.loading import get_model


def free_delivery(thing: Any) -> None:
    """From one of this thing on."""
    of = get_model("offer", "Range").objects.create(name="Lamps")
    of.add_product(thing)
    condition = get_model("offer", "Condition").objects.create(range=of, type="Count", value=1)
    benefit = get_model("offer", "Benefit").objects.create(type="Shipping percentage", value=100)
    get_model("offer", "ConditionalOffer").objects.create(name="Free delivery", condition=condition, benefit=benefit)
