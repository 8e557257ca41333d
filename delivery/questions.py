"""What a shopper's browser asks, and the signed tokens that carry the question and its options back to us."""

import base64
import binascii
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from hmac import compare_digest
from typing import Any, NamedTuple

from delivery.problems import InvalidToken, OfferExpired, OptionUnknown
from delivery.rules.parcels import Basket, Line
from delivery.rules.places import Destination, Point
from delivery.signing import Signer, tagged

OFFER_MINUTES = 30
TAG_LETTERS = 32


class OptionBody(NamedTuple):
    """What an option's id says, and the same as it stands in the id."""

    said: bytes
    text: str


Mint = Callable[[OptionBody], str]
"""Makes an option's id."""


OF_BOOKING = "booking:"
"""How the checkout of somebody begins who changes a booking."""


@dataclass(frozen=True, slots=True)
class Question:
    """One basket to one destination, asked by one checkout, in one language. `types`: of which types options are wanted;
    none named: of all."""

    merchant_id: str
    destination: Destination
    basket: Basket
    locale: str
    checkout: str | None = None
    types: tuple[str, ...] = ()

    @property
    def booking_id(self) -> str | None:
        """The booking that is to be changed; None of a checkout."""
        kind, _, booking_id = (self.checkout or "").partition(OF_BOOKING)
        return None if kind or not booking_id else booking_id

    def wants(self, kind: str) -> bool:
        """Whether options of this type are asked for."""
        return not self.types or kind in self.types


@dataclass(frozen=True, slots=True)
class OptionKey:
    """What an option id says: which thing, which days or moment, and the fee that was shown (minor units)."""

    type: str
    ref: str
    first: str
    last: str
    fee: int


def basket_fingerprint(basket: Basket) -> str:
    """The same for the same quantities of the same skus, in whatever order and lines they stand."""
    quantities: dict[str, int] = {}
    for line in basket.lines:
        quantities[line.sku] = quantities.get(line.sku, 0) + line.quantity
    said = repr(sorted(quantities.items())).encode()
    return hashlib.sha256(said).hexdigest()


def offer_ends(now: datetime, order_before: datetime | None) -> datetime:
    """Until when an offer counts: half an hour, but not past the cut-off that would change it. Whole seconds."""
    usual = now.replace(microsecond=0) + timedelta(minutes=OFFER_MINUTES)
    return usual if order_before is None else min(usual, order_before)


def seal_question(signer: Signer, question: Question, expires_at: datetime) -> str:
    """The offer's id: it carries the question, so that nothing need be stored."""
    there = question.destination
    point = [there.point.latitude, there.point.longitude] if there.point else None
    facts: dict[str, Any] = {
        "m": question.merchant_id,
        "d": [there.country, there.postal_code, there.city, list(there.lines), point],
        "b": [
            [line.sku, line.quantity, line.weight_g, line.handling_days, line.value] for line in question.basket.lines
        ],
        "c": question.basket.currency,
        "l": question.locale,
        "k": question.checkout,
        "exp": int(expires_at.timestamp()),
    }
    if question.types:
        facts["t"] = list(question.types)
    return "of_" + signer.seal("offer", facts)


def open_question(signer: Signer, offer_id: str, now: datetime, *, even_old: bool = False) -> Question:
    """The question of an offer id. Raises InvalidToken, and OfferExpired unless an old one will do."""
    if not offer_id.startswith("of_"):
        raise InvalidToken("This is not an offer.")
    facts = signer.open("offer", offer_id[3:])
    if not even_old and now >= datetime.fromtimestamp(facts["exp"], UTC):
        raise OfferExpired("The offer is too old: ask for a fresh one.")
    return _question(facts)


def _question(facts: dict[str, Any]) -> Question:
    country, postal_code, city, lines, point = facts["d"]
    return Question(
        merchant_id=facts["m"],
        destination=Destination(country, postal_code, city, tuple(lines), Point(*point) if point else None),
        basket=Basket(tuple(Line(*line) for line in facts["b"]), facts["c"]),
        locale=facts["l"],
        checkout=facts["k"],
        types=tuple(facts.get("t", ())),
    )


@lru_cache(maxsize=50_000)
def option_body(kind: str, ref: str, first: str, last: str, fee: int) -> OptionBody:
    """What an option's id will say: see OptionKey."""
    said = f"{kind}|{first}|{last}|{fee}|{ref}".encode()
    return OptionBody(said, base64.urlsafe_b64encode(said).decode().rstrip("="))


def option_minter(signer: Signer, offer_id: str) -> Mint:
    """A function that makes the ids of one offer's options. Each is marked with a key of the offer's own, so that no
    option can be moved to another offer."""
    key = signer.keys_for(_signature(offer_id))[0]

    def mint(body: OptionBody) -> str:
        # As `tagged` does: a call less for each of a hundred.
        return f"op_{blake2b(body[0], digest_size=16, key=key).hexdigest()}{body[1]}"

    return mint


def _signature(offer_id: str) -> bytes:
    return offer_id[-43:].encode()


def open_option(signer: Signer, offer_id: str, option_id: str) -> OptionKey:
    """What the option id of this offer says. Raises OptionUnknown for any other text."""
    tag, body = _parts(option_id)
    if not any(compare_digest(tagged(key, body), tag) for key in signer.keys_for(_signature(offer_id))):
        raise OptionUnknown("The option does not belong to this offer.")
    kind, first, last, fee, ref = body.decode().split("|", 4)
    return OptionKey(kind, ref, first, last, int(fee))


def _parts(option_id: str) -> tuple[str, bytes]:
    if not option_id.startswith("op_") or len(option_id) > 600 or not option_id.isascii():
        raise OptionUnknown("This is not an option.")
    tag, text = option_id[3 : 3 + TAG_LETTERS], option_id[3 + TAG_LETTERS :]
    try:
        return tag, base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise OptionUnknown("This is not an option.") from error
