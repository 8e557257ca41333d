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
    """What the token says. A place in the past is gone, even if nobody took it back.

    Raises InvalidToken, ChoiceStale, ChoiceGone.
    """
    choice = open_choice(signer, token, setup.merchant_id, now)
    try:
        option = find_hold(session, merchant_id=choice.merchant_id, hold_id=choice.hold_id).option
    except HoldNotFound as error:
        raise ChoiceGone("The place that was chosen is no longer known.") from error
    ends = (option.get("window") or {}).get("end") or option.get("pickup_by")
    if ends and now >= datetime.fromisoformat(ends):
        raise ChoiceGone("The time that was chosen has passed.")
    return choice


def choice_key(choice: Choice) -> OptionKey:
    """Which option the choice is."""
    option = choice.option
    return OptionKey(option["type"], option["ref"], option["first"], option["last"], option["fee"]["amount"])
