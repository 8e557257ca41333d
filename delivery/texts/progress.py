"""What merchants read of an order's progress: the steps by name, and why a step cannot be."""

from collections.abc import Mapping

from delivery.texts.catalogues import say
from delivery.texts.offers import N_

_NAMES: Mapping[str, str] = {
    "packed": N_("Packed"),
    "dispatched": N_("Sent"),
    "in_transit": N_("On its way"),
    "out_for_delivery": N_("Out for delivery"),
    "delivery_failed": N_("Could not be delivered"),
    "ready_for_pickup": N_("Ready to collect"),
    "delivered": N_("Delivered"),
    "collected": N_("Collected"),
    "returned": N_("Came back"),
}
_WHY_NOT: Mapping[str, str] = {
    "awaiting_payment": N_("It has not been paid for yet."),
    "choice_open": N_("Nobody has chosen yet how it is to be delivered."),
    "cancelled": N_("It was cancelled."),
    "for_a_centre": N_("It is collected at a pick-up centre, not brought to an address."),
    "for_an_address": N_("It is brought to an address, not collected at a pick-up centre."),
    "before_the_order": N_("That is before the order came in."),
    "in_the_future": N_("That is more than a day ahead."),
    "after": N_("“{step}” cannot come after “{earlier}”."),
}


def step_name(step: str, locale: str | None) -> str:
    """A step that can be reported, in one or two words; of a carrier's extra step its name as it is."""
    return say(locale, _NAMES[step]) if step in _NAMES else as_words(step)


def as_words(step: str) -> str:
    """The name of a carrier's extra step, for people: "held_at_customs" is "Held at customs"."""
    return step.replace("_", " ").strip().capitalize()


def why_not(reason: str, facts: Mapping[str, str], locale: str | None) -> str:
    """Why a step cannot be. `facts` are names of steps."""
    return say(locale, _WHY_NOT[reason], **{name: step_name(step, locale) for name, step in facts.items()})
