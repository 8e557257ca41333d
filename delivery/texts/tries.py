"""What a receiver of handovers answered, and what a message says, for the merchant."""

from delivery.texts.catalogues import say
from delivery.texts.sentences import N_

_EVENTS = {
    "booking.confirmed": N_("New booking"),
    "booking.changed": N_("Changed booking"),
    "booking.cancelled": N_("Cancelled booking"),
    "booking.choice_open": N_("Nothing chosen yet"),
    "promise.at_risk": N_("Promise at risk"),
    "promise.broken": N_("Promise broken"),
}
_ANSWERED = "It answered "


def event_said(event_type: str, locale: str) -> str:
    """What a message is about; its type when there are no words for it."""
    return say(locale, _EVENTS[event_type]) if event_type in _EVENTS else event_type


def try_said(status: int | None, problem: str | None, locale: str) -> str:
    """What came of one try: accepted, or what went wrong, with the receiver's status where it gave one."""
    if problem is None:
        return say(locale, N_("Accepted ({status})"), status=status) if status else say(locale, N_("Accepted"))
    if status is None:
        return say(locale, problem)
    if not problem.startswith(_ANSWERED):
        return f"{say(locale, problem)} ({status})"
    if 300 <= status < 400:
        return say(locale, N_("It answered {status}: redirects are not followed."), status=status)
    return say(locale, N_("It answered {status}."), status=status)
