"""What is sold at the stand-in: prices, and the lines of sessions and payment links."""

from typing import Any

from tests.shops.stripe_accounts import Account, Object
from tests.shops.stripe_refusals import invalid
from tests.shops.stripe_shipping import check_amount, check_currency

MOST_LINES = 100


def add_price(account: Account, amount: int, currency: str = "eur", name: str = "A lamp") -> Object:
    """A price of the merchant's catalogue."""
    product = account.add("product", name=name, active=True, created=account.now)
    return _price(account, {"unit_amount": amount, "currency": currency}, product["id"])


def _price(account: Account, data: Object, product_id: str) -> Object:
    return account.add(
        "price",
        active=True,
        billing_scheme="per_unit",
        created=account.now,
        currency=data["currency"],
        metadata={},
        product=product_id,
        tax_behavior=data.get("tax_behavior", "unspecified"),
        type="one_time",
        unit_amount=data["unit_amount"],
    )


def put(account: Account, owner_id: str, given: list[Object], currency: str | None = None) -> tuple[int, str]:
    """Make these the lines of the session or link; their sum and currency. All the same currency, a hundred at most."""
    if not 1 <= len(given) <= MOST_LINES:
        raise invalid(f"Between 1 and {MOST_LINES} line items.", "line_items")
    lines = [_line(account, one, f"line_items[{number}]") for number, one in enumerate(given)]
    for item in [each for each in account.all("item") if each.get("_of") == owner_id]:
        del account.objects[item["id"]]
    currencies = {price["currency"] for price, _, _ in lines} | ({currency} if currency else set())
    if len(currencies) > 1:
        raise invalid("All line items have the same currency.", "line_items")
    for price, quantity, name in lines:
        total = price["unit_amount"] * quantity
        account.add(
            "item",
            _of=owner_id,
            amount_discount=0,
            amount_subtotal=total,
            amount_tax=0,
            amount_total=total,
            currency=price["currency"],
            description=name,
            price=price["id"],
            quantity=quantity,
        )
    return sum(price["unit_amount"] * quantity for price, quantity, _ in lines), currencies.pop()


def _line(account: Account, given: Object, where: str) -> tuple[Object, int, str]:
    quantity = given.get("quantity", 1)
    if quantity < 1:
        raise invalid("Invalid quantity.", f"{where}[quantity]")
    if "id" in given:
        item = account.get("item", given["id"], where)
        return account.get("price", item["price"]), given.get("quantity", item["quantity"]), item["description"]
    if ("price" in given) == ("price_data" in given):
        raise invalid("You must specify exactly one of price and price_data.", where)
    if "price" in given:
        price = account.get("price", given["price"], where)
        return price, quantity, account.get("product", price["product"])["name"]
    price, name = _made(account, given["price_data"], f"{where}[price_data]")
    return price, quantity, name


def _made(account: Account, data: Object, where: str) -> tuple[Object, str]:
    if ("product" in data) == ("product_data" in data):
        raise invalid("You must specify exactly one of product and product_data.", where)
    if ("unit_amount" in data) == ("unit_amount_decimal" in data):
        raise invalid("You must specify exactly one of unit_amount and unit_amount_decimal.", where)
    if "recurring" in data or "unit_amount_decimal" in data:
        raise invalid("The stand-in sells whole amounts, once.", where)
    check_amount(data["unit_amount"], where)
    check_currency(data["currency"], where)
    product: Any
    if "product" in data:
        product = account.get("product", data["product"], where)
    else:
        product = account.add("product", name=data["product_data"]["name"], active=True, created=account.now)
    return _price(account, data, product["id"]), product["name"]
