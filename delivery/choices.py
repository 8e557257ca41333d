"""The choice: the option taken, priced by us, as a signed token that confirms one order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from delivery.holds import Hold
from delivery.problems import ChoiceStale, InvalidToken
from delivery.signing import Signer

CHOICE_DAYS = 7
"""How long a token can still be redeemed; whether its place is still there is another question."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a choice token says."""

    merchant_id: str
    hold_id: str
    checkout: str
    option: Mapping[str, Any]
    country: str
    postal_code: str | None
    basket: tuple[tuple[str, int], ...]


def choice_token(signer: Signer, hold: Hold) -> str:
    """The token of a hold: merchant, checkout, option with window or centre and fee, country, postcode, basket."""
    option = hold.option
    facts = {
        "m": hold.merchant_id,
        "h": hold.id,
        "k": hold.checkout,
        "o": {name: option[name] for name in ("type", "ref", "first", "last", "fee")},
        "d": [hold.country, hold.postal_code],
        "b": option["basket"],
        "exp": int((hold.created_at + timedelta(days=CHOICE_DAYS)).timestamp()),
    }
    return "ch_" + signer.seal("choice", facts)


def open_choice(signer: Signer, token: str, merchant_id: str, now: datetime) -> Choice:
    """What the token says. Raises InvalidToken when it is not this merchant's, ChoiceStale when it is too old."""
    if not token.startswith("ch_"):
        raise InvalidToken("This is not a choice.")
    facts = signer.open("choice", token[3:])
    if facts["m"] != merchant_id:
        raise InvalidToken("The choice was made for another shop.")
    if now >= datetime.fromtimestamp(facts["exp"], UTC):
        raise ChoiceStale("The choice is too old.")
    country, postal_code = facts["d"]
    basket = tuple((sku, quantity) for sku, quantity in facts["b"])
    return Choice(merchant_id, facts["h"], facts["k"], facts["o"], country, postal_code, basket)
