"""What a shopper would see at any moment, and why: rehearsed, never for sale. Reads, and writes nothing."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from delivery.asked import ask
from delivery.centres_on_offer import centres_on_offer
from delivery.dates_on_offer import dates_on_offer
from delivery.memory import Memory
from delivery.offers import offer_from
from delivery.options import Offer, PickupOption, ShippingOption
from delivery.questions import Question
from delivery.rehearsing.centres import missing_centres
from delivery.rehearsing.reasons import MissingCentre, MissingService, MissingSlot, MissingZone
from delivery.rehearsing.services import missing_services
from delivery.rehearsing.slots import missing_slots, missing_zones
from delivery.rehearsing.strip import StripDay, strip
from delivery.remembered import Remembered
from delivery.rules.estimate import Step
from delivery.setups import Setup
from delivery.signing import Signer
from delivery.store.engine import Session


@dataclass(frozen=True, slots=True)
class Explained:
    """A carrier's option, but for its id, and the steps that lead to its days; none when it has no date."""

    option: ShippingOption
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Ready:
    """A pick-up that is offered, but for its id, and the steps that lead to its moment: work that waits, goods that lack."""

    option: PickupOption
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a shopper would be offered at `at`, why on these days, and what is left out for which reason.

    Each window of the horizon that reaches the destination is either in the offer or, once, among `slots`.
    """

    at: datetime
    setup: Setup
    offer: Offer
    dates: tuple[Explained, ...]
    ready: tuple[Ready, ...]
    zones: tuple[MissingZone, ...]
    slots: tuple[MissingSlot, ...]
    services: tuple[MissingService, ...]
    centres: tuple[MissingCentre, ...]
    strip: tuple[StripDay, ...]


def rehearse(session: Session, at: datetime, memory: Memory, setup: Setup, question: Question) -> Rehearsal:
    """The offer as `make_offer` would give it at `at`, with the reasons. The basket is in the shop's own currency.

    Signed by a key that is forgotten at once, so that nothing rehearsed can be bought. Places are those taken now: of
    what will be sold until a later moment nobody knows. The setup's memory is left alone: it is for shoppers.
    """
    asked = ask(session, at, memory, replace(setup, made=Remembered()), question)
    offer = offer_from(asked, Signer([secrets.token_urlsafe(32)]))
    slots = missing_slots(asked)
    return Rehearsal(
        at=at,
        setup=setup,
        offer=offer,
        dates=tuple(Explained(option, reason.steps) for option, reason, _ in dates_on_offer(asked, _no_id)),
        ready=tuple(Ready(option, reason.steps) for option, reason in centres_on_offer(asked, _no_id)),
        zones=missing_zones(asked),
        slots=slots,
        services=missing_services(asked, offer),
        centres=missing_centres(asked, offer),
        strip=strip(asked, offer, slots),
    )


def _no_id(*_key: object) -> str:
    return ""
