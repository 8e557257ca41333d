"""What is still missing before a merchant's checkout works, as far as the tables alone can say it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Row, func, select

from delivery import endpoints, stripe_accounts
from delivery.endpoint_kinds import WEBHOOK
from delivery.handovers import PARKED, REFUSED, WAITING
from delivery.holds import taken
from delivery.keys import KeyKind, last_call, list_keys
from delivery.rules import replans
from delivery.rules.opening import BadOpeningHours, open_intervals
from delivery.rules.pickup import Centre
from delivery.rules.slots import Slot, slot_on
from delivery.rules.wallclock import local_day
from delivery.setups import Setup, load_setup
from delivery.store.engine import Session
from delivery.store.tables import bookings, handovers, merchants
from delivery.vans_out import countries_without_places, kept_by_vans, without_vans

DAYS = 7
"""How far ahead "the coming week" looks, today included."""

LONGEST_WAIT = timedelta(minutes=15)
"""A message that waits longer than this for its first try says that nobody is sending."""

SLOT = "slot"
STRIPE, OSCAR = "stripe", "oscar"
"""Platforms that have something of their own to look at."""


class Standing(StrEnum):
    """How it stands with one thing: in order, missing, or not to be seen from here."""

    OK = "ok"
    MISSING = "missing"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `name` is stable; `delivery.texts.checks` says it and what to do about it."""

    name: str
    standing: Standing
    facts: Mapping[str, object] = field(default_factory=dict)


def look(session: Session, now: datetime, merchant_id: str) -> list[Finding]:
    """Everything the tables say about one merchant, in the order in which one would put it right."""
    setup = load_setup(session, merchant_id)
    platform = session.execute(select(merchants.c.platform).where(merchants.c.id == merchant_id)).scalar_one()
    return [
        *_keys(session, now, setup),
        *_platform(session, setup, platform),
        *_ways(setup),
        *_windows(session, now, setup),
        *_vans(session, now, setup),
        *_centres(now, setup),
        *_endpoints(session, setup),
        *_messages(session, now, setup),
        *_orders(session, setup),
    ]


def _found(name: str, good: bool, **facts: object) -> Finding:
    return Finding(name, Standing.OK if good else Standing.MISSING, facts)


def _keys(session: Session, now: datetime, setup: Setup) -> Iterator[Finding]:
    lasting = {key.kind for key in list_keys(session, now, setup.merchant_id) if key.ends_at is None}
    yield _found("publishable_key", KeyKind.PUBLISHABLE in lasting)
    yield _found("secret_key", KeyKind.SECRET in lasting)
    yield _found("allowed_origins", bool(setup.allowed_origins))


def _platform(session: Session, setup: Setup, platform: str) -> Iterator[Finding]:
    """What the shop's own software has to be told, and whether it ever called."""
    account = stripe_accounts.find(session, setup.merchant_id)
    if account is not None:
        refused = account.problem and account.problem.removeprefix("key_")
        yield _found("stripe_key", refused is None, why=refused or account.mode, hint=account.key_hint)
        if account.webhook_secret is None:
            yield _found("stripe_webhook", False, why="none")
        else:
            heard = Standing.UNKNOWN if account.heard_at is None else Standing.OK
            yield Finding("stripe_webhook", heard, {"at": account.heard_at})
    elif platform == STRIPE:
        yield _found("stripe_key", False, why="none")
    if platform == OSCAR:
        at = last_call(session, setup.merchant_id)
        yield Finding("shop_called", Standing.UNKNOWN if at is None else Standing.OK, {"at": at})


def _ways(setup: Setup) -> Iterator[Finding]:
    yield _found("origin", bool(setup.origins))
    yield _found("ways", bool(setup.services or setup.patterns or setup.centres))


