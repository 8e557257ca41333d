"""The offer: all options for one basket and destination. Reads, and writes nothing."""

from datetime import datetime

from delivery.asked import Asked, Reason, ask
from delivery.centres_on_offer import centre_on_offer, centres_on_offer
from delivery.choices import choice_token
from delivery.dates_on_offer import dates_on_offer
from delivery.holds import Hold
from delivery.memory import Memory
from delivery.options import Held, Offer, Option, PickupOption, SlotOption
from delivery.problems import Fault, InvalidInput, InvalidToken, OptionGone, SlotFull
from delivery.questions import (
    OptionKey,
    Question,
    basket_fingerprint,
    offer_ends,
    open_question,
    option_minter,
    seal_question,
)
from delivery.rules.estimate import Estimate
from delivery.rules.places import is_valid_postal_code
from delivery.setups import Setup
from delivery.signing import Signer
from delivery.slots_on_offer import slot_reason, slots_on_offer
from delivery.store.engine import Session


def make_offer(
    session: Session, now: datetime, memory: Memory, signer: Signer, setup: Setup, question: Question
) -> Offer:
    """What this shopper can choose now. Raises InvalidInput when the basket is in a currency the shop does not use."""
    if question.basket.currency != setup.currency:
        fault = Fault("/basket/currency", f"This shop sells in {setup.currency}.")
        raise InvalidInput("The basket is in another currency.", (fault,))
    asked = ask(session, now, memory, setup, question)
    return offer_from(asked, signer)


def offer_from(asked: Asked, signer: Signer) -> Offer:
    """The offer that what was read comes to."""
    first = _main_estimate(asked)
    expires_at = offer_ends(asked.now, first.order_before if first else None)
    offer_id = seal_question(signer, asked.question, expires_at)
    mint = option_minter(signer, offer_id)
    wants = asked.question.wants
    dates = [option for option, _, _ in dates_on_offer(asked, mint)] if wants("shipping") else []
    slots = [option for option, _ in slots_on_offer(asked, mint)] if wants("local_delivery") else []
    centres = [option for option, _ in centres_on_offer(asked, mint)] if wants("pickup") else []
    options: tuple[Option, ...] = (*dates, *slots, *centres)
    return Offer(
        id=offer_id,
        expires_at=expires_at,
        time_zone=asked.setup.time_zone.key,
        estimate=first,
        options=options,
        locale=asked.question.locale,
        currency=asked.question.basket.currency,
        held=_held(asked, options, signer),
        preselected=next((option.id for option in dates if option.service_id == asked.setup.preselected_service), None),
        problems=_problems(asked, bool(options)),
    )


def _main_estimate(asked: Asked) -> Estimate | None:
    """That of the first service that goes there."""
    estimates = (asked.estimate(priced, asked.destination) for priced in asked.setup.services.values())
    return next((estimate for estimate in estimates if estimate is not None), None)


def _problems(asked: Asked, has_options: bool) -> tuple[str, ...]:
    there = asked.question.destination
    found = []
    if there.postal_code and not is_valid_postal_code(there.country, there.postal_code):
        found.append("postal_code_unknown")
    if not has_options:
        found.append("no_delivery")
    return tuple(found)


def ask_again(signer: Signer, offer_id: str, setup: Setup, now: datetime, *, even_old: bool = False) -> Question:
    """The question of an offer made for this merchant. Raises InvalidToken for another's, OfferExpired for an old one."""
    question = open_question(signer, offer_id, now, even_old=even_old)
    if question.merchant_id != setup.merchant_id:
        raise InvalidToken("The offer was made for another shop.")
    return question


def find_option(asked: Asked, key: OptionKey) -> tuple[Option, Reason]:
    """The option as it stands now. Raises OptionGone or SlotFull when it is not what was offered any more."""
    for option, reason in _candidates(asked, key):
        if is_same(option, key):
            return option, reason
    if key.type == "local_delivery" and (key.ref in asked.setup.patterns):
        raise SlotFull("The last place in this window was just taken.")
    raise OptionGone("This option is no longer on offer.")


def _candidates(asked: Asked, key: OptionKey) -> list[tuple[Option, Reason]]:
    if not asked.question.wants(key.type):
        return []
    if key.type == "shipping":
        return [(option, reason) for option, reason, _ in dates_on_offer(asked, _no_id)]
    if key.type == "local_delivery":
        return [(option, slot_reason(asked, slot)) for option, slot in slots_on_offer(asked, _no_id)]
    centre = asked.setup.centre(key.ref)
    found = centre_on_offer(asked, centre, _no_id) if centre else None
    return [found] if found else []


def is_same(option: Option, key: OptionKey) -> bool:
    """Whether the option is the one the key names: same thing, same days. A pick-up may have become ready later since."""
    if isinstance(option, SlotOption):
        return (option.type, option.pattern_id, option.day.isoformat()) == (key.type, key.ref, key.first)
    if isinstance(option, PickupOption):
        return (option.type, option.location.id) == (key.type, key.ref)
    first, last = option.earliest_day, option.latest_day
    days = (first.isoformat() if first else "", last.isoformat() if last else "")
    return (option.type, option.service_id, *days) == (key.type, key.ref, key.first, key.last)


def _no_id(*_key: object) -> str:
    return ""


def _held(asked: Asked, options: tuple[Option, ...], signer: Signer) -> Held | None:
    own = asked.own
    if own is None or not _was_asked_like(asked, own):
        return None
    option = next((option for option in options if _is_held(option, own)), None)
    if option is None:
        return None
    return Held(own.id, option.id, own.expires_at, own.extendable_until, choice_token(signer, own))


def _was_asked_like(asked: Asked, own: Hold) -> bool:
    """Whether no order would find the hold's choice stale: it was taken for this basket and this postcode, or for the country."""
    there = asked.question.destination
    is_here = there.country == own.country and own.postal_code in (None, there.normal_postal_code)
    return is_here and basket_fingerprint(asked.question.basket) == own.basket


def _is_held(option: Option, own: Hold) -> bool:
    facts = own.option
    key = OptionKey(facts["type"], facts["ref"], facts["first"], facts["last"], 0)
    return is_same(option, key)
