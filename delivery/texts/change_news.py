"""What was changed about a delivery, and by whom, for whoever waits for it."""

from collections.abc import Mapping

from delivery.texts.catalogues import say
from delivery.texts.sentences import N_

_WHAT: Mapping[str, tuple[str, str]] = {
    "correct": (
        N_("The address was changed, on the page of this delivery."),
        N_("The address was changed, by {shop}."),
    ),
    "redirect": (
        N_("It goes to another place, chosen on the page of this delivery."),
        N_("It goes to another place, chosen by {shop}."),
    ),
    "move": (
        N_("Another day or time was chosen, on the page of this delivery."),
        N_("Another day or time was chosen, by {shop}."),
    ),
    "note": (
        N_("The note for the courier was changed, on the page of this delivery."),
        N_("The note for the courier was changed, by {shop}."),
    ),
    "collector": (
        N_("Somebody else may collect it, or no longer: it was changed on the page of this delivery."),
        N_("Somebody else may collect it, or no longer: {shop} changed it."),
    ),
    "details": (
        N_("Your details were changed, on the page of this delivery."),
        N_("Your details were changed, by {shop}."),
    ),
}
"""By kind of change: made by the shopper, or whoever else has the link; and by the shop."""


def change_said(kind: str, by_shopper: bool, shop: str, locale: str) -> str:
    """A sentence; empty for a kind that has none."""
    if kind not in _WHAT:
        return ""
    by_link, by_shop = _WHAT[kind]
    return say(locale, by_link) if by_shopper else say(locale, by_shop, shop=shop)
