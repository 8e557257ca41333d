"""Checkout Sessions at the stand-in, with the rules that stand in the SDK's words about each parameter."""

import secrets

from tests.shops import stripe_lines, stripe_shipping
from tests.shops.stripe_accounts import Account, Object
from tests.shops.stripe_refusals import invalid

SHORTEST, LONGEST = 30 * 60, 24 * 60 * 60
NOT_WITH_ELEMENTS = (
    *("after_expiration", "branding_settings", "cancel_url", "custom_fields", "custom_text", "optional_items"),
    *("origin_context", "submit_type", "success_url", "redirect_on_completion", "consent_collection"),
)
NOT_WITH_EMBEDDED = ("cancel_url", "success_url")
LONGEST_REFERENCE = 200
NEEDS_BETA = "form"


def create(account: Account, params: Object) -> Object:
    """POST /v1/checkout/sessions."""
    ui_mode = _check_mode(params)
    _check_shipping(params, ui_mode)
    expires_at = params.get("expires_at", account.now + LONGEST)
    if not account.now + SHORTEST <= expires_at <= account.now + LONGEST:
        raise invalid("The `expires_at` must be between 30 minutes and 24 hours after creation.", "expires_at")
    if len(params.get("client_reference_id", "")) > LONGEST_REFERENCE:
        raise invalid("Invalid string: client_reference_id.", "client_reference_id")
    session = account.add("checkout.session", **_begun(account, params, ui_mode, expires_at))
    subtotal, currency = stripe_lines.put(account, session["id"], params["line_items"], params.get("currency"))
    session |= {"amount_subtotal": subtotal, "currency": currency}
    _offer(account, session, params.get("shipping_options"))
    return session


def _check_mode(params: Object) -> str:
    if params.get("mode") != "payment":
        raise invalid("The stand-in knows `mode=payment` only.", "mode")
    if "line_items" not in params:
        raise invalid("`line_items` are required in `payment` mode.", "line_items", code="parameter_missing")
    ui_mode = str(params.get("ui_mode", "hosted_page"))
    if ui_mode == NEEDS_BETA:
        raise invalid("`ui_mode=form` needs beta access.", "ui_mode")
    forbidden = {"elements": NOT_WITH_ELEMENTS, "embedded_page": NOT_WITH_EMBEDDED}.get(ui_mode, ())
    if found := next((name for name in forbidden if name in params), None):
        raise invalid(f"`{found}` is not allowed with `ui_mode={ui_mode}`.", found)
    if ui_mode == "hosted_page" and "success_url" not in params:
        raise invalid("Missing required param: success_url.", "success_url", code="parameter_missing")
    if ui_mode != "hosted_page" and "return_url" not in params and params.get("redirect_on_completion") != "never":
        raise invalid("Missing required param: return_url.", "return_url", code="parameter_missing")
    return ui_mode


def _check_shipping(params: Object, ui_mode: str) -> None:
    asked = params.get("permissions", {}).get("update_shipping_details")
    if asked and ui_mode != "elements":
        raise invalid("`permissions` is only supported when `ui_mode=elements`.", "permissions")
    if asked == "server_only" and "shipping_address_collection" not in params:
        raise invalid("`server_only` needs `shipping_address_collection`.", "permissions")
    if "shipping_address_collection" in params and not params["shipping_address_collection"]["allowed_countries"]:
        raise invalid("At least one country.", "shipping_address_collection[allowed_countries]")


def _begun(account: Account, params: Object, ui_mode: str, expires_at: int) -> Object:
    secret = f"cs_test_secret_{secrets.token_hex(16)}"
    return {
        "amount_subtotal": 0,
        "amount_total": 0,
        "client_reference_id": params.get("client_reference_id"),
        "client_secret": None if ui_mode == "hosted_page" else secret,
        "collected_information": None,
        "created": account.now,
        "customer_details": None,
        "customer_email": params.get("customer_email"),
        "expires_at": expires_at,
        "metadata": dict(params.get("metadata", {})),
        "mode": "payment",
        "payment_intent": None,
        "payment_link": None,
        "payment_method_types": params.get("payment_method_types", ["card"]),
        "payment_status": "unpaid",
        "permissions": params.get("permissions"),
        "return_url": params.get("return_url"),
        "shipping_address_collection": params.get("shipping_address_collection"),
        "shipping_cost": None,
        "shipping_options": [],
        "status": "open",
        "success_url": params.get("success_url"),
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": ui_mode,
        "url": f"https://checkout.stripe.com/c/pay/{secret}" if ui_mode == "hosted_page" else None,
        "_payment": {
            "metadata": dict(params.get("payment_intent_data", {}).get("metadata", {})),
            "capture_method": params.get("payment_intent_data", {}).get("capture_method", "automatic"),
        },
    }


