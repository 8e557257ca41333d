"""What the shopper's page says of a delivery's journey: steps done, the next one, and whether the promise holds."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from delivery.texts.catalogues import say
from delivery.texts.formats import day, moment
from delivery.texts.pages import days_promised, window_promised
from delivery.texts.progress import as_words
from delivery.texts.sentences import N_

_DONE: Mapping[str, str] = {
    "ordered": N_("Ordered"),
    "packed": N_("Packed"),
    "dispatched": N_("Sent"),
    "in_transit": N_("On its way"),
    "out_for_delivery": N_("Out for delivery"),
    "delivery_failed": N_("Could not be delivered"),
    "ready_for_pickup": N_("Ready to collect"),
    "delivered": N_("Delivered"),
    "collected": N_("Collected"),
    "returned": N_("Went back to the shop"),
    "cancelled": N_("Cancelled"),
    "kept_longer": N_("Kept longer, as you asked"),
    "going_back": N_("Goes back to the shop"),
}
_NEXT: Mapping[str, str] = {
    "paid": N_("Your payment comes in"),
    "dispatched": N_("It leaves the shop"),
    "ready_for_pickup": N_("You can collect it"),
    "delivered": N_("It comes to you"),
    "collected": N_("You collect it"),
}
_HOLDS: Mapping[str, str] = {
    "stands": N_("This still holds."),
    "moved": N_("It comes later than promised. We are sorry."),
    "may_move": N_("It may come later than promised. We are sorry."),
    "passed": N_("This time has passed, and nobody has told us yet that it arrived."),
    "kept": N_("It came as promised."),
    "late": N_("It came later than promised. We are sorry."),
    "early": N_("It came earlier than promised. We are sorry."),
}
_HOLDS_AT_A_CENTRE: Mapping[str, str] = {
    "moved": N_("It is ready later than promised. We are sorry."),
    "passed": N_(
        "This time has passed, and nobody has told us yet that it is ready. Please do not come before you hear."
    ),
    "kept": N_("It was ready as promised."),
    "late": N_("It was ready later than promised. We are sorry."),
}


def step_done(step: str, locale: str, word: str = "") -> str:
    """A step that was done, in one or two words: of a carrier's extra step its own `word`, or its name."""
    return say(locale, _DONE[step]) if step in _DONE else word or as_words(step)


def steps_said() -> tuple[str, ...]:
    """The steps that have words."""
    return tuple(_DONE)


def step_to_come(step: str, locale: str) -> str:
    """A step that is expected next."""
    return say(locale, _NEXT[step])


def by_when(by: date | datetime, time_zone: str, locale: str) -> str:
    """By when it is expected at the latest."""
    if isinstance(by, datetime):
        return say(locale, "by {moment}", moment=moment(by, time_zone, locale))
    return say(locale, "by {day}", day=day(by, locale))


def days_and_window(promised: Mapping[str, Any], locale: str) -> str:
    """When it comes, in one line: the day or days, and the window where there is one."""
    days, window = days_promised(promised, locale), window_promised(promised, locale)
    return say(locale, "{day}, {time}", day=days, time=window) if window else days


def holding(holds: str, is_pickup: bool, locale: str) -> str:
    """Whether the promise holds; `holds` as in Journey."""
    at_a_centre = _HOLDS_AT_A_CENTRE.get(holds) if is_pickup else None
    return say(locale, at_a_centre or _HOLDS[holds])


def ready_on(days: str, locale: str) -> str:
    """When it can be collected, as far as only the day is known."""
    return say(locale, "Ready {moment}", moment=days)
