"""Which calls the stand-in knows: what each may say by the SDK's types, what a restricted key needs for it, and who answers."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from stripe import params as of
from stripe.params import checkout as of_checkout

from tests.shops import stripe_links, stripe_payments, stripe_sessions, stripe_shipping
from tests.shops.stripe_accounts import Account, Object
from tests.shops.stripe_events import DAYS_LISTED
from tests.shops.stripe_refusals import Refused, invalid, missing

Answerer = Callable[..., Object]


@dataclass(frozen=True)
class Call:
    """One call of the API. `answer` takes the account, the checked parameters and what the path names."""

    method: str
    path: str
    params: Any
    needs: str
    answer: Answerer

    def fits(self, method: str, path: str) -> re.Match[str] | None:
        if method != self.method:
            return None
        return re.fullmatch(re.sub(r"\{\w+\}", "([A-Za-z0-9_]+)", self.path), path)


def _account(account: Account, params: Object) -> Object:
    return {
        "id": account.id,
        "object": "account",
        "business_type": "company",
        "charges_enabled": True,
        "country": account.country,
        "default_currency": account.currency,
        "details_submitted": True,
        "email": "shop@example.org",
        "payouts_enabled": True,
        "type": "standard",
    }


def _balance(account: Account, params: Object) -> Object:
    none = [{"amount": 0, "currency": account.currency, "source_types": {"card": 0}}]
    return {"object": "balance", "available": none, "pending": none, "livemode": False}


def _rate(account: Account, params: Object, rate_id: str) -> Object:
    return account.get("shipping_rate", rate_id, "shipping_rate_token")


def _intents(account: Account, params: Object) -> Object:
    return account.listed(account.all("payment_intent"), params, "/v1/payment_intents")


def _event(account: Account, params: Object, event_id: str) -> Object:
    found = next((written for written in account.events if written.id == event_id), None)
    if found is None:
        raise missing("event", event_id)
    return found.shown()


def _events(account: Account, params: Object) -> Object:
    """The last 30 days, the newest first; `delivery_success=false`: those that wait or were given up."""
    if "type" in params and "types" in params:
        raise invalid("You may pass either type or types, but not both.", "types")
    if len(params.get("types", [])) > 20:
        raise invalid("At most 20 types.", "types")
    oldest = account.now - int(DAYS_LISTED.total_seconds())
    found = [each for each in reversed(account.events) if each.event["created"] > oldest]
    if "delivery_success" in params:
        found = [each for each in found if (each.waiting_at == 0) == params["delivery_success"]]
    if "type" in params:
        pattern = re.escape(params["type"]).replace(r"\*", ".*")
        found = [each for each in found if re.fullmatch(pattern, each.type)]
    if "types" in params:
        found = [each for each in found if each.type in params["types"]]
    found = [each for each in found if _created_in(each.event["created"], params.get("created", {}))]
    return account.listed([each.shown() for each in found], params, "/v1/events")


def _created_in(at: int, bounds: Object | int) -> bool:
    if isinstance(bounds, int):
        return at == bounds
    asked = {"gt": int.__gt__, "gte": int.__ge__, "lt": int.__lt__, "lte": int.__le__}
    return all(asked[name](at, bound) for name, bound in bounds.items())


SESSIONS, SESSION = "/v1/checkout/sessions", "/v1/checkout/sessions/{id}"
INTENTS, INTENT = "/v1/payment_intents", "/v1/payment_intents/{id}"
LINKS, LINK = "/v1/payment_links", "/v1/payment_links/{id}"
RATES = "/v1/shipping_rates"

CALLS = (
    Call("POST", SESSIONS, of_checkout.SessionCreateParams, "checkout_sessions:write", stripe_sessions.create),
    Call("GET", SESSIONS, of_checkout.SessionListParams, "checkout_sessions:read", stripe_sessions.listed),
    Call("GET", SESSION, of_checkout.SessionRetrieveParams, "checkout_sessions:read", stripe_sessions.retrieve),
    Call("POST", SESSION, of_checkout.SessionUpdateParams, "checkout_sessions:write", stripe_sessions.update),
    Call(
        "POST", SESSION + "/expire", of_checkout.SessionExpireParams, "checkout_sessions:write", stripe_sessions.expire
    ),
    Call(
        "GET",
        SESSION + "/line_items",
        of_checkout.SessionLineItemListParams,
        "checkout_sessions:read",
        stripe_sessions.line_items,
    ),
    Call("POST", RATES, of.ShippingRateCreateParams, "shipping_rates:write", stripe_shipping.create_rate),
    Call("GET", RATES + "/{id}", of.ShippingRateRetrieveParams, "shipping_rates:read", _rate),
    Call("POST", INTENTS, of.PaymentIntentCreateParams, "payment_intents:write", stripe_payments.create_intent),
    Call("GET", INTENTS, of.PaymentIntentListParams, "payment_intents:read", _intents),
    Call("GET", INTENT, of.PaymentIntentRetrieveParams, "payment_intents:read", stripe_payments.retrieve_intent),
    Call("POST", INTENT, of.PaymentIntentUpdateParams, "payment_intents:write", stripe_payments.update_intent),
    Call(
        "POST", INTENT + "/cancel", of.PaymentIntentCancelParams, "payment_intents:write", stripe_payments.cancel_intent
    ),
    Call(
        "POST",
        INTENT + "/capture",
        of.PaymentIntentCaptureParams,
        "payment_intents:write",
        stripe_payments.capture_intent,
    ),
    Call("GET", "/v1/charges", of.ChargeListParams, "charges:read", stripe_payments.listed_charges),
    Call("GET", "/v1/charges/{id}", of.ChargeRetrieveParams, "charges:read", stripe_payments.retrieve_charge),
    Call("POST", "/v1/refunds", of.RefundCreateParams, "refunds:write", stripe_payments.create_refund),
    Call("GET", "/v1/refunds", of.RefundListParams, "refunds:read", stripe_payments.listed_refunds),
    Call("GET", "/v1/refunds/{id}", of.RefundRetrieveParams, "refunds:read", stripe_payments.retrieve_refund),
    Call("GET", "/v1/disputes/{id}", of.DisputeRetrieveParams, "disputes:read", stripe_payments.retrieve_dispute),
    Call("POST", LINKS, of.PaymentLinkCreateParams, "payment_links:write", stripe_links.create),
    Call("GET", LINK, of.PaymentLinkRetrieveParams, "payment_links:read", stripe_links.retrieve),
    Call("POST", LINK, of.PaymentLinkUpdateParams, "payment_links:write", stripe_links.update),
    Call("GET", "/v1/events", of.EventListParams, "events:read", _events),
    Call("GET", "/v1/events/{id}", of.EventRetrieveParams, "events:read", _event),
    Call("GET", "/v1/account", of.AccountRetrieveCurrentParams, "account:read", _account),
    Call("GET", "/v1/balance", of.BalanceRetrieveParams, "balance:read", _balance),
)


def call_for(method: str, path: str) -> tuple[Call, tuple[str, ...]]:
    """The call of this method and path, and what the path names. Refused with 404 for what the stand-in does not know."""
    for call in CALLS:
        if match := call.fits(method, path):
            return call, match.groups()
    raise Refused(404, "invalid_request_error", f"Unrecognized request URL ({method}: {path}).")
