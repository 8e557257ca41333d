"""What a shop is told at once: a shopper said that it went badly, or many orders come without a choice of delivery."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from delivery.texts.answers import reason_named
from delivery.texts.catalogues import say
from delivery.texts.sentences import N_


class Letter(NamedTuple):
    """A mail in plain text."""

    subject: str
    text: str


CHANNEL = "alarm"
"""As the outbox calls it."""

_WARNED: Mapping[str, Mapping[str, str]] = {
    "bad_answer": {
        "waiting": N_("A mail to you about this answer waits"),
        "sent": N_("Mail to you about this answer"),
        "failed": N_("A mail to you about this answer was refused"),
        "dropped": N_("A mail to you about this answer was not sent"),
    },
    "open_share": {
        "waiting": N_("A mail to you about orders without a choice waits"),
        "sent": N_("Mail to you about orders without a choice"),
        "failed": N_("A mail to you about orders without a choice was refused"),
        "dropped": N_("A mail to you about orders without a choice was not sent"),
    },
}
_KEPT: Mapping[bool | None, str] = {
    True: N_("The promise was kept."),
    False: N_("The promise was broken."),
}


def bad_answer(
    order: str,
    score: int,
    reasons: Sequence[str],
    words: str,
    kept: bool | None,
    call: Sequence[str] | None,
    link: str,
    locale: str,
) -> Letter:
    """How it went in the shopper's words. `call`: whom to call and how, line by line; None when nobody asked for it."""
    facts = {"order": order, "score": score}
    if call is None:
        subject = say(locale, "Order {order}: {score} of 5 for the delivery", **facts)
        asked = say(locale, "They did not ask to be called.")
    else:
        subject = say(locale, "Order {order}: {score} of 5 for the delivery. Please call", **facts)
        asked = "\n".join((say(locale, "They ask you to call:"), *call))
    about = ", ".join(reason_named(reason, locale) for reason in reasons)
    paragraphs = (
        say(locale, "A shopper gave the delivery of order {order} {score} of 5.", **facts),
        say(locale, "It was about: {reasons}", reasons=about) if about else "",
        say(locale, "In their words:") + f"\n{words}" if words else "",
        say(locale, _KEPT[kept]) if kept in _KEPT else "",
        asked,
        say(locale, "All about this order:") + f"\n{link}",
    )
    return Letter(subject, "\n\n".join(filter(None, paragraphs)) + "\n")


def open_share(without: int, orders: int, link: str, locale: str) -> Letter:
    """Of the orders of a day many came without a choice; `link` leads to the newest of them."""
    facts = {"without": without, "orders": orders}
    paragraphs = (
        say(
            locale, "Of the {orders} orders of the last 24 hours {without} came without a choice of delivery.", **facts
        ),
        say(
            locale,
            "Perhaps something is wrong at your checkout. Please look whether the choice of delivery is shown there.",
        ),
        say(locale, "Shoppers get a link to choose; after that your safe default counts, if you have set one."),
        say(locale, "The newest of these orders:") + f"\n{link}",
    )
    subject = say(locale, "{without} of {orders} orders came without a choice of delivery", **facts)
    return Letter(subject, "\n\n".join(paragraphs) + "\n")


def warned(kind: str, state: str, locale: str) -> str:
    """What became of such a mail."""
    return say(locale, _WARNED[kind][state])
