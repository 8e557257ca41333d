"""What Stripe tells is believed by its signature, and kept once."""

import json
from typing import Any

import pytest
import stripe

from delivery import stripe_accounts
from delivery.audit import OPERATOR
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.doors import another_merchant
from tests.shops.stripe_shop import WEBHOOK_SECRET, StripeShop
from tests.shops.stripe_worker import later, post_of, rows


@pytest.mark.parametrize(
    ("header", "secret"),
    [
        (None, WEBHOOK_SECRET),
        ("", WEBHOOK_SECRET),
        ("t=1,v1=", WEBHOOK_SECRET),
        ("v1=00", WEBHOOK_SECRET),
        ("t=soon,v1=00", WEBHOOK_SECRET),
        ("nonsense", WEBHOOK_SECRET),
        ("t=1,v1=é", WEBHOOK_SECRET),
        ("signed", "whsec_wrong"),
        ("signed", ""),
    ],
)
def test_what_is_not_signed_is_refused(plain_stripe_shop: StripeShop, header: str | None, secret: str) -> None:
    body = event("checkout.session.completed")
    at = int(plain_stripe_shop.door.clock().timestamp())
    if header == "signed":
        header = stripe.WebhookSignature.generate_signature_header(body, secret, at)
    headers = {} if header is None else {"Stripe-Signature": header}
    response = take(plain_stripe_shop, body, headers)
    assert (response.status_code, response.get_json()["code"]) == (400, "webhook_not_signed")
    assert rows(plain_stripe_shop, "stripe_events") == []


@pytest.mark.parametrize(("seconds", "status"), [(-300, 200), (-301, 400), (300, 200), (301, 400), (10**12, 400)])
def test_a_signature_counts_for_five_minutes(plain_stripe_shop: StripeShop, seconds: int, status: int) -> None:
    body = event("checkout.session.completed")
    at = int(plain_stripe_shop.door.clock().timestamp()) + seconds
    header = stripe.WebhookSignature.generate_signature_header(body, WEBHOOK_SECRET, at)
    assert take(plain_stripe_shop, body, {"Stripe-Signature": header}).status_code == status


def test_a_secret_is_changed_without_losing_anything(plain_stripe_shop: StripeShop) -> None:
    shop = plain_stripe_shop
    old, both = post_of(shop), post_of(shop, "whsec_new", WEBHOOK_SECRET)
    with_new = post_of(shop, "whsec_new")
    session = shop.session()
    shop.client.v1.checkout.sessions.expire(session.id)
    assert (old.deliver(), with_new.deliver()) == ([200], [400])
    whose, signer = MERCHANT_ID, shop.door.service.signer
    now = shop.door.clock()
    shop.door.database.write(
        lambda session: stripe_accounts.keep_webhook_secret(session, now, whose, "whsec_new", signer, OPERATOR)
    )
    assert (with_new.deliver(), both.deliver()) == ([200], [200])
    shop.client.v1.checkout.sessions.expire(shop.session().id)
    assert old.deliver() == [200]
    later(shop, days=3)
    shop.client.v1.checkout.sessions.expire(shop.session().id)
    assert (old.deliver(), both.deliver()[-1]) == ([400], 200)


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", "nonsense", '{"id": 1}', '{"object": "v2.core.event", "id": "evt_1"}']
)
def test_what_is_signed_but_says_nothing_is_thanked_for(plain_stripe_shop: StripeShop, body: str) -> None:
    header = post_of(plain_stripe_shop).signature(body)
    assert take(plain_stripe_shop, body, {"Stripe-Signature": header}).status_code == 200
    assert rows(plain_stripe_shop, "stripe_events") == []


def test_events_of_others_and_of_another_mode_are_not_taken(plain_stripe_shop: StripeShop) -> None:
    shop, other = plain_stripe_shop, another_merchant(plain_stripe_shop.door)
    body = event("checkout.session.completed")
    header = {"Stripe-Signature": post_of(shop).signature(body)}
    assert shop.door.client.post(f"/plugin/stripe/webhooks/{other.shop}", data=body, headers=header).status_code == 400
    assert shop.door.client.post("/plugin/stripe/webhooks/pk_nobody", data=body, headers=header).status_code == 404
    live = event("checkout.session.completed", livemode=True)
    assert take(shop, live, {"Stripe-Signature": post_of(shop).signature(live)}).status_code == 400


def event(event_type: str, livemode: bool = False) -> str:
    about = {"id": "cs_test_1", "object": "checkout.session"}
    facts = {"id": "evt_1", "object": "event", "type": event_type, "created": 1_790_000_000, "livemode": livemode}
    return json.dumps(facts | {"data": {"object": about}})


def take(shop: StripeShop, body: str, headers: dict[str, str]) -> Any:
    return shop.door.client.post(f"/plugin/stripe/webhooks/{shop.door.shop}", data=body, headers=headers)
