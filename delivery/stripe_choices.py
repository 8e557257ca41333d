"""A choice on its way to Stripe: held against what the shop's server said is bought, its place kept while it can be paid."""

from dataclasses import dataclass
from datetime import datetime

from delivery import holds, stripe_sessions
from delivery.asked import ask
from delivery.bookings import check_fresh
from delivery.choices import Choice
from delivery.holds import Hold, find_hold
from delivery.memory import Memory
from delivery.offers import find_option
from delivery.problems import ChoiceGone, ChoiceStale, ChoiceUsed, HoldExpired, OptionGone, SlotFull
from delivery.questions import OptionKey, Question, basket_fingerprint
from delivery.redeemable import choice_key, live_choice
from delivery.rules.parcels import Basket
from delivery.rules.places import Destination
from delivery.setups import Setup
from delivery.signing import Signer
from delivery.store.engine import Session


@dataclass(frozen=True, slots=True)
class Payable:
    """What stands at Stripe to be paid. `basket` is what the shop's server said is in it, never the browser; `expires_at` None:
    it does not end by itself."""

    id: str
    kind: str
    basket: Basket
    expires_at: datetime | None


def keep_for(
    session: Session,
    now: datetime,
    memory: Memory,
    signer: Signer,
    setup: Setup,
    *,
    payable: Payable,
    token: str,
    destination: Destination,
) -> Hold:
    """Bind the choice to what can be paid: its place is kept until that ends, but not beyond the merchant's own bound.

    The fee stays the one the shopper saw. It must be one that the basket of the shop's server costs too: a browser may have
    asked with a lighter one.
    Raises InvalidToken, ChoiceStale for another address or basket, ChoiceUsed, and ChoiceGone when the place is not kept any
    more; then nothing has changed.
    """
    choice = live_choice(session, now, signer, setup, token)
    hold = find_hold(session, merchant_id=setup.merchant_id, hold_id=choice.hold_id)
    if hold.state == "confirmed":
        raise ChoiceUsed("This choice already belongs to another order.")
    check_fresh(hold, destination.country, destination.normal_postal_code, basket_fingerprint(payable.basket))
    _check_fee(session, memory, setup, hold, choice, payable.basket, destination)
    # The hold first: of two sessions that are to keep one place, the second waits here until the first is known.
    hold = _keep_on(session, now, setup, hold, payable.expires_at)
    kept = stripe_sessions.put(
        session,
        now,
        merchant_id=setup.merchant_id,
        object_id=payable.id,
        kind=payable.kind,
        hold=hold,
        fee_amount=hold.option["fee"]["amount"],
        expires_at=payable.expires_at,
    )
    if not kept:
        raise ChoiceGone("The payment is already under way.")
    return hold


def _check_fee(
    session: Session,
    memory: Memory,
    setup: Setup,
    hold: Hold,
    choice: Choice,
    basket: Basket,
    destination: Destination,
) -> None:
    """Asked as it stood when the place was taken, so that a cut-off that has passed since takes nothing away."""
    question = Question(setup.merchant_id, destination, basket, hold.option["locale"], hold.checkout)
    asked = ask(session, hold.created_at, memory, setup, question)
    key: OptionKey = choice_key(choice)
    try:
        option, _ = find_option(asked, key)
    except SlotFull:
        # Its own place is kept: only that others took theirs since.
        return
    except OptionGone as error:
        raise ChoiceStale("This basket cannot be had in the way that was chosen.") from error
    if option.fee.amount > key.fee:
        raise ChoiceStale("The delivery of this basket costs more than was shown.")


def _keep_on(session: Session, now: datetime, setup: Setup, hold: Hold, until: datetime | None) -> Hold:
    minutes = setup.hold_limit_minutes if until is None else int((until - now).total_seconds() // 60)
    try:
        return holds.extend(session, now, merchant_id=setup.merchant_id, hold_id=hold.id, minutes=max(minutes, 0))
    except HoldExpired as error:
        raise ChoiceGone("The place that was chosen is not kept any more.") from error
