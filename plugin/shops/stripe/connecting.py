"""Connecting: a restricted key is tried by real calls before it is kept."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from delivery.texts.stripe import BAD_KEY, KEY_LACKS, KEY_REFUSED, NOT_RESTRICTED, STRIPE_AWAY
from plugin.shops.stripe.client import calling

if TYPE_CHECKING:
    from stripe import StripeClient

RESTRICTED = ("rk_test_", "rk_live_")
FULL = ("sk_test_", "sk_live_")
NOBODY = "stoep_looks_whether_it_may"
"""What follows Stripe's prefix in the id of nothing: whoever may ask hears that there is no such thing, whoever may not that."""

Probe = Callable[["StripeClient"], Any]
PROBES: dict[str, Probe] = {
    "Events": lambda client: client.v1.events.list({"limit": 1}),
    "Checkout Sessions": lambda client: client.v1.checkout.sessions.expire(f"cs_{NOBODY}"),
    "PaymentIntents": lambda client: client.v1.payment_intents.cancel(f"pi_{NOBODY}"),
    "Charges": lambda client: client.v1.charges.retrieve(f"ch_{NOBODY}"),
    "Disputes": lambda client: client.v1.disputes.retrieve(f"du_{NOBODY}"),
    "Refunds": lambda client: client.v1.refunds.create({"payment_intent": f"pi_{NOBODY}"}),
    "Payment Links": lambda client: client.v1.payment_links.update(f"plink_{NOBODY}", {"active": False}),
}
"""By what Stripe's dashboard calls each permission. None of them changes anything."""
READS = ("Charges", "Disputes", "Events")
WRITES = tuple(name for name in PROBES if name not in READS)


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it: `problem` is one of `delivery.texts.stripe`, None when all is well; `lacks` names the permissions that are
    missing."""

    problem: str | None = None
    lacks: tuple[str, ...] = ()


def try_key(api: str, key: str) -> Tried:
    """Ask Stripe with this key. Takes a second or more: never inside a transaction."""
    import stripe

    if key.startswith(FULL):
        return Tried(NOT_RESTRICTED)
    if not key.startswith(RESTRICTED) or not key.isascii() or not key.isprintable() or len(key) > 300:
        return Tried(BAD_KEY)
    lacks = []
    try:
        with calling(api, key) as client:
            for name, probe in PROBES.items():
                if not _may(client, probe):
                    lacks.append(name)
    except stripe.AuthenticationError:
        return Tried(KEY_REFUSED)
    except stripe.StripeError:
        return Tried(STRIPE_AWAY)
    return Tried(KEY_LACKS, tuple(lacks)) if lacks else Tried()


def _may(client: "StripeClient", probe: Probe) -> bool:
    import stripe

    try:
        probe(client)
    except stripe.PermissionError:
        return False
    except stripe.InvalidRequestError as error:
        # There is nothing of that id, as expected. Anything else that is wrong with the call is our fault, and no permission.
        return error.code == "resource_missing" or error.http_status != 403
    return True
