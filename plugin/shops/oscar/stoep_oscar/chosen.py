"""What a shopper has chosen, as the checkout's session keeps it: the signed choice, and what may be said of it."""

import secrets
from dataclasses import asdict, dataclass, field
from typing import Any

from stoep_oscar.questions import digest, mark_of, question_of

NAMESPACE = "stoep"
"""Where CheckoutSessionData keeps what is ours: Oscar empties it when the order is placed."""
CHECKOUT, CHOSEN, OWN, OFFERS = "checkout", "chosen", "own_methods", "offers"
MOST_OFFERS = 10
"""So many pages of the shipping step may be open in one browser, or be gone back to."""
FACTS = (
    "title",
    "fee",
    "time_zone",
    "earliest_delivery_time",
    "latest_delivery_time",
    "delivery_window",
    "ready_by",
    "pickup_by",
)


@dataclass(frozen=True)
class Chosen:
    """`choice`: Stoep's token. `mark`: of the basket and the address that it was made for. `facts`: those of FACTS that
    Stoep named, and the `place` where it is collected."""

    type: str
    choice: str
    mark: str
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The code of its shipping method."""
        return f"stoep-{self.type}"

    @property
    def seen(self) -> str:
        """Tells this choice from another, without saying what it is."""
        return digest(self.choice)

    @property
    def fee(self) -> tuple[int, str]:
        """In minor units, and its currency."""
        return self.facts["fee"]["amount"], self.facts["fee"]["currency"]


def chosen_from(option: dict[str, Any], choice: str, mark: str) -> Chosen:
    """A choice from Stoep's answer. Raises KeyError and TypeError when that is none."""
    facts = {name: option[name] for name in FACTS if option.get(name) is not None}
    if option.get("location"):
        facts["place"] = {name: option["location"][name] for name in ("id", "name", "address")}
    int(facts["fee"]["amount"])
    return Chosen(str(option["type"]), str(choice), mark, facts)


def keep(session: Any, chosen: Chosen) -> None:
    """Keeps it in this CheckoutSessionData, with its shipping method; what was chosen before is forgotten."""
    session._set(NAMESPACE, CHOSEN, asdict(chosen))
    session.use_shipping_method(chosen.code)


def forget(session: Any) -> None:
    """Nothing is chosen any more."""
    session._unset(NAMESPACE, CHOSEN)


def kept(session: Any, basket: Any, address: Any) -> Chosen | None:
    """The choice that is kept and still fits this basket and this address; asks nobody."""
    facts = session._get(NAMESPACE, CHOSEN)
    if not facts or address is None:
        return None
    try:
        chosen = Chosen(**facts)
    except TypeError:
        # Of a session that is older than this version of the app.
        return None
    return chosen if chosen.mark == mark_of(basket, address) and chosen.fee[1] == basket.currency else None


def shows_own_methods(session: Any, *, is_so: bool) -> None:
    """Remembers whether the shop's own methods were shown, because Stoep was away."""
    session._set(NAMESPACE, OWN, is_so)


def has_seen_own_methods(session: Any) -> bool:
    """Whether they were the last that was shown."""
    return bool(session._get(NAMESPACE, OWN))


def shows_offer(session: Any, offer: str) -> None:
    """Remembers that this offer was shown here."""
    mine = digest(offer)
    others = [other for other in session._get(NAMESPACE, OFFERS) or () if other != mine]
    session._set(NAMESPACE, OFFERS, [*others, mine][-MOST_OFFERS:])


def has_shown(session: Any, offer: str) -> bool:
    """Whether the offer is one of ours: a browser can get others, such as one for a lighter basket, which costs less."""
    return digest(offer) in (session._get(NAMESPACE, OFFERS) or ())


def checkout_of(session: Any) -> str:
    """Stoep's name for this checkout: hard to guess, the same in every window, another one after the order."""
    known = session._get(NAMESPACE, CHECKOUT)
    if not known:
        known = secrets.token_urlsafe(16)
        session._set(NAMESPACE, CHECKOUT, known)
    return str(known)


def question(session: Any, basket: Any, address: Any) -> dict[str, Any]:
    """What Stoep is asked for this checkout."""
    return question_of(basket, address, checkout_of(session))
