"""The stand-in for Stripe, asked by the real SDK: what it takes, and that it refuses what Stripe would."""

import json
import threading

import pytest
import stripe
from stripe import StripeClient

from tests.shops.stripe_api import Fault, StripeApi
from tests.shops.stripe_asked import LINES, NAME, address, api, client, client_of, open_session, rate, served
from tests.shops.stripe_events import Post
from tests.shops.stripe_shopper import Shopper

__all__ = ["api", "client", "served"]


def test_a_session_is_made_told_where_it_goes_and_paid(api: StripeApi, client: StripeClient) -> None:
    session = open_session(client, metadata={"basket": "7"})
    assert (session.status, session.amount_total) == ("open", 4900)
    estimate = {"minimum": {"unit": "hour", "value": 3}, "maximum": {"unit": "day", "value": 2}}
    options = [rate(delivery_estimate=estimate, metadata={"choice": "c"}, tax_code="txcd_92010001"), rate(0)]
    updated = client.v1.checkout.sessions.update(session.id, {**address(), "shipping_options": options})
    assert updated.shipping_cost.amount_total == 595
    assert updated.amount_total == 5495
    Shopper(api.account).pay(session.id)
    paid = client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["shipping_cost.shipping_rate", "payment_intent"]}
    )
    assert (paid.status, paid.payment_status) == ("complete", "paid")
    assert paid.shipping_cost.shipping_rate.metadata["choice"] == "c"
    assert paid.shipping_cost.shipping_rate.display_name == NAME
    assert paid.payment_intent.amount_received == 5495
    assert paid.collected_information.shipping_details.address.postal_code == "1016 GV"
    assert client.v1.events.list().data[0].type == "checkout.session.completed"


def test_the_server_tells_the_address_only_where_it_may(client: StripeClient) -> None:
    session = open_session(client, permissions={"update_shipping_details": "client_only"})
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.update(session.id, address())


def test_what_is_over_cannot_be_updated_or_expired_again(api: StripeApi, client: StripeClient) -> None:
    over, paid, late = open_session(client), open_session(client), open_session(client)
    client.v1.checkout.sessions.expire(over.id)
    client.v1.checkout.sessions.update(paid.id, address())
    Shopper(api.account).pay(paid.id)
    api.clock.forward(hours=24)  # type: ignore[attr-defined]
    for session, status in ((over, "expired"), (paid, "complete"), (late, "expired")):
        assert client.v1.checkout.sessions.retrieve(session.id).status == status
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.checkout.sessions.update(session.id, {"metadata": {"a": "b"}})
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.checkout.sessions.expire(session.id)


def test_keys_see_their_own_account_and_what_they_may(api: StripeApi, client: StripeClient) -> None:
    session = open_session(client)
    other = api.add_account()
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client_of(api, other.secret_key).v1.checkout.sessions.retrieve(session.id)
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")
    reads = client_of(api, api.account.restricted_key("checkout_sessions:read"))
    assert reads.v1.checkout.sessions.retrieve(session.id).id == session.id
    with pytest.raises(stripe.PermissionError):
        reads.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    with pytest.raises(stripe.PermissionError):
        reads.v1.checkout.sessions.expire(session.id)
    with pytest.raises(stripe.AuthenticationError):
        client_of(api, "sk_test_nobody").v1.checkout.sessions.retrieve(session.id)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.retrieve(session.id)


def test_nobody_gets_back_more_than_was_paid(api: StripeApi, client: StripeClient) -> None:
    intent = client.v1.payment_intents.create({"amount": 1000, "currency": "eur", "metadata": {"order": "1"}})
    refunds = client.v1.refunds
    with pytest.raises(stripe.InvalidRequestError):
        refunds.create({"payment_intent": intent.id})
    Shopper(api.account).pay_intent(intent.id)
    refunds.create({"payment_intent": intent.id, "amount": 400, "reason": "requested_by_customer"})
    for wrong in (
        {"amount": 601},
        {"amount": 0},
        {"amount": 1, "reason": "broken_promise"},
        {"amount": 1, "who": "me"},
    ):
        with pytest.raises(stripe.InvalidRequestError):
            refunds.create({"payment_intent": intent.id, **wrong})  # type: ignore[arg-type]
    refunds.create({"payment_intent": intent.id})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        refunds.create({"payment_intent": intent.id, "amount": 1})
    assert refused.value.code == "charge_already_refunded"
    assert client.v1.charges.retrieve(str(client.v1.payment_intents.retrieve(intent.id).latest_charge)).refunded
    assert [refund.amount for refund in refunds.list({"payment_intent": intent.id}).data] == [600, 400]


def test_a_key_gives_the_same_answer_for_a_day_and_to_the_same_request_alone(
    api: StripeApi, client: StripeClient
) -> None:
    intent = client.v1.payment_intents.create({"amount": 1000, "currency": "eur"})
    Shopper(api.account).pay_intent(intent.id)
    back, options = {"payment_intent": intent.id, "amount": 100}, {"idempotency_key": "refund:bk_1"}
    first = client.v1.refunds.create(back, options)
    assert client.v1.refunds.create(back, options).id == first.id
    with pytest.raises(stripe.IdempotencyError):
        client.v1.refunds.create(back | {"amount": 200}, options)
    assert client_of(api, api.add_account().secret_key).v1.refunds.list().data == []
    api.clock.forward(hours=24)  # type: ignore[attr-defined]
    assert client.v1.refunds.create(back, options).id != first.id


