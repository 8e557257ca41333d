"""POST /plugin/stripe/webhooks/{pk}: Stripe says that something happened. It is kept here, and done by the worker.

An event is believed when its signature is right and new; of what it says only whom it is about is kept.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from flask import Blueprint, Response, request

from delivery import stripe_accounts, stripe_events
from delivery.store.engine import Session
from delivery.stripe_accounts import LIVE, StripeAccount
from plugin.shops.stripe.problems import WebhookNotSigned
from web.service import now, service

TOLERANCE = timedelta(seconds=300)
"""How old a signature may be, and how far ahead Stripe's clock: what was recorded cannot be played again later."""
LONGEST_ID, LONGEST_TYPE = 255, 100


def make_blueprint() -> Blueprint:
    """Stripe's own call. It has no web origin and no key of ours: the signature is what counts."""
    blueprint = Blueprint("stripe_webhooks", __name__, url_prefix="/plugin/stripe/webhooks")
    blueprint.add_url_rule("/<string:pk>", "take", _take, methods=["POST"])
    return blueprint


def _take(pk: str) -> Response:
    body = request.get_data()
    with service().database.reading() as session:
        setup = service().memory.setup_of(session, now(), pk, "publishable")
        account = stripe_accounts.find(session, setup.merchant_id)
    if account is None:
        raise WebhookNotSigned("The shop has not connected its account at Stripe.")
    _check_signature(account, body)
    event = _event(body)
    if event is not None and event["livemode"] is not (account.mode == LIVE):
        raise WebhookNotSigned("It comes from another mode than the key that the shop gave.")
    service().database.write(lambda session: _keep(session, account, event))
    return Response(status=200)


def _check_signature(account: StripeAccount, body: bytes) -> None:
    """Raises WebhookNotSigned. While a secret is rotated, the old one's signature does as well as the new one's."""
    from stripe import SignatureVerificationError, WebhookSignature

    header = request.headers.get("Stripe-Signature", "")
    for secret in account.webhook_secrets(now(), service().signer):
        try:
            # Without its own tolerance: that would read another clock, and let any moment to come pass.
            WebhookSignature.verify_header(body, header, secret)
        except (SignatureVerificationError, ValueError, TypeError):
            # TypeError: the SDK compares it letter by letter, and takes none beyond ASCII.
            continue
        if abs(now() - _signed_at(header)) <= TOLERANCE:
            return
        raise WebhookNotSigned("Its signature is too old.")
    raise WebhookNotSigned("Its signature is missing or wrong.")


def _signed_at(header: str) -> datetime:
    """The moment that was signed: the first `t`, as the SDK takes it."""
    seconds = next(part[2:] for part in header.split(",") if part.startswith("t="))
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise WebhookNotSigned("Its signature has no moment.") from error


def _event(body: bytes) -> dict[str, Any] | None:
    """The event, if it is one of those with the object in it; other kinds say nothing to us."""
    try:
        event = orjson.loads(body)
        about = event["data"]["object"]
        named = all(isinstance(text, str) and text for text in (event["id"], event["type"], about["id"]))
        fits = named and len(event["id"]) <= LONGEST_ID >= len(about["id"]) and len(event["type"]) <= LONGEST_TYPE
        datetime.fromtimestamp(event["created"], UTC)
        return event if fits and isinstance(event["livemode"], bool) else None
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, OverflowError, OSError):
        return None


def _keep(session: Session, account: StripeAccount, event: dict[str, Any] | None) -> None:
    stripe_accounts.heard(session, now(), account.merchant_id)
    if event is not None:
        keep(session, now(), account.merchant_id, event)


def keep(session: Session, now: datetime, merchant_id: str, event: Any) -> bool:
    """Keep one event as Stripe writes it. False when it is known, or says nothing to us."""
    about = event["data"]["object"]
    # Of a charge or a dispute it is the payment that counts, which may be one of ours.
    object_id = about.get("payment_intent") if event["type"].startswith("charge.") else about["id"]
    if not isinstance(object_id, str):
        return False
    return stripe_events.keep(
        session,
        now,
        merchant_id=merchant_id,
        event_id=event["id"],
        event_type=event["type"],
        object_id=object_id,
        created_at=datetime.fromtimestamp(event["created"], UTC),
    )
