"""Where a merchant's short messages are sent: one address, that of a gateway for text messages, which gets signed posts.

It stands in the merchant's row and is no setting: it has a secret, which is shown once, when it is made or renewed, and kept
encrypted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from delivery.endpoint_kinds import check_url
from delivery.endpoints import SECRET_OVERLAP, new_secret
from delivery.messages import WAITING, WEBHOOK
from delivery.signing import Signer
from delivery.store.engine import Session
from delivery.store.tables import merchants, messages


@dataclass(frozen=True, slots=True)
class Gateway:
    """The address, and whether messages go to it now; why not, as a sentence, if not the merchant switched it off.

    The secrets are encrypted; until `old_secret_until` messages are signed with the old one as well.
    """

    url: str
    enabled: bool
    secret: str
    old_secret: str | None = None
    old_secret_until: datetime | None = None
    disabled_reason: str | None = None

    def secrets(self, now: datetime, signer: Signer) -> tuple[str, ...]:
        """What to sign with now, the newest first. Raises InvalidToken when one cannot be read."""
        kept = [self.secret]
        if self.old_secret and self.old_secret_until and now < self.old_secret_until:
            kept.append(self.old_secret)
        return tuple(signer.decrypt(secret) for secret in kept)


def gateway_of(facts: Mapping[str, Any] | None) -> Gateway | None:
    """The gateway as it stands in the merchant's row."""
    if not facts:
        return None
    until = facts.get("old_secret_until")
    return Gateway(
        url=facts["url"],
        enabled=bool(facts["enabled"]),
        secret=facts["secret"],
        old_secret=facts.get("old_secret"),
        old_secret_until=datetime.fromisoformat(until) if until else None,
        disabled_reason=facts.get("disabled_reason"),
    )


def find(session: Session, merchant_id: str) -> Gateway | None:
    """The merchant's gateway, if it has one."""
    return gateway_of(_facts(session, merchant_id))


def set_up(session: Session, merchant_id: str, url: str, signer: Signer) -> str | None:
    """Send to this address from now on. The secret of a first gateway; None for one that was there, which keeps its own.

    Raises InvalidInput (/url) unless it is http or https, with a host and without a password in it.
    """
    check_url(url)
    known = _facts(session, merchant_id, locked=True)
    if known:
        _keep(session, merchant_id, {**known, "url": url})
        return None
    secret = new_secret()
    _keep(session, merchant_id, {"url": url, "enabled": True, "secret": signer.encrypt(secret)})
    return secret


def renew_secret(session: Session, now: datetime, merchant_id: str, signer: Signer) -> str | None:
    """A new secret. For SECRET_OVERLAP messages are signed with both, the new one first. None without a gateway."""
    known = _facts(session, merchant_id, locked=True)
    if not known:
        return None
    secret = new_secret()
    old = {"old_secret": known["secret"], "old_secret_until": (now + SECRET_OVERLAP).isoformat()}
    _keep(session, merchant_id, {**known, **old, "secret": signer.encrypt(secret)})
    return secret


def switch(session: Session, now: datetime, merchant_id: str, enabled: bool, reason: str | None = None) -> bool:
    """Send to it, beginning with what waited meanwhile; or nothing until it is switched on again. False without one."""
    known = _facts(session, merchant_id, locked=True)
    if not known:
        return False
    _keep(session, merchant_id, {**known, "enabled": enabled, "disabled_reason": None if enabled else reason})
    if enabled:
        waiting = (
            messages.c.merchant_id == merchant_id,
            messages.c.channel == WEBHOOK,
            messages.c.state == WAITING,
            messages.c.created_at <= now,
            messages.c.claimed_until.is_(None),
        )
        session.execute(update(messages).where(*waiting).values(next_try_at=now))
    return True


def remove(session: Session, merchant_id: str) -> bool:
    """Take it away: what waits for it is not sent any more. False when there is none."""
    if not _facts(session, merchant_id, locked=True):
        return False
    _keep(session, merchant_id, None)
    return True


def _facts(session: Session, merchant_id: str, *, locked: bool = False) -> dict[str, Any] | None:
    row = select(merchants.c.gateway).where(merchants.c.id == merchant_id)
    found: dict[str, Any] | None = session.execute(row.with_for_update() if locked else row).scalar_one()
    return found


def _keep(session: Session, merchant_id: str, facts: Mapping[str, Any] | None) -> None:
    session.execute(update(merchants).where(merchants.c.id == merchant_id).values(gateway=facts))
