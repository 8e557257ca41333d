"""`stoep staff`: who may log in for a merchant, for the operator. It prints links instead of mailing them."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from delivery import accounts, invitations, totp
from delivery.accounts import Account, Role
from delivery.audit import OPERATOR
from delivery.links import PageLinks
from delivery.merchants import is_merchant
from delivery.problems import Problem
from delivery.signing import Signer
from delivery.store.engine import Session
from delivery.store.tables import staff as staff_rows
from plugin.commands.operator import Operator, with_operator

T = TypeVar("T")


@click.group()
def staff() -> None:
    """Let people log in for a merchant, and help them when they cannot."""


@staff.command()
@click.argument("merchant")
@click.option("--email", required=True, help="They log in with it.")
@click.option("--name", required=True, help="As colleagues read it.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.OWNER.value,
    show_default=True,
    help="owner: everything; configure: all but staff and keys; counter: what has to leave.",
)
@with_operator
def add(operator: Operator, merchant: str, email: str, name: str, role: str) -> None:
    """Add somebody to MERCHANT and print a link, good once and for a week, by which they set their password."""
    operator.need_migrated()
    now = operator.clock()

    def work(session: Session) -> Account:
        if not is_merchant(session, merchant):
            raise click.ClickException(f"there is no merchant {merchant!r}; `stoep merchants list` names them")
        return accounts.add(session, now, merchant, OPERATOR, email=email, name=name, role=Role(role))

    click.echo(password_link(operator, operator.signer(), _written(operator, work), invitations.INVITATION))


@staff.command("list")
@with_operator
def list_staff(operator: Operator) -> None:
    """List everybody who may log in."""
    operator.need_migrated()
    table = Table("merchant", "e-mail", "name", "role", "last login", "code")
    with operator.database.reading() as session:
        everybody = select(staff_rows).order_by(staff_rows.c.merchant_id, staff_rows.c.created_at)
        for row in session.execute(everybody.execution_options(across_merchants="the operator asks for everybody")):
            known = accounts.account(row)
            last = known.last_login_at.isoformat(" ", "minutes") if known.last_login_at else "never"
            table.add_row(known.merchant_id, known.email, known.name, known.role, last, "on" if known.has_totp else "")
    Console().print(table)


@staff.command()
@click.argument("email")
@with_operator
def reset(operator: Operator, email: str) -> None:
    """Print a link by which the person of EMAIL sets a new password. It works once, within an hour."""
    operator.need_migrated()
    with operator.database.reading() as session:
        known = _known(session, email)
    click.echo(password_link(operator, operator.signer(), known, invitations.RESET))


@staff.command("switch-off-code")
@click.argument("email")
@with_operator
def switch_off_code(operator: Operator, email: str) -> None:
    """Let the person of EMAIL log in without a code from their phone, because they lost it."""
    operator.need_migrated()
    now = operator.clock()
    _written(operator, lambda session: totp.switch_off(session, now, _known(session, email), OPERATOR))


@staff.command()
@click.argument("email")
@with_operator
def remove(operator: Operator, email: str) -> None:
    """The person of EMAIL may not log in any more, from this moment on."""
    operator.need_migrated()
    now = operator.clock()

    def work(session: Session) -> None:
        known = _known(session, email)
        accounts.remove(session, now, known.merchant_id, OPERATOR, known.id)

    _written(operator, work)


def password_link(operator: Operator, signer: Signer, known: Account, lasts: timedelta) -> str:
    """The address at which `known` sets a password."""
    token = invitations.make_token(signer, operator.clock(), known, lasts)
    return PageLinks(operator.config.public_url, signer).password(token)


def _known(session: Session, email: str) -> Account:
    known = accounts.by_email(session, email)
    if known is None:
        raise click.ClickException(f"nobody logs in with {email!r}; `stoep staff list` names everybody")
    return known


def _written(operator: Operator, work: Callable[[Session], T]) -> T:
    try:
        return operator.database.write(work)
    except Problem as problem:
        raise click.ClickException(problem.detail or problem.title) from problem
