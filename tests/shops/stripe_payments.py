"""Money at the stand-in: PaymentIntents, charges, refunds. Nobody gets back more than was paid."""

import secrets

from tests.shops.stripe_accounts import Account, Object
from tests.shops.stripe_refusals import invalid
from tests.shops.stripe_sessions import merge
from tests.shops.stripe_shipping import check_amount, check_currency

CHANGEABLE = ("requires_payment_method", "requires_confirmation", "requires_action")
CANCELLABLE = (*CHANGEABLE, "requires_capture", "processing")
SMALLEST = {"eur": 50, "usd": 50, "gbp": 30}


def create_intent(account: Account, params: Object) -> Object:
    """POST /v1/payment_intents. It is confirmed in the shopper's browser: the stand-in takes no card."""
    for name in ("confirm", "payment_method", "payment_method_data"):
        if params.get(name):
            raise invalid("The stand-in is paid by `Shopper`, not by its API.", name)
    _check(params["amount"], params["currency"])
    return add_intent(account, **params)


def add_intent(account: Account, *, amount: int, currency: str, **params: object) -> Object:
    """An intent that waits for its money."""
    intent = account.add("payment_intent")
    intent |= {
        "amount": amount,
        "amount_capturable": 0,
        "amount_received": 0,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": params.get("capture_method", "automatic_async"),
        "client_secret": f"{intent['id']}_secret_{secrets.token_hex(8)}",
        "confirmation_method": "automatic",
        "created": account.now,
        "currency": currency,
        "description": params.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "metadata": dict(params.get("metadata") or {}),  # type: ignore[call-overload]
        "payment_method": None,
        "payment_method_types": params.get("payment_method_types", ["card"]),
        "receipt_email": params.get("receipt_email"),
        "shipping": params.get("shipping"),
        "status": "requires_payment_method",
    }
    account.tell("payment_intent.created", intent)
    return intent


def _check(amount: int, currency: str) -> None:
    check_currency(currency, "currency")
    check_amount(amount, "amount")
    if amount < SMALLEST.get(currency, 50):
        raise invalid("Amount is below the minimum.", "amount", code="amount_too_small")


def update_intent(account: Account, params: Object, intent_id: str) -> Object:
    """POST /v1/payment_intents/{id}: as long as nothing was paid."""
    intent = account.get("payment_intent", intent_id, "intent")
    beyond = set(params) - {"metadata", "description", "expand"}
    if beyond and intent["status"] not in CHANGEABLE:
        raise _unexpected(intent, "updated")
    if "amount" in params or "currency" in params:
        _check(params.get("amount", intent["amount"]), params.get("currency", intent["currency"]))
    for name in ("amount", "currency", "shipping", "description", "receipt_email"):
        if name in params:
            intent[name] = params[name] or None
    if "metadata" in params:
        merge(intent["metadata"], params["metadata"])
    return intent


def retrieve_intent(account: Account, params: Object, intent_id: str) -> Object:
    """GET /v1/payment_intents/{id}."""
    return account.get("payment_intent", intent_id, "intent")


def cancel_intent(account: Account, params: Object, intent_id: str) -> Object:
    """POST /v1/payment_intents/{id}/cancel."""
    intent = account.get("payment_intent", intent_id, "intent")
    if intent["status"] not in CANCELLABLE:
        raise _unexpected(intent, "canceled")
    intent |= {
        "status": "canceled",
        "canceled_at": account.now,
        "cancellation_reason": params.get("cancellation_reason"),
        "amount_capturable": 0,
    }
    account.tell("payment_intent.canceled", intent)
    return intent


def capture_intent(account: Account, params: Object, intent_id: str) -> Object:
    """POST /v1/payment_intents/{id}/capture: not more than was authorised."""
    intent = account.get("payment_intent", intent_id, "intent")
    if intent["status"] != "requires_capture":
        raise _unexpected(intent, "captured")
    amount = params.get("amount_to_capture", intent["amount_capturable"])
    if not 0 < amount <= intent["amount_capturable"]:
        raise invalid("The amount is greater than what can be captured.", "amount_to_capture", code="amount_too_large")
    charge = account.get("charge", intent["latest_charge"])
    charge |= {"captured": True, "amount_captured": amount}
    intent |= {"status": "succeeded", "amount_received": amount, "amount_capturable": 0}
    account.tell("payment_intent.succeeded", intent)
    return intent


