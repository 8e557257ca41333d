"""Shipping at the stand-in: rates, and the options of a session."""

from typing import Any

from tests.shops.stripe_accounts import Account, Object
from tests.shops.stripe_refusals import invalid

MOST_OPTIONS = 5
LONGEST_NAME = 100


def create_rate(account: Account, params: Object) -> Object:
    """POST /v1/shipping_rates, and what stands in `shipping_rate_data`."""
    return _rate(account, params, "")


def _rate(account: Account, data: Object, where: str) -> Object:
    if len(data["display_name"]) > LONGEST_NAME:
        raise invalid(f"Invalid string: display_name is longer than {LONGEST_NAME}.", _named(where, "display_name"))
    if data.get("type", "fixed_amount") == "fixed_amount" and "fixed_amount" not in data:
        raise invalid("Missing required param: fixed_amount.", _named(where, "fixed_amount"), code="parameter_missing")
    check_amount(data["fixed_amount"]["amount"], _named(where, "fixed_amount"))
    check_currency(data["fixed_amount"]["currency"], _named(where, "fixed_amount"))
    _check_estimate(data.get("delivery_estimate", {}), _named(where, "delivery_estimate"))
    if "tax_code" in data and not data["tax_code"].startswith("txcd_"):
        raise invalid(f"Invalid tax code: {data['tax_code']}", _named(where, "tax_code"))
    estimate = data.get("delivery_estimate")
    return account.add(
        "shipping_rate",
        active=True,
        created=account.now,
        delivery_estimate=estimate and {"minimum": estimate.get("minimum"), "maximum": estimate.get("maximum")},
        display_name=data["display_name"],
        fixed_amount=data["fixed_amount"],
        metadata=dict(data.get("metadata", {})),
        tax_behavior=data.get("tax_behavior", "unspecified"),
        tax_code=data.get("tax_code"),
        type="fixed_amount",
    )


def _check_estimate(estimate: Object, where: str) -> None:
    for end in estimate.values():
        if end["value"] <= 0:
            raise invalid("Invalid value: must be greater than 0.", where)
    ends = [estimate.get("minimum"), estimate.get("maximum")]
    if all(ends) and ends[0]["unit"] == ends[1]["unit"] and ends[0]["value"] > ends[1]["value"]:
        raise invalid("The minimum of a delivery estimate is not after its maximum.", where)


def check_amount(amount: int, where: str) -> None:
    if not 0 <= amount <= 99_999_999:
        raise invalid("Invalid non-negative integer.", where, code="parameter_invalid_integer")


def check_currency(currency: str, where: str) -> None:
    if len(currency) != 3 or not currency.isalpha() or currency != currency.lower():
        raise invalid(f"Invalid currency: {currency}.", where)


def options(account: Account, given: Any, currency: str) -> list[Object]:
    """The options of a session: at most five, each a rate of the account or data for a new one, in the session's currency."""
    given = given or []
    if len(given) > MOST_OPTIONS:
        raise invalid(f"You may specify up to {MOST_OPTIONS} shipping options.", "shipping_options")
    return [_option(account, one, currency, f"shipping_options[{number}]") for number, one in enumerate(given)]


def _option(account: Account, given: Object, currency: str, where: str) -> Object:
    if set(given) == {"shipping_rate"}:
        rate = account.get("shipping_rate", given["shipping_rate"], where)
        if not rate["active"]:
            raise invalid("The shipping rate is not active.", where)
    elif set(given) == {"shipping_rate_data"}:
        rate = _rate(account, given["shipping_rate_data"], where)
    else:
        raise invalid("You must specify exactly one of shipping_rate and shipping_rate_data.", where)
    fixed = rate["fixed_amount"]
    if fixed["currency"] != currency and currency not in fixed.get("currency_options", {}):
        raise invalid(f"The shipping rate is not in {currency}.", where)
    return {"shipping_amount": fixed["amount"], "shipping_rate": rate["id"]}


def cost(option: Object) -> Object:
    """What the chosen option costs; the stand-in charges no tax."""
    amount = option["shipping_amount"]
    return {
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "shipping_rate": option["shipping_rate"],
    }


def _named(where: str, name: str) -> str:
    return f"{where}[shipping_rate_data][{name}]" if where else name
