"""Where a merchant's bookings are sent: to a system that takes webhooks, or to an e-mail address."""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import Row, delete, func, insert, select, update

from delivery.endpoint_kinds import WEBHOOK, check_address, check_time
from delivery.signing import Signer
from delivery.store.engine import Session
from delivery.store.tables import endpoints, handovers

SECRET_PREFIX = "whsec_"  # noqa: S105
SECRET_BYTES = 32
SECRET_OVERLAP = timedelta(hours=24)
"""How long messages are signed with the old secret as well, after it was renewed."""


class StillWaiting(Exception):
    """The endpoint has messages that were not passed on; `count` says how many."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} messages of it were not passed on")
        self.count = count


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One place to send to. Its secret is not here: it is shown once, when it is made, or asked for by `secret_of`.

    `send_at`: when a daily list leaves, by the merchant's clock; None for other kinds. `old_secret_until`: until when
    messages are also signed with the secret before this one.
    """

    id: str
    kind: str
    url: str
    enabled: bool
    disabled_reason: str | None
    created_at: datetime
    send_at: time | None = None
    old_secret_until: datetime | None = None
    tested_at: datetime | None = None
    tested_status: int | None = None
    tested_problem: str | None = None

    @property
    def was_tested_well(self) -> bool:
        """Whether it accepted the last test handover."""
        return self.tested_at is not None and self.tested_problem is None


def add(
    session: Session,
    now: datetime,
    merchant_id: str,
    url: str,
    signer: Signer,
    kind: str = WEBHOOK,
    send_at: time | None = None,
) -> tuple[Endpoint, str]:
    """A new, enabled endpoint and the secret (`whsec_…`) that its webhooks are signed with; mails carry no signature.

    `url` is `mailto:name@shop.example` for mails. What goes to it are the messages from now on. That an address is
    public is seen to whenever something is sent: a name that is harmless today may lead elsewhere tomorrow.
    Raises InvalidInput (/url, /kind, /send_at) when it cannot be one.
    """
    url = check_address(kind, url)
    check_time(kind, send_at)
    endpoint = Endpoint(f"ep_{secrets.token_hex(12)}", kind, url, True, None, now, send_at)
    secret = new_secret()
    session.execute(
        insert(endpoints).values(
            merchant_id=merchant_id,
            id=endpoint.id,
            kind=kind,
            url=url,
            secret=signer.encrypt(secret),
            enabled=True,
            created_at=now,
            send_at=send_at,
        )
    )
    return endpoint, secret


def remove(session: Session, merchant_id: str, endpoint_id: str, *, even_waiting: bool = False) -> bool:
    """Take the endpoint away; False when there is none. Raises StillWaiting when something was not passed on yet.

    With `even_waiting` those messages are kept, as ones without an endpoint: for the merchant to see to by hand.
    """
    lock(session, merchant_id, endpoint_id)
    unfinished = (
        handovers.c.merchant_id == merchant_id,
        handovers.c.endpoint_id == endpoint_id,
        handovers.c.state != "passed_on",
    )
    waiting = session.scalar(select(func.count()).select_from(handovers).where(*unfinished)) or 0
    if waiting and not even_waiting:
        raise StillWaiting(waiting)
    session.execute(update(handovers).where(*unfinished).values(endpoint_id=None, state="waiting", claimed_until=None))
    gone = session.execute(
        delete(endpoints).where(endpoints.c.merchant_id == merchant_id, endpoints.c.id == endpoint_id)
    )
    return gone.rowcount == 1


def renew_secret(session: Session, now: datetime, merchant_id: str, endpoint_id: str, signer: Signer) -> str | None:
    """A new secret. For SECRET_OVERLAP messages are signed with both, the new one first. None: no such endpoint."""
    secret = new_secret()
    done = session.execute(
        update(endpoints)
        .where(endpoints.c.merchant_id == merchant_id, endpoints.c.id == endpoint_id)
        .values(old_secret=endpoints.c.secret, old_secret_until=now + SECRET_OVERLAP, secret=signer.encrypt(secret))
    )
    return secret if done.rowcount == 1 else None


def find(session: Session, merchant_id: str, endpoint_id: str) -> Endpoint | None:
    """The merchant's endpoint of this id, if there is one."""
    row = session.execute(
        select(endpoints).where(endpoints.c.merchant_id == merchant_id, endpoints.c.id == endpoint_id)
    ).one_or_none()
    return None if row is None else _endpoint(row)


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


def new_secret() -> str:
    """A secret of Standard Webhooks."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def _endpoint(row: Row[tuple[object, ...]]) -> Endpoint:
    return Endpoint(**{name: getattr(row, name) for name in Endpoint.__slots__})
