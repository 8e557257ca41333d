"""Merchants, and the web origins that may call in their name."""

import re
import secrets
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update

from delivery.audit import By, record
from delivery.rules.estimate import OriginRule
from delivery.rules.places import country_code
from delivery.rules.prices import check_currency
from delivery.rules.wallclock import zone_named
from delivery.store.engine import Session
from delivery.store.tables import merchants

_WEB_ORIGIN = re.compile(r"https?://(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:\d{1,5})?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")


def add_merchant(
    session: Session,
    now: datetime,
    *,
    name: str,
    country: str,
    language: str,
    currency: str,
    time_zone: str,
    allowed_origins: tuple[str, ...] = (),
    merchant_id: str | None = None,
    origin_rule: OriginRule = OriginRule.EARLIEST,
    preselected_service: str | None = None,
    tracks_stock: bool = True,
) -> str:
    """Make a merchant with the usual limits and return its id (sh_…).

    An offer looks 14 days ahead, a place is kept 10 minutes and at most 30, an unpaid order 60; "few left" is said from
    3 places, and 10 pick-up centres are shown. Raises ValueError for a name, country, language, currency, time zone or
    web origin that cannot be one.
    """
    if not name.strip():
        raise ValueError("a merchant needs a name")
    if not _LANGUAGE.fullmatch(language):
        raise ValueError(f"{language[:40]!r} is not a language such as nl or nl-NL")
    check_currency(currency)
    zone: ZoneInfo = zone_named(time_zone)
    merchant_id = merchant_id or "sh_" + secrets.token_hex(8)
    session.execute(
        insert(merchants).values(
            id=merchant_id,
            name=name.strip(),
            country=country_code(country),
            language=language,
            currency=currency,
            time_zone=zone.key,
            allowed_origins=[web_origin(text) for text in allowed_origins],
            origin_rule=origin_rule.value,
            preselected_service=preselected_service,
            horizon_days=14,
            hold_minutes=10,
            hold_limit_minutes=30,
            payment_minutes=60,
            few_left=3,
            centres_shown=10,
            tracks_stock=tracks_stock,
            settings_version=1,
            created_at=now,
        )
    )
    return merchant_id


def is_merchant(session: Session, merchant_id: str) -> bool:
    """Whether there is a merchant of this id."""
    return session.scalar(select(merchants.c.id).where(merchants.c.id == merchant_id)) is not None


def web_origin(text: str) -> str:
    """A web origin as browsers send it: scheme, host, port when it is not the usual one. Raises ValueError."""
    origin = text.strip().lower().rstrip("/")
    if not _WEB_ORIGIN.fullmatch(origin):
        raise ValueError(f"{text[:80]!r} is not a web origin such as https://shop.example")
    usual_port = ":443" if origin.startswith("https:") else ":80"
    return origin.removesuffix(usual_port)


def allow_origin(session: Session, now: datetime, merchant_id: str, by: By, origin: str) -> None:
    """Let pages of this web origin call in the merchant's name; nothing changes when they already may."""
    allowed = session.scalar(select(merchants.c.allowed_origins).where(merchants.c.id == merchant_id).with_for_update())
    origin = web_origin(origin)
    if allowed is None or origin in allowed:
        return
    session.execute(
        update(merchants)
        .where(merchants.c.id == merchant_id)
        .values(allowed_origins=[*allowed, origin], settings_version=merchants.c.settings_version + 1)
    )
    before, after = {"allowed_origins": allowed}, {"allowed_origins": [*allowed, origin]}
    record(session, now, merchant_id, by, "install", "", "changed", before, after)