@pytest.mark.parametrize("status", [500, None])
@pytest.mark.parametrize("after", [True, False])
def test_a_call_that_breaks_is_answered_the_same_by_its_key(
    api: StripeApi, client: StripeClient, status: int | None, after: bool
) -> None:
    intent = client.v1.payment_intents.create({"amount": 1000, "currency": "eur"})
    Shopper(api.account).pay_intent(intent.id)
    api.faults.append(Fault(status, after, "/v1/refunds"))
    back, options = {"payment_intent": intent.id, "amount": 100}, {"idempotency_key": "refund:bk_1"}
    with pytest.raises((stripe.APIError, stripe.APIConnectionError)):
        client.v1.refunds.create(back, options)
    done = len(client.v1.refunds.list().data)
    assert done == int(after)
    if status == 500:
        with pytest.raises(stripe.APIError):
            client.v1.refunds.create(back, options)
        assert len(client.v1.refunds.list().data) == done
    else:
        client.v1.refunds.create(back, options)
        assert len(client.v1.refunds.list().data) == 1


def test_two_calls_with_one_key_at_once_do_not_both_work(api: StripeApi, client: StripeClient) -> None:
    gate = threading.Event()
    api.faults.append(Fault(gate=gate, path="/v1/payment_intents"))
    asked = {"amount": 1000, "currency": "eur"}
    first = threading.Thread(target=lambda: client.v1.payment_intents.create(asked, {"idempotency_key": "k"}))
    first.start()
    while "k" not in api.account.kept:
        pass
    with pytest.raises(stripe.APIError) as refused:
        client.v1.payment_intents.create(asked, {"idempotency_key": "k"})
    gate.set()
    first.join()
    assert refused.value.http_status == 409
    assert len(api.account.all("payment_intent")) == 1


def test_a_link_is_paid_as_often_as_it_says(api: StripeApi, client: StripeClient) -> None:
    link = client.v1.payment_links.create(
        {
            "line_items": LINES,  # type: ignore[typeddict-item]
            "restrictions": {"completed_sessions": {"limit": 1}},
            "metadata": {"settlement": "st_1"},
            "payment_intent_data": {"metadata": {"settlement": "st_1"}},
        }
    )
    session = Shopper(api.account).pay_link(link.id)
    assert session["metadata"] == {"settlement": "st_1"}
    assert client.v1.payment_intents.retrieve(session["payment_intent"]).metadata["settlement"] == "st_1"
    with pytest.raises(Exception, match="not active"):
        Shopper(api.account).pay_link(link.id)
    assert client.v1.payment_links.update(link.id, {"active": False}).active is False


def test_events_come_signed_late_twice_and_in_any_order(api: StripeApi, client: StripeClient) -> None:
    got: list[tuple[str, dict[str, str]]] = []
    statuses = [200, 500]

    def send(body: bytes, headers: dict[str, str]) -> int:
        got.append((body.decode(), headers))
        return statuses[len(got) % 2]

    post = Post(send, ["whsec_new", "whsec_old"], api.clock)
    api.account.posts.append(post)
    sessions = [open_session(client) for _ in range(3)]
    for session in sessions:
        client.v1.checkout.sessions.expire(session.id)
    assert post.deliver_reversed() == [500, 200, 500]
    body, headers = got[0]
    assert json.loads(body)["data"]["object"]["id"] == sessions[2].id
    for secret in post.secrets:
        stripe.WebhookSignature.verify_header(body, headers["Stripe-Signature"], secret)
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.WebhookSignature.verify_header(body, headers["Stripe-Signature"], "whsec_wrong")
    missed = client.v1.events.list({"delivery_success": False, "types": ["checkout.session.expired"]})
    assert {event.data.object["id"] for event in missed.data} == {sessions[0].id, sessions[2].id}
    post.drop(post.waiting[0])
    assert len(client.v1.events.list({"delivery_success": False}).data) == 2
    assert post.deliver(post.waiting[0], times=2) == [200, 500]
    assert len(client.v1.events.list({"delivery_success": False}).data) == 1
    api.clock.forward(days=31)  # type: ignore[attr-defined]
    assert client.v1.events.list().data == []


OBJECTS = {
    "checkout.session": stripe.checkout.Session,
    "payment_intent": stripe.PaymentIntent,
    "charge": stripe.Charge,
    "refund": stripe.Refund,
    "shipping_rate": stripe.ShippingRate,
    "payment_link": stripe.PaymentLink,
    "dispute": stripe.Dispute,
    "price": stripe.Price,
    "item": stripe.LineItem,
    "event": stripe.Event,
}


def test_what_it_answers_has_the_names_that_the_sdk_knows(api: StripeApi, client: StripeClient) -> None:
    shopper = Shopper(api.account)
    session = open_session(client, shipping_options=[rate()])
    client.v1.checkout.sessions.update(session.id, address())
    intent = shopper.pay(session.id)["payment_intent"]
    shopper.refund_by_hand(intent, 100)
    shopper.dispute(intent)
    link = client.v1.payment_links.create({"line_items": LINES})  # type: ignore[typeddict-item]
    shopper.pay_link(link.id)
    seen = set()
    for made in [*api.account.objects.values(), *(written.event for written in api.account.events)]:
        if known := OBJECTS.get(made["object"]):
            names = {name for name in made if not name.startswith("_")}
            assert names <= set(known.__annotations__), made["object"]
            seen.add(made["object"])
    assert seen == set(OBJECTS)


def test_pages_of_a_list_follow_each_other(client: StripeClient) -> None:
    made = [open_session(client).id for _ in range(5)]
    found = client.v1.checkout.sessions.list({"limit": 2})
    assert [session.id for session in found.auto_paging_iter()] == made[::-1]
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.list({"limit": 101})
