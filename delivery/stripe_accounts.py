"""A merchant's account at Stripe: the restricted key and the secrets of its webhooks, kept encrypted."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from delivery.audit import Action, By, record
from delivery.problems import InvalidToken
from delivery.signing import Signer
from delivery.store.engine import Session
from delivery.store.tables import stripe_accounts

SECRET_OVERLAP = timedelta(days=3)
"""How long webhooks signed by the secret before this one are taken: as long as Stripe goes on trying to deliver one."""

INCLUSIVE, EXCLUSIVE, UNSPECIFIED = "inclusive", "exclusive", "unspecified"
TAX_BEHAVIORS = (INCLUSIVE, EXCLUSIVE, UNSPECIFIED)
"""Stripe's words for whether the fee has its tax in it."""

TEST, LIVE = "test", "live"


@dataclass(frozen=True, slots=True)
class StripeAccount:
    """What is known of it. `key` and the two secrets are encrypted: see `api_key` and `webhook_secrets`."""

    merchant_id: str
    key: str
    key_hint: str
    mode: str
    webhook_secret: str | None
    old_webhook_secret: str | None
    old_webhook_secret_until: datetime | None
    tax_behavior: str
    settles_alone: bool
    connected_at: datetime
    checked_at: datetime
    problem: str | None
    heard_at: datetime | None
    asked_at: datetime | None

    def api_key(self, signer: Signer) -> str:
        """The restricted key. Raises InvalidToken when it cannot be read with the signing keys in use."""
        return signer.decrypt(self.key)

    def webhook_secrets(self, now: datetime, signer: Signer) -> tuple[str, ...]:
        """What a webhook may be signed with now, the newest first; none before the merchant gave one. Raises InvalidToken."""
        kept = [self.webhook_secret] if self.webhook_secret else []
        if self.old_webhook_secret and self.old_webhook_secret_until and now < self.old_webhook_secret_until:
            kept.append(self.old_webhook_secret)
        return tuple(signer.decrypt(secret) for secret in kept)


def find(session: Session, merchant_id: str) -> StripeAccount | None:
    """The merchant's account, if it is connected."""
    row = session.execute(select(stripe_accounts).where(stripe_accounts.c.merchant_id == merchant_id)).one_or_none()
    return None if row is None else StripeAccount(**row._mapping)


def connect(session: Session, now: datetime, merchant_id: str, api_key: str, signer: Signer, by: By) -> None:
    """Keep a key that was just tried and works, in the place of the one before."""
    known = find(session, merchant_id)
    facts = {
        "key": signer.encrypt(api_key),
        "key_hint": api_key[-4:],
        "mode": mode_of(api_key),
        "checked_at": now,
        "problem": None,
    }
    if known is None:
        session.execute(insert(stripe_accounts).values(merchant_id=merchant_id, connected_at=now, **facts))
    else:
        _change(session, merchant_id, **facts)
    before = {"hint": known.key_hint, "mode": known.mode} if known else None
    after = {"hint": facts["key_hint"], "mode": facts["mode"]}
    record(session, now, merchant_id, by, "stripe", "key", "changed" if known else "added", before, after)


def keep_webhook_secret(session: Session, now: datetime, merchant_id: str, secret: str, signer: Signer, by: By) -> bool:
    """Take webhooks signed by this secret; by the one before for SECRET_OVERLAP longer. False without an account.

    The same secret once more does nothing: it would end the one before.
    """
    known = find(session, merchant_id)
    if known is None:
        return False
    if known.webhook_secret and _is_same(signer, known.webhook_secret, secret):
        return True
    old = {"old_webhook_secret": known.webhook_secret, "old_webhook_secret_until": now + SECRET_OVERLAP}
    _change(session, merchant_id, webhook_secret=signer.encrypt(secret), **(old if known.webhook_secret else {}))
    action: Action = "changed" if known.webhook_secret else "added"
    record(session, now, merchant_id, by, "stripe", "webhook_secret", action, None, {"hint": secret[-4:]})
    return True


def set_up(
    session: Session, now: datetime, merchant_id: str, *, tax_behavior: str, settles_alone: bool, by: By
) -> bool:
    """How fees are told to Stripe, and whether money is given back without anybody's approval. False without an account."""
    known = find(session, merchant_id)
    if known is None:
        return False
    before = {"tax_behavior": known.tax_behavior, "settles_alone": known.settles_alone}
    after = {"tax_behavior": tax_behavior, "settles_alone": settles_alone}
    if after != before:
        _change(session, merchant_id, **after)
        record(session, now, merchant_id, by, "stripe", "settings", "changed", before, after)
    return True


def disconnect(session: Session, now: datetime, merchant_id: str, by: By) -> bool:
    """Forget the key and the secrets. What stands at Stripe stays there. False when there was none."""
    known = find(session, merchant_id)
    if known is None:
        return False
    session.execute(delete(stripe_accounts).where(stripe_accounts.c.merchant_id == merchant_id))
    record(
        session, now, merchant_id, by, "stripe", "key", "removed", {"hint": known.key_hint, "mode": known.mode}, None
    )
    return True


def refused(session: Session, merchant_id: str, problem: str | None) -> None:
    """Why Stripe refused the key just now; None: it works (again)."""
    _change(session, merchant_id, problem=None if problem is None else problem[:300])


def heard(session: Session, now: datetime, merchant_id: str) -> None:
    """A signed webhook came."""
    _change(session, merchant_id, heard_at=now)


def mode_of(api_key: str) -> str:
    """Whether a key moves real money."""
    return TEST if "_test_" in api_key else LIVE


def _is_same(signer: Signer, kept: str, secret: str) -> bool:
    try:
        return signer.decrypt(kept) == secret
    except InvalidToken:
        # The signing keys were changed: whatever it was, it is given anew.
        return False


def _change(session: Session, merchant_id: str, **values: object) -> None:
    session.execute(update(stripe_accounts).where(stripe_accounts.c.merchant_id == merchant_id).values(**values))
