"""From Oscar's words to Stoep's: where a basket goes, what is in it, and who gets it."""

import json
from collections.abc import Iterable
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.utils.translation import get_language

_NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
MINOR_DIGITS = dict.fromkeys(_NONE.split(), 0) | dict.fromkeys(_THREE.split(), 3)
"""How many digits a currency has behind its point, where they are not two (ISO 4217)."""


def minor_units(amount: Decimal, currency: str) -> dict[str, Any]:
    """An amount as Stoep has it: {"amount": 395, "currency": "EUR"}."""
    return {"amount": int(amount.scaleb(MINOR_DIGITS.get(currency, 2)).to_integral_value()), "currency": currency}


def in_major_units(amount: int, currency: str) -> Decimal:
    """The same the other way round: Decimal("3.95")."""
    return Decimal(amount).scaleb(-MINOR_DIGITS.get(currency, 2))


def locale() -> str:
    """The language of this request, as a BCP 47 tag."""
    return get_language() or "en"


# --- the basket ---


def basket_of(basket: Any) -> dict[str, Any]:
    """A basket that is being bought, with the weight and the making time of its products where they have these
    attributes: `weight` in kg, as Oscar's own shipping methods have it, and `handling_days`."""
    lines = (
        {
            "sku": _sku_in(line),
            "quantity": line.quantity,
            **_of_product(line.product),
            **_value(line.purchase_info.price, basket.currency),
        }
        for line in basket.all_lines()
    )
    return {"lines": _summed(lines), "currency": basket.currency}


def basket_of_order(order: Any) -> dict[str, Any]:
    """The same of what was bought: the same skus and quantities."""
    lines = (
        {"sku": _sku(line.partner_sku, line.product), "quantity": line.quantity, **_of_product(line.product)}
        for line in order.lines.select_related("product")
    )
    return {"lines": _summed(lines), "currency": order.currency}


def _sku_in(line: Any) -> str:
    return _sku(line.stockrecord.partner_sku if line.stockrecord else "", line.product)


def _sku(partner_sku: str, product: Any) -> str:
    """What the warehouse calls it; without such a name, what the shop does."""
    return partner_sku or (product.upc if product else "") or (f"product-{product.pk}" if product else "unknown")


def _summed(lines: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """One line for each sku: Oscar has several when things are bought with different options."""
    summed: dict[str, dict[str, Any]] = {}
    for line in lines:
        known = summed.setdefault(line["sku"], line | {"quantity": 0})
        known["quantity"] += line["quantity"]
    return [summed[sku] for sku in sorted(summed)]


def _of_product(product: Any) -> dict[str, int]:
    if product is None:
        return {}
    weight, days = getattr(product.attr, "weight", None), getattr(product.attr, "handling_days", None)
    said = {"weight_g": _whole(weight, 1000), "handling_days": _whole(days, 1)}
    return {name: number for name, number in said.items() if number is not None}


def _whole(value: Any, times: int) -> int | None:
    """A number that a merchant entered, as a whole one; None for what is none."""
    try:
        number = Decimal(str(value)) * times
        return int(number.to_integral_value()) if 0 <= number < 10**9 else None
    except (ArithmeticError, ValueError):
        return None


def _value(price: Any, currency: str) -> dict[str, Any]:
    amount = price.incl_tax if price.is_tax_known else price.excl_tax
    return {} if amount is None else {"value": minor_units(amount, currency)}


# --- where it goes, and to whom ---


def address_of(address: Any) -> dict[str, Any]:
    """The address of an order, its lines as they were typed."""
    return {
        "country": address.country_id,
        "postal_code": address.postcode or None,
        "city": (address.line4 or "")[:100],
        "region": (address.state or "")[:100],
        "lines": [line[:200] for line in (address.line1, address.line2, address.line3) if line] or ["-"],
    }


def recipient_of(address: Any, email: str | None) -> dict[str, Any]:
    """Who gets it."""
    name = " ".join(filter(None, (address.first_name, address.last_name)))
    phone = getattr(address, "phone_number", None)
    said = {"name": name[:200] or email, "email": email, "phone": str(phone)[:40] if phone else "", "locale": locale()}
    return {name: value for name, value in said.items() if value}


def question_of(basket: Any, address: Any, checkout: str) -> dict[str, Any]:
    """What an offer is made for. `checkout` is whose place is kept."""
    to = {"country": address.country_id, "postal_code": address.postcode or "", "city": (address.line4 or "")[:100]}
    return {
        "destination": {name: value for name, value in to.items() if value},
        "basket": basket_of(basket),
        "locale": locale(),
        "checkout": checkout,
    }


def mark_of(basket: Any, address: Any) -> str:
    """Changes when an order would find a choice stale: with country, postcode, skus and quantities."""
    postcode = "".join((address.postcode or "").split()).upper()
    # Not basket_of: Oscar asks for this on nearly every page, and what a product weighs is a question to the database.
    lines = ({"sku": _sku_in(line), "quantity": line.quantity} for line in basket.all_lines())
    return digest([address.country_id, postcode, basket.currency, _summed(lines)])


def digest(value: Any) -> str:
    """A short name for a value of JSON."""
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:32]
