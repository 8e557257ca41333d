"""The people of a merchant: who may log in, and what for. There is always an owner."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, select, update

from delivery.audit import By, record
from delivery.problems import EmailTaken, Fault, InvalidInput, LastOwner, StaffNotFound
from delivery.store.engine import Session, dialect_insert
from delivery.store.tables import staff
from delivery.texts.sentences import N_

AREA = "staff"
LONGEST_NAME = 200
LONGEST_EMAIL = 254
_EMAIL = re.compile(r"[^@\s<>()\[\],;:\\\"]+@[^@\s<>()\[\],;:\\\".]+(\.[^@\s<>()\[\],;:\\\".]+)+")


class Role(StrEnum):
    """What somebody may do. Each covers those after it."""

    OWNER = "owner"
    CONFIGURE = "configure"
    COUNTER = "counter"

    def covers(self, other: "Role") -> bool:
        """Whether this role may do what `other` may."""
        order = list(Role)
        return order.index(self) <= order.index(other)


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who can log in for one merchant. `language` None: the browser's."""

    id: str
    merchant_id: str
    email: str
    name: str
    role: Role
    language: str | None
    has_password: bool
    has_totp: bool
    session_version: int
    created_at: datetime
    last_login_at: datetime | None

    @property
    def by(self) -> By:
        """How the log of changes calls this person."""
        return By(self.id, self.email)


def email_address(text: str) -> str:
    """An e-mail address as it is kept: trimmed, in small letters. Raises InvalidInput, its fault at /email."""
    email = text.strip().lower()
    if len(email) > LONGEST_EMAIL or not _EMAIL.fullmatch(email) or not email.isprintable():
        fault = N_("This is not an e-mail address such as name@shop.example.")
        raise InvalidInput(fault, (Fault("/email", fault),))
    return email


def account_of(session: Session, staff_id: str, session_version: int) -> Account | None:
    """Who is logged in; None when that person was removed, or all their logins were ended since."""
    row = session.execute(
        select(staff)
        .where(staff.c.id == staff_id, staff.c.session_version == session_version)
        .execution_options(across_merchants="asks whose login it is")
    ).first()
    return account(row) if row else None


def by_email(session: Session, email: str) -> Account | None:
    """Whose e-mail address this is, whichever the merchant."""
    row = session.execute(
        select(staff)
        .where(staff.c.email == email.strip().lower())
        .execution_options(across_merchants="asks whose e-mail address it is")
    ).first()
    return account(row) if row else None


def get(session: Session, merchant_id: str, staff_id: str) -> Account:
    """One of the merchant's people. Raises StaffNotFound."""
    row = session.execute(select(staff).where(staff.c.merchant_id == merchant_id, staff.c.id == staff_id)).first()
    if row is None:
        raise StaffNotFound("There is nobody of that id.")
    return account(row)


def list_all(session: Session, merchant_id: str) -> list[Account]:
    """The merchant's people, in the order they came."""
    rows = select(staff).where(staff.c.merchant_id == merchant_id).order_by(staff.c.created_at, staff.c.id)
    return [account(row) for row in session.execute(rows)]


def add(
    session: Session,
    now: datetime,
    merchant_id: str,
    by: By,
    *,
    email: str,
    name: str,
    role: Role,
    language: str | None = None,
) -> Account:
    """Add somebody, who has no password yet. Raises InvalidInput (/email, /name); EmailTaken, here or at another merchant."""
    email, name = email_address(email), person_name(name)
    added = session.execute(
        dialect_insert(session, staff)
        .values(
            id="st_" + secrets.token_hex(8),
            merchant_id=merchant_id,
            email=email,
            name=name,
            role=role.value,
            language=language,
            session_version=1,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=[staff.c.email])
        .returning(staff)
    ).first()
    if added is None:
        raise EmailTaken(N_("Somebody already logs in with this e-mail address."))
    new = account(added)
    record(session, now, merchant_id, by, AREA, new.id, "added", None, described(new))
    return new


def change_role(session: Session, now: datetime, merchant_id: str, by: By, staff_id: str, role: Role) -> None:
    """Give somebody another role, from their next click on. Raises StaffNotFound, LastOwner."""
    owners = _lock_owners(session, merchant_id)
    was = get(session, merchant_id, staff_id)
    if role is not Role.OWNER:
        _need_another(owners, staff_id)
    session.execute(_the(was).values(role=role.value))
    record(session, now, merchant_id, by, AREA, staff_id, "changed", {"role": was.role.value}, {"role": role.value})


def remove(session: Session, now: datetime, merchant_id: str, by: By, staff_id: str) -> None:
    """Somebody leaves: their login ends at once. Raises StaffNotFound, LastOwner."""
    owners = _lock_owners(session, merchant_id)
    was = get(session, merchant_id, staff_id)
    _need_another(owners, staff_id)
    session.execute(delete(staff).where(staff.c.merchant_id == merchant_id, staff.c.id == staff_id))
    record(session, now, merchant_id, by, AREA, staff_id, "removed", described(was), None)


def describe(session: Session, now: datetime, was: Account, name: str, language: str | None) -> None:
    """Somebody's own name and language. Raises InvalidInput (/name)."""
    name = person_name(name)
    session.execute(_the(was).values(name=name, language=language))
    before, after = {"name": was.name, "language": was.language}, {"name": name, "language": language}
    record(session, now, was.merchant_id, was.by, AREA, was.id, "changed", before, after)


def person_name(text: str) -> str:
    """A name as it is kept: trimmed. Raises InvalidInput, its fault at /name."""
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME:
        fault = N_("Give a name of at most 200 characters.")
        raise InvalidInput(fault, (Fault("/name", fault),))
    return name


def described(known: Account) -> dict[str, Any]:
    """What the log of changes says of a person."""
    return {"email": known.email, "name": known.name, "role": known.role.value}


def account(row: Any) -> Account:
    """A row of `staff`, without its secrets."""
    return Account(
        id=row.id,
        merchant_id=row.merchant_id,
        email=row.email,
        name=row.name,
        role=Role(row.role),
        language=row.language,
        has_password=row.password is not None,
        has_totp=row.totp_secret is not None,
        session_version=row.session_version,
        created_at=row.created_at,
        last_login_at=row.last_login_at,
    )


def _lock_owners(session: Session, merchant_id: str) -> set[str]:
    """Two owners who demote each other at once take turns here; the second one finds a single owner."""
    owners = (
        select(staff.c.id)
        .where(staff.c.merchant_id == merchant_id, staff.c.role == Role.OWNER.value)
        .order_by(staff.c.id)
        .with_for_update()
    )
    return set(session.scalars(owners))


def _need_another(owners: set[str], staff_id: str) -> None:
    if owners == {staff_id}:
        raise LastOwner(N_("A shop needs at least one owner. Make somebody else an owner first."))


def _the(known: Account) -> Any:
    return update(staff).where(staff.c.merchant_id == known.merchant_id, staff.c.id == known.id)
