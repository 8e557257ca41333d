"""What the card of Stripe on the install page shows, and the look at its key that belongs to the self-check."""

from typing import Any

from delivery import stripe_accounts
from delivery.problems import InvalidToken
from delivery.store.engine import Session
from delivery.stripe_accounts import SECRET_OVERLAP, StripeAccount
from delivery.stripe_events import TYPES
from delivery.texts.catalogues import say
from delivery.texts.stripe import FAULTS, KEY_UNREADABLE, STRIPE_AWAY
from delivery.texts.stripe import TAX_BEHAVIORS as TAX_WORDS
from plugin.pages.forms import Form
from plugin.pages.frame import locale
from plugin.pages.visitors import visitor
from plugin.shops.stripe.connecting import READS, WRITES, try_key
from web.service import service


def stripe_facts(session: Session, key: str | None) -> dict[str, Any]:
    """What the card on the page shows. `key`: the shop's publishable key here."""
    tongue = locale()
    account = stripe_accounts.find(session, visitor().merchant_id)
    return {
        "account": account,
        "problem": account and account.problem and say(tongue, FAULTS[account.problem]),
        "webhook_url": f"{service().config.public_url}/plugin/stripe/webhooks/{key or 'pk_…'}",
        "overlap_days": SECRET_OVERLAP.days,
        "may_write": ", ".join(WRITES),
        "may_read": ", ".join(READS),
        "events": sorted(TYPES),
        "tax_behaviors": [(name, say(tongue, words)) for name, words in TAX_WORDS.items()],
        "form": _form(account),
        "was_tried": False,
    }


def try_again(account: StripeAccount | None) -> None:
    """Ask Stripe once more with the key that is kept, so that the self-check says how it stands now. Takes seconds."""
    if account is None:
        return
    try:
        problem = try_key(service().config.stripe_api, account.api_key(service().signer)).problem
    except InvalidToken:
        problem = KEY_UNREADABLE
    if problem != STRIPE_AWAY:
        service().database.write(lambda session: stripe_accounts.refused(session, account.merchant_id, problem))


def _form(account: StripeAccount | None) -> Form:
    if account is None:
        return Form({})
    return Form({"tax_behavior": [account.tax_behavior], "settles_alone": ["on"] if account.settles_alone else []})