def _unexpected(intent: Object, what: str) -> Exception:
    return invalid(
        f"This PaymentIntent could not be {what} because it has a status of {intent['status']}.",
        code="payment_intent_unexpected_state",
    )


def charge_for(account: Account, intent: Object, *, method: str, status: str) -> Object:
    """The attempt to take the intent's money: `succeeded`, `pending` or `failed`."""
    captured = status == "succeeded" and intent["capture_method"] != "manual"
    charge = account.add(
        "charge",
        amount=intent["amount"],
        amount_captured=intent["amount"] if captured else 0,
        amount_refunded=0,
        billing_details={"email": None, "name": None, "phone": None, "address": None},
        captured=captured,
        created=account.now,
        currency=intent["currency"],
        disputed=False,
        failure_code=None,
        failure_message=None,
        metadata=dict(intent["metadata"]),
        paid=status == "succeeded",
        payment_intent=intent["id"],
        payment_method_details={"type": method},
        refunded=False,
        status=status,
    )
    intent["latest_charge"] = charge["id"]
    return charge


def retrieve_charge(account: Account, params: Object, charge_id: str) -> Object:
    """GET /v1/charges/{id}."""
    return account.get("charge", charge_id, "charge")


def listed_charges(account: Account, params: Object) -> Object:
    """GET /v1/charges."""
    return account.listed(_of_intent(account, "charge", params), params, "/v1/charges")


def _of_intent(account: Account, kind: str, params: Object) -> list[Object]:
    found = account.all(kind)
    for name in ("payment_intent", "charge"):
        if name in params:
            account.get(name, params[name], name)
            found = [one for one in found if one.get(name) == params[name]]
    return found


def create_refund(account: Account, params: Object) -> Object:
    """POST /v1/refunds: of a charge that was paid, and with those before it not more than was paid."""
    if ("charge" in params) == ("payment_intent" in params):
        raise invalid("One of the following params should be provided: payment_intent or charge.", "payment_intent")
    charge = _charge_of(account, params)
    if not charge["captured"]:
        raise invalid(f"Charge {charge['id']} has not been captured.", "charge")
    left = charge["amount_captured"] - charge["amount_refunded"]
    amount = params.get("amount", left)
    if charge["refunded"]:
        raise invalid(f"Charge {charge['id']} has already been refunded.", "charge", code="charge_already_refunded")
    if charge["disputed"]:
        raise invalid(f"Charge {charge['id']} has been charged back.", "charge", code="charge_disputed")
    if amount < 1:
        raise invalid("Invalid positive integer.", "amount", code="parameter_invalid_integer")
    if amount > left:
        raise invalid(f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left}).", "amount")
    return _give_back(account, charge, amount, params)


def _charge_of(account: Account, params: Object) -> Object:
    if "charge" in params:
        return account.get("charge", params["charge"], "charge")
    intent = account.get("payment_intent", params["payment_intent"], "payment_intent")
    if intent["status"] != "succeeded":
        raise invalid(
            f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.", "payment_intent"
        )
    return account.get("charge", intent["latest_charge"])


def _give_back(account: Account, charge: Object, amount: int, params: Object) -> Object:
    refund = account.add(
        "refund",
        amount=amount,
        charge=charge["id"],
        created=account.now,
        currency=charge["currency"],
        metadata=dict(params.get("metadata", {})),
        payment_intent=charge["payment_intent"],
        reason=params.get("reason"),
        status="succeeded",
    )
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    account.tell("refund.created", refund)
    account.tell("charge.refunded", charge)
    return refund


def retrieve_refund(account: Account, params: Object, refund_id: str) -> Object:
    """GET /v1/refunds/{id}."""
    return account.get("refund", refund_id, "refund")


def listed_refunds(account: Account, params: Object) -> Object:
    """GET /v1/refunds."""
    return account.listed(_of_intent(account, "refund", params), params, "/v1/refunds")


def retrieve_dispute(account: Account, params: Object, dispute_id: str) -> Object:
    """GET /v1/disputes/{id}."""
    return account.get("dispute", dispute_id, "dispute")
