"""What is said about an order that came without a choice: until when one can be made, what happens then, who made it."""

from datetime import datetime

from delivery.texts.catalogues import say
from delivery.texts.formats import moment
from delivery.texts.sentences import N_

_WAITS = N_("Your order waits until you have chosen.")
_ENDS = N_("You can choose until {moment}. After that the shop sends it with {service}.")
_TAKEN = N_("Nothing was chosen in time, so the shop sends it with {service}.")
_STAFF = N_("The shop has chosen for you.")
_PAGE_SAYS = N_("Its page says when it comes, and what you can still change.")

_CHOSEN = {
    "shopper": N_("The shopper chose the delivery"),
    "staff": N_("{name} chose the delivery for the shopper"),
    "default": N_("Nobody chose in time: it goes the way you set for that"),
}


def how_long(until: datetime | None, service: str, time_zone: str, locale: str) -> str:
    """Until when one can choose and what happens then. `until` None, or no service: it waits."""
    if until is None or not service:
        return say(locale, _WAITS)
    return say(locale, _ENDS, moment=moment(until, time_zone, locale), service=service)


def why_chosen(by: str | None, service: str, locale: str) -> str:
    """Why there is nothing to choose, to a shopper who did not; empty for one who did. `by` is who chose, as kept."""
    if by == "default" and service:
        return f"{say(locale, _TAKEN, service=service)} {say(locale, _PAGE_SAYS)}"
    return f"{say(locale, _STAFF)} {say(locale, _PAGE_SAYS)}" if by == "staff" else ""


def who_chose(by: str, name: str | None, locale: str) -> str:
    """Who chose, to the people of the shop."""
    return say(locale, _CHOSEN[by], name=name or "")
