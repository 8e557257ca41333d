"""The messages that a shopper can do without, and the ways they come, as their page calls them."""

from collections.abc import Mapping

from delivery.texts.catalogues import say
from delivery.texts.sentences import N_

_CALLED: Mapping[str, str] = {
    "choose_reminder": N_("A reminder to choose the delivery"),
    "packed": N_("It is packed and leaves soon"),
    "delivered": N_("Your order was delivered"),
    "pickup_reminder": N_("A reminder before an order goes back from a pick-up centre"),
    "ask": N_("One question afterwards: how did it go?"),
}


_WAYS: Mapping[str, str] = {
    "both": N_("By mail and by text message"),
    "mail": N_("By mail only"),
    "phone": N_("By text message only"),
}
WAYS = tuple(_WAYS)
"""The ways to be told."""


def kind_called(kind: str, locale: str) -> str:
    """What a kind of message is called."""
    return say(locale, _CALLED[kind])


def way_called(way: str, locale: str) -> str:
    """What one of WAYS is called."""
    return say(locale, _WAYS[way])
