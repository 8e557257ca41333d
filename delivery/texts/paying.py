"""What a shopper reads whose payment cannot go on as it stands on the page."""

from collections.abc import Mapping

from delivery.texts.catalogues import say
from delivery.texts.offers import problem_note
from delivery.texts.sentences import N_

NO_ADDRESS = N_("Please fill in your address first.")
LATER = N_("The payment cannot go on just now. Please try again in a moment.")
"""These two stand in static/stoep-stripe.js as well, which says them when nobody else can."""

_NOTES: Mapping[str, str] = {
    "choice_stale": N_("Your address or basket has changed since you chose. Please choose again."),
    "payment_closed": N_("This payment is over, or already under way. Please reload the page."),
}
_AS_IN_THE_PICKER: Mapping[str, str] = {
    "choice_gone": "option_gone",
    "choice_used": "option_gone",
    "invalid_token": "option_gone",
    "invalid_input": "no_delivery",
}


def paying_note(code: str, locale: str) -> str:
    """A sentence about a problem's code."""
    known = problem_note(_AS_IN_THE_PICKER.get(code, ""), locale)
    return known or say(locale, _NOTES.get(code, LATER))
