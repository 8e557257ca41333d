"""Payment links at the stand-in: an address at which an amount can be paid, as often as it says."""

import secrets

from tests.shops import stripe_lines
from tests.shops.stripe_accounts import Account, Object
from tests.shops.stripe_refusals import invalid
from tests.shops.stripe_sessions import merge


def create(account: Account, params: Object) -> Object:
    """POST /v1/payment_links."""
    for name in ("subscription_data", "application_fee_amount", "transfer_data", "on_behalf_of", "shipping_options"):
        if name in params:
            raise invalid("The stand-in's links sell goods once, for the account itself.", name)
    limit = params.get("restrictions", {}).get("completed_sessions", {}).get("limit")
    if limit is not None and limit < 1:
        raise invalid("Invalid limit.", "restrictions[completed_sessions][limit]")
    after = params.get("after_completion", {"type": "hosted_confirmation"})
    if (after["type"] == "redirect") != ("redirect" in after):
        raise invalid("`redirect` belongs to `type=redirect`.", "after_completion")
    link = account.add("payment_link")
    _, currency = stripe_lines.put(account, link["id"], params["line_items"], params.get("currency"))
    link |= {
        "active": True,
        "after_completion": after,
        "allow_promotion_codes": False,
        "billing_address_collection": params.get("billing_address_collection", "auto"),
        "currency": currency,
        "custom_fields": [],
        "customer_creation": params.get("customer_creation", "if_required"),
        "inactive_message": params.get("inactive_message"),
        "metadata": dict(params.get("metadata", {})),
        "payment_intent_data": params.get("payment_intent_data"),
        "payment_method_collection": "always",
        "payment_method_types": params.get("payment_method_types"),
        "restrictions": {"completed_sessions": {"count": 0, "limit": limit}} if limit else None,
        "shipping_options": [],
        "submit_type": params.get("submit_type", "auto"),
        "url": f"https://buy.stripe.com/test_{secrets.token_hex(8)}",
    }
    account.tell("payment_link.created", link)
    return link


def retrieve(account: Account, params: Object, link_id: str) -> Object:
    """GET /v1/payment_links/{id}."""
    return account.get("payment_link", link_id, "payment_link")


def update(account: Account, params: Object, link_id: str) -> Object:
    """POST /v1/payment_links/{id}: whether it is active, and its words."""
    link = retrieve(account, {}, link_id)
    unknown = set(params) - {"active", "metadata", "inactive_message", "expand"}
    if unknown:
        raise invalid("The stand-in does not change that of a link.", sorted(unknown)[0])
    for name in ("active", "inactive_message"):
        if name in params:
            link[name] = params[name]
    if "metadata" in params:
        merge(link["metadata"], params["metadata"])
    account.tell("payment_link.updated", link)
    return link
