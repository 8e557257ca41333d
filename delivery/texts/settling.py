"""Money that moves through Stripe after the order: in words."""

from collections.abc import Mapping

from delivery.texts.catalogues import say
from delivery.texts.sentences import N_

LONGEST = 250

REASONS: Mapping[str, str] = {
    "change": N_("The delivery was changed after the order."),
    "put_back": N_("A change was put back."),
    "broken_promise": N_("The promise was not kept."),
    "uncollected": N_("It was not collected."),
}
"""Why money is to move."""

STATES: Mapping[str, str] = {
    "proposed": N_("Waits for your approval"),
    "approved": N_("Is being done"),
    "sent": N_("Waits for the shopper to pay"),
    "done": N_("Done"),
    "failed": N_("Stripe refused"),
    "declined": N_("Not through Stripe"),
}
"""How far a settlement is."""


def link_name(order: str, locale: str | None) -> str:
    """What stands at a payment link for what is to be paid."""
    return say(locale, "Difference for the delivery of order {order}", order=order)[:LONGEST]


def to_do(kind: str, amount: str, locale: str | None) -> str:
    """What is to be done with how much money."""
    if kind == "refund":
        return say(locale, "Give {amount} back", amount=amount)
    return say(locale, "Ask for {amount} by a payment link", amount=amount)
