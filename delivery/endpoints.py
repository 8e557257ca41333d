"""Where a merchant's bookings are sent: endpoints, each with its own signing secret."""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import SplitResult, urlsplit

from sqlalchemy import Row, insert, select, update

from delivery.problems import Fault, InvalidInput
from delivery.signing import Signer
from delivery.store.engine import Session
from delivery.store.tables import endpoints, handovers

SECRET_PREFIX = "whsec_"  # noqa: S105
SECRET_BYTES = 32
LONGEST_URL = 2000


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One place to send to. Its secret is not here: it is shown once, when it is made, or asked for by `secret_of`."""

    id: str
    kind: str
    url: str
    enabled: bool
    disabled_reason: str | None
    created_at: datetime


def add(
    session: Session, now: datetime, merchant_id: str, url: str, signer: Signer, kind: str = "webhook"
) -> tuple[Endpoint, str]:
    """A new, enabled endpoint and its secret (`whsec_…`). Raises InvalidInput when the address cannot be one.

    What goes to it are the messages from now on. That the address is public is seen to whenever something is sent: a
    name that is harmless today may lead elsewhere tomorrow.
    """
    check_url(url)
    endpoint = Endpoint(f"ep_{secrets.token_hex(12)}", kind, url, True, None, now)
    secret = SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    session.execute(
        insert(endpoints).values(
            merchant_id=merchant_id,
            id=endpoint.id,
            kind=kind,
            url=url,
            secret=signer.encrypt(secret),
            enabled=True,
            created_at=now,
        )
    )
    return endpoint, secret


def list_all(session: Session, merchant_id: str) -> list[Endpoint]:
    """The merchant's endpoints, oldest first."""
    rows = session.execute(
        select(endpoints).where(endpoints.c.merchant_id == merchant_id).order_by(endpoints.c.created_at, endpoints.c.id)
    )
    return [_endpoint(row) for row in rows]


def secret_of(session: Session, merchant_id: str, endpoint_id: str, signer: Signer) -> str | None:
    """The signing secret, to show it again; None when there is no such endpoint."""
    secret = session.scalar(
        select(endpoints.c.secret).where(endpoints.c.merchant_id == merchant_id, endpoints.c.id == endpoint_id)
    )
    return None if secret is None else signer.decrypt(secret)


def enable(session: Session, now: datetime, merchant_id: str, endpoint_id: str) -> bool:
    """Send to it again, beginning with what it refused or what waited meanwhile. False when there is none."""
    done = session.execute(
        update(endpoints)
        .where(endpoints.c.merchant_id == merchant_id, endpoints.c.id == endpoint_id)
        .values(enabled=True, disabled_reason=None)
    )
    session.execute(
        update(handovers)
        .where(
            handovers.c.merchant_id == merchant_id,
            handovers.c.endpoint_id == endpoint_id,
            handovers.c.state == "refused",
        )
        .values(state="waiting", tries=0, next_try_at=now, claimed_until=None)
    )
    return done.rowcount == 1


def disable(session: Session, merchant_id: str, endpoint_id: str, reason: str) -> bool:
    """Send nothing more to it. What waits for it waits until it is enabled again. False when there is none."""
    done = session.execute(
        update(endpoints)
        .where(endpoints.c.merchant_id == merchant_id, endpoints.c.id == endpoint_id)
        .values(enabled=False, disabled_reason=reason)
    )
    return done.rowcount == 1


def lock(session: Session, merchant_id: str, endpoint_id: str) -> None:
    """Let nobody else change this endpoint's messages in bulk until the transaction ends."""
    session.execute(
        select(endpoints.c.id)
        .where(endpoints.c.merchant_id == merchant_id, endpoints.c.id == endpoint_id)
        .with_for_update()
    )


def check_url(url: str) -> None:
    """Raises InvalidInput unless `url` is http or https, with a host and without a password in it."""
    fault = _fault_of(url)
    if fault:
        raise InvalidInput(fault, (Fault("/url", fault),))


def _fault_of(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "This is not an address."
    if len(url) > LONGEST_URL or not url.isprintable() or " " in url:
        return f"An address has at most {LONGEST_URL} characters and no spaces."
    if parts.scheme not in {"http", "https"}:
        return "The address must begin with https:// or http://."
    if not parts.hostname or port == 0:
        return "The address has no host, or a port that cannot be."
    return _secrets_in(parts)


def _secrets_in(parts: SplitResult) -> str | None:
    if parts.username is not None or parts.password is not None:
        return "A user name or password does not belong in the address: messages are signed instead."
    return None


def _endpoint(row: Row[tuple[object, ...]]) -> Endpoint:
    return Endpoint(row.id, row.kind, row.url, row.enabled, row.disabled_reason, row.created_at)
