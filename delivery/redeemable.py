"""Choice tokens that come back from the shop's server: read, and refused when their time has passed."""

from datetime import datetime

from delivery.choices import Choice, open_choice
from delivery.holds import find_hold
from delivery.problems import ChoiceGone, HoldNotFound
from delivery.questions import OptionKey
from delivery.setups import Setup
from delivery.signing import Signer
from delivery.store.engine import Session


def live_choice(session: Session, now: datetime, signer: Signer, setup: Setup, token: str) -> Choice:
    """What the token says. The hold keeps the promise while it lives; after that it is gone as soon as it could not be
    made any more: the cut-off has passed, the window has closed, the parcel would lie ready.

    Raises InvalidToken, ChoiceStale, ChoiceGone.
    """
    choice = open_choice(signer, token, setup.merchant_id, now)
    try:
        hold = find_hold(session, merchant_id=choice.merchant_id, hold_id=choice.hold_id)
    except HoldNotFound as error:
        raise ChoiceGone("The place that was chosen is no longer known.") from error
    order_before = hold.option.get("order_before")
    if order_before and now >= max(hold.expires_at, datetime.fromisoformat(order_before)):
        raise ChoiceGone("The time until which this could be promised has passed.")
    return choice


def choice_key(choice: Choice) -> OptionKey:
    """Which option the choice is."""
    option = choice.option
    return OptionKey(option["type"], option["ref"], option["first"], option["last"], option["fee"]["amount"])
