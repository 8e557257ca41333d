"""What merchants read of their vans."""

from delivery.texts.catalogues import say
from delivery.texts.sentences import N_

_REASONS = {
    "full": N_("No van had the time"),
    "far": N_("Too far for a shift"),
    "room": N_("The vans were full of parcels"),
}


def reason_said(reason: str, locale: str | None) -> str:
    """Why windows were closed to a checkout; a reason that is unknown as it is called."""
    return say(locale, _REASONS[reason]) if reason in _REASONS else reason


def whom_said(order: str, name: str, locale: str | None) -> str:
    """Whom a stop is for, by the order's number and the recipient; without an order somebody who is not known yet."""
    return f"{order} {name}".strip() or say(locale, "A shopper who is checking out")
