"""What the shopper's pages say: where an order stands, what was promised, and why."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from delivery.rules.estimate import Step
from delivery.texts.catalogues import say
from delivery.texts.formats import day_range, moment, window
from delivery.texts.offers import SENTENCES, reasons
from delivery.texts.sentences import N_


class Standing(NamedTuple):
    """Where an order stands: a heading, and a sentence about what comes next."""

    heading: str
    sentence: str


_STANDINGS: Mapping[str, Standing] = {
    "choice_open": Standing(
        N_("How would you like to receive it?"),
        N_("Your order is in, but nothing has been chosen for its delivery yet."),
    ),
    "awaiting_payment": Standing(
        N_("Waiting for your payment"),
        N_("As soon as it has come in, the shop gets to work."),
    ),
    "confirmed": Standing(N_("Your order is confirmed"), N_("The shop is getting it ready.")),
    "packed": Standing(N_("Your order is packed"), N_("It leaves soon.")),
    "dispatched": Standing(N_("Your order is on its way"), N_("The carrier has it.")),
    "out_for_delivery": Standing(N_("Your order is out for delivery"), N_("It comes to you on this round.")),
    "delivery_failed": Standing(
        N_("It could not be delivered"),
        N_("It was brought to you, but could not be handed over. The shop knows what happens next."),
    ),
    "delivered": Standing(N_("Your order was delivered"), N_("Enjoy it.")),
    "ready_for_pickup": Standing(N_("Your order is ready to collect"), N_("It is waiting for you.")),
    "collected": Standing(N_("Your order was collected"), N_("Enjoy it.")),
    "returned": Standing(N_("Your order went back to the shop"), N_("The shop knows what happens next.")),
    "cancelled": Standing(N_("This delivery was cancelled"), N_("Nothing is on its way to you.")),
}
_NOT_PAID = N_("No payment came in time, so the place was given back.")
_PAY_BEFORE = N_("The place is kept until {moment}.")
_FOR_PICKUP = N_("It leaves for the pick-up centre soon.")
_GOING_BACK = Standing(
    N_("Your order is going back"),
    N_("As long as it is still there, you can collect it."),
)


def standing(
    state: str, is_pickup: bool, paid_until: datetime | None, time_zone: str, locale: str, *, goes_back: bool = False
) -> Standing:
    """A booking's state in plain words. `paid_until`: until when its payment is, or was, awaited. `goes_back`: nobody
    collected it in time."""
    heading, sentence = _GOING_BACK if goes_back and state == "ready_for_pickup" else _STANDINGS[state]
    said = say(locale, sentence)
    if state == "awaiting_payment" and paid_until is not None:
        said = f"{said} {say(locale, _PAY_BEFORE, moment=moment(paid_until, time_zone, locale))}"
    if state == "cancelled" and paid_until is not None:
        said = f"{say(locale, _NOT_PAID)} {said}"
    if state == "packed" and is_pickup:
        said = say(locale, _FOR_PICKUP)
    return Standing(say(locale, heading), said)


def states_said() -> tuple[str, ...]:
    """The states that have words."""
    return tuple(_STANDINGS)


def days_promised(promise: Mapping[str, Any], locale: str) -> str:
    """The day, or the first and last one; that no date is known when none was promised."""
    if not promise["earliest"]:
        return say(locale, "The date is not known yet")
    first = date.fromisoformat(promise["earliest"])
    return day_range(first, date.fromisoformat(promise["latest"] or promise["earliest"]), locale)


def window_promised(promise: Mapping[str, Any], locale: str) -> str | None:
    """From when until when, where a window was promised."""
    kept = promise.get("window")
    if not kept:
        return None
    return window(
        datetime.fromisoformat(kept["start"]), datetime.fromisoformat(kept["end"]), promise["time_zone"], locale
    )


def reasons_kept(steps: Sequence[Mapping[str, Any]], locale: str) -> tuple[str, ...]:
    """Why this day, from the steps as a booking keeps them.

    They are said anew, because "today" in the kept sentence is the day of the order; a step that this version cannot say
    has its kept sentence.
    """
    known = [step for step in steps if step["rule"] in SENTENCES and "facts" in step]
    if len(known) == len(steps):
        try:
            return reasons(
                [Step(step["rule"], date.fromisoformat(step["day"]), step["facts"]) for step in steps], locale
            )
        except (KeyError, ValueError):
            pass
    return tuple(step["text"] for step in steps if step.get("text"))
