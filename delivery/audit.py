"""Who changed what, when: the log of a merchant's settings. It is only ever added to, and holds no secrets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import insert, select

from delivery.store.engine import Session
from delivery.store.tables import audit

Action = Literal["added", "changed", "removed"]
Facts = Mapping[str, Any]

NOT_SHOWN = "•••"
SECRETS = frozenset({"password", "secret", "secret_key", "totp_secret", "token", "key"})
"""Names whose values never reach the log, however deep they lie: NOT_SHOWN stands there instead."""


@dataclass(frozen=True, slots=True)
class By:
    """Who did it. `who` is how that person is called now; the log goes on calling them so."""

    staff_id: str | None
    who: str


OPERATOR = By(None, "operator")


@dataclass(frozen=True, slots=True)
class Entry:
    """One change. `before` is None for what was added, `after` for what was removed."""

    id: int
    at: datetime
    staff_id: str | None
    who: str
    area: str
    item: str
    action: Action
    before: dict[str, Any] | None
    after: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Entries:
    """One page of the log, newest first. `older` is what to ask for next, None at the end."""

    entries: list[Entry]
    older: int | None


def record(
    session: Session,
    now: datetime,
    merchant_id: str,
    by: By,
    area: str,
    item: str,
    action: Action,
    before: Facts | None,
    after: Facts | None,
) -> None:
    """Add one change, in the transaction that makes it. Nothing is added when nothing differs."""
    kept_before, kept_after = _without_secrets(before), _without_secrets(after)
    if before == after:
        return
    session.execute(
        insert(audit).values(
            merchant_id=merchant_id,
            at=now,
            staff_id=by.staff_id,
            who=by.who,
            area=area,
            item=item,
            action=action,
            before=kept_before,
            after=kept_after,
        )
    )


def record_added(
    session: Session, now: datetime, merchant_id: str, by: By, area: str, items: Mapping[str, Facts]
) -> None:
    """The same for many items that were added at once."""
    same = {"merchant_id": merchant_id, "at": now, "staff_id": by.staff_id, "who": by.who, "area": area}
    rows = [
        same | {"item": item, "action": "added", "before": None, "after": _without_secrets(facts)}
        for item, facts in items.items()
    ]
    if rows:
        session.execute(insert(audit), rows)


def entries(
    session: Session,
    merchant_id: str,
    *,
    area: str | None = None,
    who: str | None = None,
    older_than: int | None = None,
    count: int = 50,
) -> Entries:
    """The newest changes, of one area or person when asked; then those older than the `older` of the page before."""
    wanted = select(audit).where(audit.c.merchant_id == merchant_id)
    if area:
        wanted = wanted.where(audit.c.area == area)
    if who:
        wanted = wanted.where(audit.c.who == who)
    if older_than is not None:
        wanted = wanted.where(audit.c.id < older_than)
    rows = session.execute(wanted.order_by(audit.c.id.desc()).limit(count + 1)).all()
    found = [_entry(row) for row in rows[:count]]
    return Entries(found, found[-1].id if len(rows) > count else None)


def areas(session: Session, merchant_id: str) -> list[str]:
    """The areas in which something was changed."""
    return _distinct(session, merchant_id, audit.c.area)


def people(session: Session, merchant_id: str) -> list[str]:
    """Everybody who changed something, as they were called then."""
    return _distinct(session, merchant_id, audit.c.who)


def _distinct(session: Session, merchant_id: str, column: Any) -> list[str]:
    found = select(column).where(audit.c.merchant_id == merchant_id).distinct().order_by(column)
    return list(session.scalars(found))


def _entry(row: Any) -> Entry:
    return Entry(row.id, row.at, row.staff_id, row.who, row.area, row.item, row.action, row.before, row.after)


def _without_secrets(facts: Any) -> Any:
    if isinstance(facts, Mapping):
        return {
            str(name): NOT_SHOWN if name in SECRETS and value is not None else _without_secrets(value)
            for name, value in facts.items()
        }
    if isinstance(facts, list | tuple):
        return [_without_secrets(value) for value in facts]
    return facts
