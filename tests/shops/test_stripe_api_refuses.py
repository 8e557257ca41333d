"""What Stripe would not take the stand-in does not take: unknown names, values and ids that are none."""

from typing import Any

import pytest
import stripe
from stripe import StripeClient

from tests.shops.stripe_asked import ADDRESS, NOW, address, api, client, elements, open_session, rate, served

__all__ = ["api", "client", "served"]


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"mode": "pay"}, "mode"),
        ({"ui_mode": "custom"}, "ui_mode"),
        ({"ui_mode": "form"}, "ui_mode"),
        ({"ui_mode": "hosted_page", "success_url": "https://shop.test/"}, "permissions"),
        ({"success_url": "https://shop.test/"}, "success_url"),
        ({"colour": "red"}, "colour"),
        ({"line_items": []}, "line_items"),
        ({"line_items": [{"price": "price_nothing", "quantity": 1}]}, "line_items[0]"),
        ({"line_items": [{"quantity": 1}]}, "line_items[0]"),
        ({"permissions": {"update_shipping_details": "both"}}, "permissions[update_shipping_details]"),
        ({"shipping_address_collection": {"allowed_countries": ["Holland"]}}, "shipping_address_collection"),
        ({"shipping_options": [rate()] * 6}, "shipping_options"),
        ({"shipping_options": [{"shipping_rate": "shr_nothing"}]}, "shipping_options[0]"),
        ({"shipping_options": [rate(display_name="x" * 101)]}, "shipping_options[0]"),
        ({"shipping_options": [rate(-1)]}, "shipping_options[0]"),
        ({"shipping_options": [rate(tax_behavior="both")]}, "shipping_options[0]"),
        ({"shipping_options": [rate(fixed_amount={"amount": 5, "currency": "usd"})]}, "shipping_options[0]"),
        (
            {"shipping_options": [rate(delivery_estimate={"minimum": {"unit": "day", "value": 0}})]},
            "shipping_options[0]",
        ),
        (
            {"shipping_options": [rate(delivery_estimate={"minimum": {"unit": "night", "value": 1}})]},
            "shipping_options[0]",
        ),
        ({"shipping_options": [rate(type="per_kilo")]}, "shipping_options[0]"),
        ({"expires_at": int(NOW.timestamp()) + 60}, "expires_at"),
        ({"expires_at": "tomorrow"}, "expires_at"),
        ({"client_reference_id": "x" * 201}, "client_reference_id"),
        ({"metadata": {str(number): "1" for number in range(51)}}, "metadata"),
        ({"metadata": {"k" * 41: "1"}}, "metadata"),
        ({"metadata": {"k": "1" * 501}}, "metadata"),
        ({"idempotency_key": "k", "expand": ["customer.cards"]}, "idempotency_key"),
        ({"expand": ["nothing"]}, "expand"),
    ],
    ids=lambda value: str(value)[:50],
)
def test_a_session_that_stripe_would_not_take_is_refused(
    client: StripeClient, wrong: dict[str, Any], where: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(elements(**wrong))
    assert (refused.value.param or "").startswith(where)


@pytest.mark.parametrize(
    "wrong",
    [
        {"shipping_cost": {"amount_total": 0}},
        {"amount_total": "1"},
        {"client_reference_id": "other"},
        {"collected_information": {"shipping_details": {"name": "A. Jansen"}}},
        {"collected_information": {"shipping_details": {"name": "", "address": ADDRESS}}},
        address(country="US"),
        address(street="Prinsengracht"),
        {"shipping_options": [{**rate(), "shipping_rate": "shr_1"}]},
    ],
    ids=str,
)
def test_an_update_that_stripe_would_not_take_is_refused(client: StripeClient, wrong: dict[str, Any]) -> None:
    session = open_session(client)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.update(session.id, wrong)  # type: ignore[arg-type]