def _offer(account: Account, session: Object, given: object) -> None:
    session["shipping_options"] = stripe_shipping.options(account, given, session["currency"])
    first = next(iter(session["shipping_options"]), None)
    choose(session, first["shipping_rate"] if first else None)


def choose(session: Object, rate_id: str | None) -> None:
    """Take one of the session's options; its cost becomes part of the total."""
    option = next((one for one in session["shipping_options"] if one["shipping_rate"] == rate_id), None)
    if rate_id is not None and option is None:
        raise invalid("That is not one of the session's shipping options.", "shipping_option")
    session["shipping_cost"] = stripe_shipping.cost(option) if option else None
    shipping = session["shipping_cost"]["amount_total"] if option else 0
    session["total_details"]["amount_shipping"] = shipping
    session["amount_total"] = session["amount_subtotal"] + shipping


def retrieve(account: Account, params: Object, session_id: str) -> Object:
    """GET /v1/checkout/sessions/{id}."""
    end_if_due(account)
    return account.get("checkout.session", session_id, "session")


def update(account: Account, params: Object, session_id: str) -> Object:
    """POST /v1/checkout/sessions/{id}: open sessions only; who may tell the address depends on `permissions`."""
    session = retrieve(account, {}, session_id)
    if session["status"] != "open":
        raise invalid(f"This session is {session['status']} and can no longer be updated.")
    if "collected_information" in params:
        _collect(session, params["collected_information"])
    if "payment_intent_data" in params:
        if session["ui_mode"] != "elements":
            raise invalid("`payment_intent_data` can be updated with `ui_mode=elements` only.", "payment_intent_data")
        merge(session["_payment"]["metadata"], params["payment_intent_data"].get("metadata", {}))
    if "line_items" in params:
        subtotal, _ = stripe_lines.put(account, session_id, params["line_items"], session["currency"])
        session["amount_subtotal"] = subtotal
    if "metadata" in params:
        merge(session["metadata"], params["metadata"])
    if "shipping_options" in params:
        _offer(account, session, params["shipping_options"])
    elif session["shipping_cost"]:
        choose(session, session["shipping_cost"]["shipping_rate"])
    else:
        choose(session, None)
    return session


def _collect(session: Object, given: Object) -> None:
    if session["ui_mode"] not in ("elements", "embedded_page"):
        raise invalid("It can be set for `embedded_page` and `elements` only.", "collected_information")
    if (
        session["ui_mode"] == "elements"
        and (session["permissions"] or {}).get("update_shipping_details") != "server_only"
    ):
        raise invalid(
            "The session's `permissions` do not let the server set shipping details.", "collected_information"
        )
    details = given.get("shipping_details")
    if details is None:
        return
    allowed = (session["shipping_address_collection"] or {}).get("allowed_countries", [])
    if details["address"]["country"] not in allowed:
        raise invalid("The country is not among the allowed countries.", "collected_information[shipping_details]")
    empty = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    shipping = {"name": details["name"], "address": empty | details["address"]}
    session["collected_information"] = {"business_name": None, "individual_name": None, "shipping_details": shipping}


def merge(metadata: Object, given: Object | str) -> None:
    """Stripe merges metadata; an empty value takes a key away, an empty metadata all of them."""
    if given == "":
        metadata.clear()
        return
    assert isinstance(given, dict)
    for name, value in given.items():
        if value == "":
            metadata.pop(name, None)
        else:
            metadata[name] = value


def expire(account: Account, params: Object, session_id: str) -> Object:
    """POST /v1/checkout/sessions/{id}/expire: open sessions only."""
    session = retrieve(account, {}, session_id)
    if session["status"] != "open":
        raise invalid(
            f'Only Checkout Sessions with a status in ["open"] can be expired. This one is {session["status"]}.'
        )
    _end(account, session)
    return session


def end_if_due(account: Account) -> None:
    """End what is over by the clock, with its event."""
    for session in account.all("checkout.session"):
        if session["status"] == "open" and account.now >= session["expires_at"]:
            _end(account, session)


def _end(account: Account, session: Object) -> None:
    session["status"] = "expired"
    account.tell("checkout.session.expired", session)


def listed(account: Account, params: Object) -> Object:
    """GET /v1/checkout/sessions."""
    end_if_due(account)
    found = account.all("checkout.session")
    for name in ("payment_intent", "payment_link", "status"):
        if name in params:
            found = [session for session in found if session[name] == params[name]]
    return account.listed(found, params, "/v1/checkout/sessions")


def line_items(account: Account, params: Object, session_id: str) -> Object:
    """GET /v1/checkout/sessions/{id}/line_items."""
    session = account.get("checkout.session", session_id, "session")
    found = [item for item in account.all("item") if item["_of"] == session["id"]][::-1]
    return account.listed(found, params, f"/v1/checkout/sessions/{session_id}/line_items")
