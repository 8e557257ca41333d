"""Money that moves after the order: what the shopper reads at Stripe and on the page of the delivery."""

from delivery.texts.catalogues import say

LONGEST = 250


def link_name(order: str, locale: str | None) -> str:
    """What stands at a payment link for what is to be paid."""
    return say(locale, "Difference for the delivery of order {order}", order=order)[:LONGEST]
