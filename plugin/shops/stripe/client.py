"""Asking Stripe, by its own SDK."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stripe import StripeClient

CONNECT_SECONDS, ANSWER_SECONDS = 3.0, 8.0
"""A shopper waits for it."""


@contextmanager
def calling(api: str, key: str) -> Iterator["StripeClient"]:
    """Stripe at this address, asked with this key. Tries once: whoever calls knows whether to try again, and with which
    Idempotency-Key. Raises what the SDK raises, stripe.StripeError.

    The SDK is loaded by the first call: it takes a quarter of a second, and most commands never ask Stripe.
    """
    import stripe

    stripe.enable_telemetry = False
    http = stripe.RequestsClient(timeout=(CONNECT_SECONDS, ANSWER_SECONDS))
    try:
        yield stripe.StripeClient(key, base_addresses={"api": api}, http_client=http, max_network_retries=0)
    finally:
        http.close()  # type: ignore[no-untyped-call]