def _windows(session: Session, now: datetime, setup: Setup) -> Iterator[Finding]:
    if not setup.patterns:
        return
    today = local_day(now, setup.time_zone)
    days = [today + timedelta(days=ahead) for ahead in range(DAYS)]
    sold = taken(session, now, merchant_id=setup.merchant_id, first_day=days[0], last_day=days[-1])
    slots = (slot_on(pattern, day) for pattern in setup.patterns.values() for day in days)
    free = [slot for slot in slots if slot is not None and _is_free(slot, now, sold)]
    yield _found("windows", bool(free), number=len(free))


def _vans(session: Session, now: datetime, setup: Setup) -> Iterator[Finding]:
    if not kept_by_vans(setup):
        return
    today = local_day(now, setup.time_zone)
    alone = without_vans(setup, [today + timedelta(days=ahead) for ahead in range(DAYS)])
    yield _found("vans", not alone, number=len(alone), at=alone[0].start if alone else None)
    unknown = countries_without_places(session, setup)
    yield _found("postcodes", not unknown, countries=", ".join(unknown))
    yield _found("routes", replans.is_there())


def _is_free(slot: Slot, now: datetime, sold: Mapping[tuple[str, str, date], int]) -> bool:
    return slot.closes_at > now and slot.capacity > sold.get((SLOT, slot.pattern_id, slot.day), 0)


def _centres(now: datetime, setup: Setup) -> Iterator[Finding]:
    if setup.centres:
        yield _found("centres", any(_opens(centre, now) for centre in setup.centres))


def _opens(centre: Centre, now: datetime) -> bool:
    end = now + timedelta(days=DAYS)
    where = (centre.country, centre.subdivision, centre.exceptions)
    try:
        return bool(open_intervals(centre.opening_hours, now, end, centre.zone, *where))
    except BadOpeningHours:
        return False


def _endpoints(session: Session, setup: Setup) -> Iterator[Finding]:
    found = endpoints.list_all(session, setup.merchant_id)
    if not found:
        yield Finding("endpoint", Standing.OK)
    for endpoint in found:
        facts = {"address": endpoint.url, "endpoint": endpoint.id}
        if not endpoint.enabled:
            yield _found("endpoint_enabled", False, **facts)
        elif endpoint.kind == WEBHOOK:
            at = endpoint.tested_at if endpoint.was_tested_well else _passed_on_at(session, setup, endpoint.id)
            yield _found("webhook", at is not None, at=at, **facts)


def _passed_on_at(session: Session, setup: Setup, endpoint_id: str) -> datetime | None:
    """When it last took a message of a real order: that proves as much as a test."""
    at: datetime | None = session.scalar(
        select(func.max(handovers.c.passed_on_at)).where(
            handovers.c.merchant_id == setup.merchant_id, handovers.c.endpoint_id == endpoint_id
        )
    )
    return at


def _messages(session: Session, now: datetime, setup: Setup) -> Iterator[Finding]:
    stuck = _oldest(session, setup, (PARKED, REFUSED))
    yield _found("handovers_parked", not stuck.number, number=stuck.number, since=stuck.since)
    waiting = _oldest(session, setup, (WAITING,))
    late = waiting.since is not None and now - waiting.since > LONGEST_WAIT
    yield _found("handovers_waiting", not late, since=waiting.since)


def _oldest(session: Session, setup: Setup, states: tuple[str, ...]) -> Row[tuple[int, datetime | None]]:
    """How many messages with an address are in these states, and since when the oldest was due."""
    return session.execute(
        select(func.count().label("number"), func.min(handovers.c.next_try_at).label("since")).where(
            handovers.c.merchant_id == setup.merchant_id,
            handovers.c.endpoint_id.is_not(None),
            handovers.c.state.in_(states),
        )
    ).one()


def _orders(session: Session, setup: Setup) -> Iterator[Finding]:
    at = session.scalar(select(func.min(bookings.c.created_at)).where(bookings.c.merchant_id == setup.merchant_id))
    yield Finding("order", Standing.UNKNOWN if at is None else Standing.OK, {"at": at})
