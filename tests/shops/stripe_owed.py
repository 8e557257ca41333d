"""Deliveries that were paid through Stripe and then changed: what is owed, and what moved."""

from typing import Any

from delivery import stripe_ledger, stripe_settlements
from delivery.stripe_ledger import UNDER_WAY, WAITING, Line
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.shops.stripe_shop import StripeShop
from tests.shops.stripe_worker import hear, post_of, row, rows, work_of

MOST = [*WAITING, *UNDER_WAY, "done", "declined"]
CHEAP, DEAR = 495, 695
"""Fees of windows of the demo merchant; the chosen one costs 495 at first."""


def bought(shop: StripeShop, fee: int = CHEAP, **session: Any) -> tuple[str, str]:
    """A window of this fee, paid and ordered; the booking's id and that of its payment."""
    if not shop.api.account.posts:
        post_of(shop)
    made = shop.session(**session)
    hold = taken(shop, fee, f"checkout-{made.id}")
    assert shop.deliver(made, hold["choice"]).status_code == 200
    shop.shopper.pay(made.id)
    shop.api.account.posts[0].deliver()
    hear(shop)
    found = row(shop, made.id)
    assert found
    assert found.booking_id
    return found.booking_id, made.id


def taken(shop: StripeShop, fee: int, checkout: str) -> dict[str, Any]:
    """A hold of the first window that costs so much."""
    offer = shop.door.offer(checkout)
    option = next(one for one in offer["options"] if one["type"] == "local_delivery" and one["fee"]["amount"] == fee)
    answer: dict[str, Any] = shop.door.hold(offer["offer"], option["id"]).get_json()
    return answer


def move(shop: StripeShop, booking: str, fee: int) -> str:
    """The shop moves it to a window of this fee; the change's id."""
    choice = taken(shop, fee, f"move-{booking}-{fee}")["choice"]
    answer = shop.door.server("POST", f"/bookings/{booking}/changes", json={"choice": choice})
    assert answer.status_code in (200, 201), answer.text
    return str(answer.get_json().get("change"))


def sweep(shop: StripeShop) -> None:
    work_of(shop).see_to_all()


def lines(shop: StripeShop, *states: str) -> list[Line]:
    with shop.door.database.reading() as session:
        return stripe_ledger.lines(session, MERCHANT_ID, states or MOST)


def approve(shop: StripeShop, line: Line) -> bool:
    now, own = shop.door.clock(), {"merchant_id": MERCHANT_ID, "settlement_id": line.settlement_id}
    return shop.door.database.write(lambda s: stripe_settlements.approve(s, now, **own, by="Ada"))


def refunds(shop: StripeShop) -> list[int]:
    return [refund["amount"] for refund in shop.api.account.all("refund")]


def owed(shop: StripeShop) -> list[tuple[str, str, int, str]]:
    return [(one.reason, one.kind, one.amount, one.state) for one in rows(shop, "settlements")]
